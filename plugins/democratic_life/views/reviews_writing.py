"""Writing a self-review: in the page, saved while one types, or brought as Word."""

from http import HTTPStatus

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet import clock
from intranet.contracts import Text
from intranet.db import keep_on_refusal, reads_first, start_writing, writes
from intranet.errors import Conflict, Invalid
from intranet.htmx import done, render
from intranet.permissions import for_members, me
from intranet.wording import sentences
from plugins.democratic_life.documents.word_in import read
from plugins.democratic_life.forms.reviews import PartsForm, UploadForm
from plugins.democratic_life.queries.reviews import FoundReview, written_or_404
from plugins.democratic_life.review_notes import notes_by_part
from plugins.democratic_life.review_parts import placed
from plugins.democratic_life.services.reviews import what_happened
from plugins.democratic_life.services.reviews_reading import last_remarks
from plugins.democratic_life.services.reviews_telling import record
from plugins.democratic_life.services.reviews_writing import open_copy, save_copy, take_in, write
from plugins.democratic_life.views.blueprint import bp, here
from plugins.democratic_life.views.reviews import review_page

Texts = dict[str, str]


def written(review_id: int, *, to_change: bool = False) -> FoundReview:
    """The self-review, if this person writes it."""
    return written_or_404(me(), here(), review_id, to_change=to_change)


@bp.route("/reviews/<int:review_id>/edit", methods=["GET", "POST"])
@for_members
@writes  # the entry in the audit log that somebody looked
def edit_review(review_id: int) -> ResponseReturnValue:
    """The working copy. What was saved elsewhere meanwhile is shown, and nothing typed is lost."""
    shown = written(review_id, to_change=request.method == "POST")
    if request.method != "POST":
        if not shown.may_write:
            return review_page(shown, 409, what_happened(shown))
        texts, version = open_copy(shown, by=me())
        return _edit_page(shown, _form_of(shown, texts, version))
    form = PartsForm()
    form.keep(shown.parts)
    if not form.validate():
        keep_on_refusal()
        record(shown, "review_read", me())
        return _edit_page(shown, form, 422)
    try:
        write(shown, form.texts(), version=form.seen, by=me())
    except Conflict as refused:
        return _both(written(review_id), form, refused.message)
    return done(_("已加密保存。"), "democratic_life.review", review_id=review_id)


def _form_of(shown: FoundReview, texts: Texts, version: int) -> PartsForm:
    form = PartsForm(formdata=None, data={**texts, "version": version})
    form.keep(shown.parts)
    return form


def _edit_page(shown: FoundReview, form: PartsForm, status: int = 200, **more: object) -> ResponseReturnValue:
    """With `theirs`, what is kept and would be replaced, nothing is saved until the writer says so."""
    words = {"refusal": "", "theirs": {}, "upload": UploadForm(formdata=None), **more}
    words["notes"] = notes_by_part(last_remarks(shown, by=me()), shown.parts)
    return render("democratic_life/review_edit.html", "form", status, found=shown, form=form, **words)


def _both(shown: FoundReview, form: PartsForm, refusal: Text) -> ResponseReturnValue:
    """409: what is saved beside what this person typed. Saving again takes theirs knowingly."""
    keep_on_refusal()  # the entry that somebody looked
    mine = form.texts()
    now, form.version.data = open_copy(shown, by=me())
    theirs = {name: now[name] for name in now if now[name] != mine[name].strip()}
    return _edit_page(shown, form, 409, refusal=refusal, theirs=theirs)


@bp.post("/reviews/<int:review_id>/save")
@for_members
def save_review(review_id: int) -> ResponseReturnValue:
    """While one types: a line that says when, and the version for the next time."""
    shown, form = written(review_id, to_change=True), PartsForm()
    form.keep(shown.parts)
    if not form.validate():
        sentence = next(iter(form.errors.values()))[0]
        return _saved(shown, form.seen, 422, sentence)
    try:
        version = save_copy(shown, form.texts(), version=form.seen)
    except Conflict as refused:
        return _saved(shown, form.seen, 409, refused.message)
    return _saved(shown, version)


def _saved(shown: FoundReview, version: int, status: int = 200, refusal: Text = "") -> ResponseReturnValue:
    words = {"found": shown, "version": version, "refusal": refusal, "at": clock.now()}
    words["is_elsewhere"] = status == HTTPStatus.CONFLICT and shown.may_write
    return render("democratic_life/review_saved.html", "saved", status, **words)


@bp.post("/reviews/<int:review_id>/upload")
@for_members
@reads_first
def upload_review(review_id: int) -> ResponseReturnValue:
    """Reads the file before the writing begins. It replaces nothing until the writer has compared."""
    shown, form = written(review_id), UploadForm()
    if not form.validate():
        return _refused_upload(shown, form)
    try:
        words = read(form.file.data.read())
    except Invalid as refused:
        form.file.errors = [refused.message]
        return _refused_upload(shown, form)
    texts = placed(words.lines, words.aside, shown.parts)
    start_writing()
    shown = written(review_id, to_change=True)
    try:
        replaced = take_in(shown, texts, by=me())
    except Conflict as refused:
        return review_page(shown, 409, refused.message)
    said = _read_in(words.pictures, has_more=bool(replaced))
    if not replaced:
        return done(said, "democratic_life.edit_review", review_id=review_id)
    _before, version = open_copy(shown, by=me())
    return _edit_page(shown, _form_of(shown, texts, version), refusal=said, theirs=replaced)


def _read_in(pictures: int, *, has_more: bool) -> str:
    """What became of the file."""
    said = [_("已从 Word 读入并加密保存，请逐项核对。")]
    if has_more:
        said = [_("已从 Word 读入，还没有保存。原来写的在下面，请把要留的抄进来，再点保存。")]
    if pictures:
        said.append(_("文件里有 %(n)s 张图片，图片里的字没有带入。", n=pictures))
    return sentences(said)


def _refused_upload(shown: FoundReview, form: UploadForm) -> ResponseReturnValue:
    """The page of the copy needs a writing transaction, for it is a look at it."""
    start_writing()
    keep_on_refusal()
    shown = written(shown.review.id)
    texts, version = open_copy(shown, by=me())
    return _edit_page(shown, _form_of(shown, texts, version), 422, upload=form)
