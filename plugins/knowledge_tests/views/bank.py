"""The unit's bank of questions. Whoever sees it knows the answers, so its people take no test made of it."""

from flask import g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet.errors import Conflict, Invalid
from intranet.extensions import db
from intranet.forms import version_seen
from intranet.htmx import done, render
from intranet.permissions import me, requires
from intranet.web import page_asked
from plugins.knowledge_tests.forms import QuestionForm, differing
from plugins.knowledge_tests.models import LETTERS, Kind, Question
from plugins.knowledge_tests.queries.bank import (
    PAGE,
    Filters,
    is_used,
    own_stock,
    own_topics,
    question_or_404,
    question_page,
)
from plugins.knowledge_tests.services import bank as services
from plugins.knowledge_tests.views import bp


@bp.get("/questions")
@requires("knowledge_tests:bank")
def bank_list() -> ResponseReturnValue:
    """The unit's own questions, by topic."""
    page = page_asked()
    filters = filters_from_address()
    found = question_page(g.unit, filters, page)
    return render(
        "knowledge_tests/bank.html",
        "bank",
        questions=found[:PAGE],
        has_more=len(found) > PAGE,
        page=page,
        filters=filters,
        topics=own_topics(g.unit),
        numbers=own_stock(g.unit),
    )


def filters_from_address() -> Filters:
    """What the address asks for; what it cannot mean is left out."""
    kind = request.args.get("kind", "")
    return Filters(
        topic=request.args.get("topic") if "topic" in request.args and request.args["topic"] != "*" else None,
        kind=Kind(kind) if kind in set(Kind) else None,
        retired=request.args.get("retired") == "1",
        words=request.args.get("words", "").strip()[:100],
    )


@bp.route("/questions/new", methods=["GET", "POST"])
@requires("knowledge_tests:bank")
def new_question() -> ResponseReturnValue:
    """One more by hand; the next begins with the same kind and topic."""
    form = QuestionForm(request.form or None, **{name: request.args.get(name) for name in ("kind", "topic")})
    if not form.validate_on_submit():
        return _form(form, None, 422 if form.errors else 200)
    try:
        row = services.add(g.unit, form.words, by=me())
    except Invalid as error:
        return _wrong(form, None, error)
    notice = _("已加入题库，可以接着出下一题。")
    return done(notice, "knowledge_tests.new_question", kind=row.kind.value, topic=row.topic)


def _wrong(form: QuestionForm, question: Question | None, error: Invalid) -> ResponseReturnValue:
    """At the field that is to be changed; most faults are of options and answer together."""
    field = form.text if isinstance(error, services.AskedAlready) else form.answer
    field.errors = [error.message]
    return _form(form, question, 422)


def _form(
    form: QuestionForm, question: Question | None, status: int, **refused: object
) -> ResponseReturnValue:
    used = question is not None and is_used(question)
    topics = own_topics(g.unit)
    return render(
        "knowledge_tests/question.html",
        "question",
        status,
        form=form,
        question=question,
        used=used,
        topics=topics,
        **{"refusal": "", "theirs": [], **refused},
    )


@bp.route("/questions/<int:question_id>", methods=["GET", "POST"])
@requires("knowledge_tests:bank")
def question(question_id: int) -> ResponseReturnValue:
    """Reading and editing one."""
    found = question_or_404(g.unit, question_id)
    form = QuestionForm(request.form or None, **_values(found))
    if not form.validate_on_submit():
        return _form(form, found, 422 if form.errors else 200)
    try:
        services.edit(found, g.unit, form.words, by=me(), version=form.version.data or 0)
    except Invalid as error:
        return _wrong(form, found, error)
    except Conflict as refusal:
        return _stale(form, found, refusal)
    return done(_("已保存。"), "knowledge_tests.bank_list", topic=form.words.topic)


def _stale(form: QuestionForm, found: Question, refusal: Conflict) -> ResponseReturnValue:
    """What stands there now beside what was typed: saving again takes these words knowingly."""
    key = found.id
    db.session.expire(found)  # who changed it is somebody else now
    found = question_or_404(g.unit, key)
    form.version.data = found.version
    theirs = [] if found.retired else differing(form, QuestionForm(None, **_values(found)))
    return _form(form, found, 409, refusal=refusal.message, theirs=theirs)


def _values(found: Question) -> dict[str, object]:
    options = {f"option_{letter.lower()}": text for letter, text in zip(LETTERS, found.options, strict=False)}
    names = ("version", "topic", "text", "answer", "explanation")
    return {**options, **{name: getattr(found, name) for name in names}, "kind": found.kind.value}


@bp.post("/questions/<int:question_id>/retire")
@requires("knowledge_tests:bank")
def retire(question_id: int) -> ResponseReturnValue:
    """Out of use."""
    services.retire(question_or_404(g.unit, question_id), g.unit, by=me(), version=version_seen())
    return done(_("已停用，以后不再抽到。"), "knowledge_tests.bank_list")


@bp.post("/questions/<int:question_id>/restore")
@requires("knowledge_tests:bank")
def restore(question_id: int) -> ResponseReturnValue:
    """Back in use."""
    services.restore(question_or_404(g.unit, question_id), g.unit, by=me(), version=version_seen())
    return done(_("已恢复使用。"), "knowledge_tests.bank_list")


@bp.post("/questions/<int:question_id>/delete")
@requires("knowledge_tests:bank")
def delete(question_id: int) -> ResponseReturnValue:
    """Gone, if nobody was ever asked it."""
    services.delete(question_or_404(g.unit, question_id), g.unit, by=me(), version=version_seen())
    return done(_("已删除。"), "knowledge_tests.bank_list")
