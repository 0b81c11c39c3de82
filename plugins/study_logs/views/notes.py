"""读书笔记 and 心得体会: the list, the page one writes on, and reading what others share."""

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Row

from intranet.errors import Conflict, Forbidden, Invalid
from intranet.htmx import done, render
from intranet.models import Unit
from intranet.organisation import organisation
from intranet.permissions import for_members, me
from intranet.shelf import Shelf, hang_files
from intranet.web import page_asked
from plugins.study_logs.forms import NewNoteForm, NoteForm
from plugins.study_logs.models import Note
from plugins.study_logs.queries import notes as queries
from plugins.study_logs.queries.scope import rules_for
from plugins.study_logs.services import notes as services
from plugins.study_logs.views.blueprint import bp, here, note_bp
from plugins.study_logs.views.saving import saved, version_to_save
from plugins.study_logs.views.shelf import Record, allows, files_of, shelf_of
from plugins.study_logs.wording import SHARING_TITLES

LIST, PAGE = "study_logs/notes.html", "study_logs/note.html"


@bp.get("/notes/")
@for_members
def notes() -> ResponseReturnValue:
    """One's own, or with `of=others` what the others let one read."""
    return _list(NewNoteForm(formdata=None))


def _list(form: NewNoteForm, status: int = 200) -> ResponseReturnValue:
    mine, page = request.args.get("of") != "others", page_asked() - 1
    rows = queries.notes_here(here(), me(), page, mine=mine)
    rule = SHARING_TITLES[rules_for(here()).sharing]
    return render(
        LIST, "list", status, rows=rows, form=form, mine=mine, page=page + 1, rule=rule, size=queries.PAGE
    )


@bp.post("/notes/")
@for_members
def new_note() -> ResponseReturnValue:
    """Begins one; it is written on its own page."""
    form = NewNoteForm()
    if not form.validate():
        return _list(form, 422)
    made = services.begin_note(here(), form.note_kind, form.title.data or "", by=me())
    return done(_("请写正文，写的时候自动保存。"), "study_logs.note", note_id=made.id)


@bp.get("/notes/<int:note_id>")
@for_members
def note(note_id: int) -> ResponseReturnValue:
    """To write for its owner, to read for those it is shared with."""
    return _page(_found(note_id))


def _found(note_id: int, *, to_change: bool = False) -> Row[Note, str]:
    return queries.find_note(here(), me(), note_id, to_change=to_change) or abort(404)


def _home(one: Note) -> Unit:
    return organisation().by_id[one.unit_id]


def _page(found: Row[Note, str], status: int = 200, **more: object) -> ResponseReturnValue:
    return render(PAGE, "note", status, **{**_context(found), **more})


def _context(found: Row[Note, str]) -> dict[str, object]:
    one, name = found
    record = _record(one)
    may_write = allows(record.check)
    return {
        "note": one,
        "name": name,
        "is_mine": one.owner_id == me().id,
        "may_write": may_write,
        "form": NoteForm(formdata=None, obj=one) if may_write else None,
        "may_share": services.may_share(_home(one)),
        "is_shared": queries.lets_others_read(one, _home(one)),
        "files": files_of(record),
        "files_refusal": "",
        "refusal": "",
    }


@bp.post("/notes/<int:note_id>/save")
@for_members
def save_note(note_id: int) -> ResponseReturnValue:
    """Kept while it is written, and by the button."""
    found, form = _found(note_id, to_change=True), NoteForm()
    one = found.Note
    _record(one).check()
    if not form.validate():
        return _page(found, 422, form=form)
    words = {"title": form.title.data or "", "text": form.text.data or "", "shared": bool(form.shared.data)}
    if not services.may_share(_home(one)):
        words.pop("shared")
    try:
        services.save_note(one, words, version=version_to_save(form))
    except Conflict as refusal:
        return saved(one, refusal=str(refusal.message), theirs=one.text)
    return saved(one)


@bp.post("/notes/<int:note_id>/finish")
@for_members
def finish_note(note_id: int) -> ResponseReturnValue:
    """完稿, or back to a draft."""
    found = _found(note_id, to_change=True)
    one = found.Note
    try:
        services.finish_note(one, _home(one), done=request.form.get("done") == "1", by=me())
    except Invalid as refusal:
        return _page(found, 422, refusal=refusal.message)
    notice = _("已完稿。") if one.done_on else _("已改回草稿。")
    return done(notice, "study_logs.note", note_id=note_id)


@bp.post("/notes/<int:note_id>/remove")
@for_members
def remove_note(note_id: int) -> ResponseReturnValue:
    """For good, with its files."""
    one = _found(note_id, to_change=True).Note
    services.remove_note(one, _home(one), by=me())
    return done(_("已删除。"), "study_logs.notes")


# Files -------------------------------------------------------------------------------------------


def _record(one: Note) -> Record:
    def check() -> None:
        if one.owner_id != me().id:
            raise Forbidden(_("只有本人可以写这一篇。"))
        if one.done_on:
            raise Invalid(_("已经完稿。要修改，请先改回草稿。"))

    return Record(queries.subject_of(one.id), _home(one), check)


def _shelf(record_id: int, *, to_change: bool = False) -> Shelf:
    found = _found(record_id, to_change=to_change)

    def section(status: int, refusal: str) -> ResponseReturnValue:
        return render(PAGE, "files", status, **_context(found) | {"files_refusal": refusal})

    return shelf_of(_record(found.Note), section, "study_logs.note", note_id=record_id)


hang_files(note_bp, "/notes/<int:record_id>", _shelf)
