"""Opening, writing and taking away what was said: for parties and recorder, each look recorded."""

from collections.abc import Iterator

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet.db import writes
from intranet.documents import download, word
from intranet.errors import Conflict
from intranet.htmx import done, render
from intranet.organisation import organisation
from intranet.permissions import for_members, me
from intranet.web import in_language
from plugins.talk_records import papers
from plugins.talk_records.forms import PassForm, TextsForm
from plugins.talk_records.models import Passed
from plugins.talk_records.queries.passed import agreed_people, outcomes_of, passed_of
from plugins.talk_records.queries.talks import Found
from plugins.talk_records.services.passing import others_of, words_of
from plugins.talk_records.services.talks import what_happened
from plugins.talk_records.services.texts import open_texts, write_texts
from plugins.talk_records.views.blueprint import bp, here, readable


@bp.get("/talks/<int:talk_id>/text")
@for_members
@writes  # the entry in the audit log that somebody looked
def text(talk_id: int) -> ResponseReturnValue:
    """What was said."""
    return text_page(readable(talk_id))


def text_page(shown: Found, status: int = 200, form: PassForm | None = None) -> ResponseReturnValue:
    """With what was passed on, and what became of it."""
    texts = open_texts(shown, by=me())
    passed = passed_of(shown.talk)
    return render(
        "talk_records/text.html",
        "text",
        status,
        found=shown,
        texts=texts,
        passed=[(each, words_of(each), asked) for each, asked in _with_those_asked(passed, shown)],
        outcomes=outcomes_of(me(), passed),
        form=form or _pass_form(),
        units=organisation().by_id,
    )


def _with_those_asked(passed: list[Passed], shown: Found) -> Iterator[tuple[Passed, dict[int, str]]]:
    """Each problem with those whose word is missing, by id."""
    agreed = agreed_people(passed)
    for each in passed:
        missing = others_of(shown, each.proposed_by) - agreed.get(each.id, set())
        yield each, {side.user_id: side.name for side in shown.sides if side.user_id in missing}


def _pass_form() -> PassForm:
    form = PassForm(formdata=None)
    form.offer(targets())
    form.target.data = here().id
    return form


def targets() -> dict[int, str]:
    """The units a problem can be passed on to: this one, those above and those below."""
    known = organisation()
    near = {*here().line, *(unit.id for unit in known.under(here().path))}
    return {unit.id: unit.name for unit in known.units if unit.id in near and unit.kind != "bureau"}


@bp.route("/talks/<int:talk_id>/text/edit", methods=["GET", "POST"])
@for_members
@writes  # the same: the form shows what was said
def edit_text(talk_id: int) -> ResponseReturnValue:
    """Writing it down. What somebody else has written meanwhile is shown, and nothing typed is lost."""
    shown = readable(talk_id, to_change=request.method == "POST")
    if request.method != "POST":
        if not shown.may_write:
            raise Conflict(what_happened(shown.talk))
        form = TextsForm(data={**open_texts(shown, by=me()), "version": shown.talk.version})
        return _form_page(shown, form)
    form = TextsForm()
    if not form.validate():
        return _form_page(shown, form, 422)
    try:
        write_texts(shown, form.texts(), version=form.seen, by=me())
    except Conflict as refusal:
        return _both_texts(readable(talk_id), form, refusal)
    return done(_("已加密保存。"), "talk_records.text", talk_id=talk_id)


def _both_texts(shown: Found, form: TextsForm, refusal: Conflict) -> ResponseReturnValue:
    """409: what stands there now beside what this person typed. Saving again takes theirs knowingly."""
    mine, now = form.texts(), open_texts(shown, by=me())
    form.version.data = shown.talk.version
    theirs = {name: now[name] for name in now if now[name] != mine[name].strip()}
    return _form_page(shown, form, 409, refusal.message, theirs)


def _form_page(
    shown: Found,
    form: TextsForm,
    status: int = 200,
    refusal: object = "",
    theirs: dict[str, str] | None = None,
) -> ResponseReturnValue:
    words = {"found": shown, "form": form, "refusal": refusal, "theirs": theirs or {}}
    return render("talk_records/edit_text.html", "form", status, **words)


@bp.post("/talks/<int:talk_id>/record.docx")
@for_members
def record_form(talk_id: int) -> Response:
    """谈心谈话记录表, made in the same transaction as the entry that it was taken away."""
    shown = readable(talk_id)
    texts = open_texts(shown, by=me(), deed="take_away")
    with in_language("zh"):
        words = papers.as_words(shown, texts)
    return download(word.fill("talk_records", "record", words), "谈心谈话记录表.docx")
