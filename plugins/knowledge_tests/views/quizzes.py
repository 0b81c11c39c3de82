"""The quizzes of a unit: the list, one of them, and what those who hold it may do."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet import clock
from intranet.contracts import NavItem
from intranet.errors import Conflict, Invalid
from intranet.forms import version_seen
from intranet.gate import enabled_plugins
from intranet.htmx import done, render
from intranet.organisation import organisation
from intranet.permissions import allowed, for_members, me, requires
from intranet.plugins import collect
from intranet.web import page_asked
from plugins.knowledge_tests.forms import ExtendForm, QuizForm, differing
from plugins.knowledge_tests.models import Kind, Quiz, State
from plugins.knowledge_tests.queries import bank
from plugins.knowledge_tests.queries.attempts import counting, own_attempts, running
from plugins.knowledge_tests.queries.quizzes import (
    HOLD,
    PAGE,
    TAKE,
    is_candidate,
    is_on,
    is_over,
    knows_answers,
    numbers,
    own_quiz_or_404,
    parts_of,
    quiz_or_404,
    quiz_page,
    shares_of,
)
from plugins.knowledge_tests.services import quizzes as services
from plugins.knowledge_tests.views import bp


@bp.get("/")
@for_members
def index() -> ResponseReturnValue:
    """The quizzes that concern this unit, and how this person did in each."""
    page = page_asked()
    found = quiz_page(g.unit, me(), page)
    ids = [quiz.id for quiz in found[:PAGE]]
    may = _may()
    return render(
        "knowledge_tests/index.html",
        "quizzes",
        quizzes=found[:PAGE],
        has_more=len(found) > PAGE,
        page=page,
        tries=own_attempts(ids, me()),
        numbers=numbers(g.unit, me(), ids) if may["results"] else {},
        may=may,
        **_moments(),
    )


def _may() -> dict[str, bool]:
    return {name: allowed(me(), f"knowledge_tests:{name}", g.unit) for name in ("bank", "hold", "results")}


def _moments() -> dict[str, Any]:
    now = clock.now()
    return {"now": now, "is_on": is_on, "is_over": is_over, "counting": counting, "running": running}


@bp.get("/quizzes/<int:quiz_id>")
@for_members
def quiz(quiz_id: int) -> ResponseReturnValue:
    """What it is about, this person's attempts, and the buttons of those who hold it."""
    return quiz_view(quiz_or_404(g.unit, quiz_id, me()), 200)


def quiz_view(found: Quiz, status: int, **refused: object) -> ResponseReturnValue:
    """The page, with a refused form or sentence where there is one."""
    holds = found.unit_id == g.unit.id and allowed(me(), HOLD, g.unit)
    drafting = holds and found.state is State.DRAFT
    until = clock.local(found.closes_at).replace(tzinfo=None)
    extend = ExtendForm(None, version=found.version, closes_at=until)
    return render(
        "knowledge_tests/quiz.html",
        "quiz",
        status,
        quiz=found,
        shares=shares_of(found),
        lessons=_lessons(found),
        tries=own_attempts([found.id], me()).get(found.id, []),
        may_take=not drafting and _may_take(found),
        knows=knows_answers(me(), organisation().by_id[found.unit_id]),
        holds=holds,
        may=_may(),
        stock=bank.stock(g.unit) if drafting else {},
        numbers=numbers(g.unit, me(), [found.id]).get(found.id),
        **_asked(found),
        **_moments(),
        **{"extend": extend, "refusal": "", "typed": None, **refused},
    )


def _lessons(found: Quiz) -> list[NavItem]:
    """What other plugins have that it asks about."""
    asked = {"user": me(), "unit": g.unit, "key": str(found.id)}
    items: list[NavItem] = collect("knowledge_tests_lessons", enabled_plugins(g.unit), **asked)
    return sorted(items, key=lambda item: item.order)


def _asked(found: Quiz) -> dict[str, Any]:
    """What each paper has: how many questions of what, and their marks."""
    parts = {(part.topic, part.kind): part.number for part in parts_of(found)}
    full = sum(found.points_of(kind) * number for (_topic, kind), number in parts.items())
    return {"parts": parts, "questions": sum(parts.values()), "full": full}


def _may_take(found: Quiz) -> bool:
    return allowed(me(), TAKE, g.unit) and is_candidate(found, me())


# For those who hold it -----------------------------------------------------------------------------


@bp.route("/quizzes/new", methods=["GET", "POST"])
@requires("knowledge_tests:hold")
def new_quiz() -> ResponseReturnValue:
    """A draft; what it asks is said next."""
    form = _offered(QuizForm(request.form or None, units=[g.unit.id], **_a_week()))
    if not form.validate_on_submit():
        return _form(form, None, 422 if form.errors else 200)
    row = services.add(g.unit, form.values, by=me())
    return done(_("已存为草稿。接着设定抽哪些题，然后发布。"), "knowledge_tests.quiz", quiz_id=row.id)


def _a_week() -> dict[str, datetime]:
    """From the next full hour to the end of the day in a week, on the hospital's clock."""
    hour = clock.local(clock.now()).replace(minute=0, second=0, microsecond=0, tzinfo=None)
    return {"opens_at": hour + timedelta(hours=1), "closes_at": hour.replace(hour=18) + timedelta(days=7)}


def _offered(form: QuizForm) -> QuizForm:
    units = organisation().under(g.unit.path)
    form.units.choices = [(unit.id, unit.name) for unit in units]
    return form


def _form(form: QuizForm, found: Quiz | None, status: int, **refused: object) -> ResponseReturnValue:
    context = {"form": form, "quiz": found, "refusal": "", "theirs": [], **refused}
    return render("knowledge_tests/quiz_form.html", "quiz_form", status, **context)


@bp.route("/quizzes/<int:quiz_id>/edit", methods=["GET", "POST"])
@requires("knowledge_tests:hold")
def edit_quiz(quiz_id: int) -> ResponseReturnValue:
    """While it is a draft."""
    found = own_quiz_or_404(g.unit, quiz_id, me())
    form = _offered(QuizForm(request.form or None, **_values(found)))
    if not form.validate_on_submit():
        return _form(form, found, 422 if form.errors else 200)
    try:
        services.edit(found, g.unit, form.values, by=me(), version=form.seen)
    except Conflict as refusal:
        form.version.data = found.version
        theirs = differing(form, _offered(QuizForm(None, **_values(found))))
        return _form(form, found, 409, refusal=refusal.message, theirs=theirs)
    return done(_("已保存。"), "knowledge_tests.quiz", quiz_id=quiz_id)


def _values(found: Quiz) -> Mapping[str, object]:
    values = {name: getattr(found, name) for name in QuizForm.__dict__ if hasattr(found, name)}
    local = {name: clock.local(values[name]).replace(tzinfo=None) for name in ("opens_at", "closes_at")}
    chosen = {name: values[name].value for name in ("counts", "shows")}
    return {**values, **local, **chosen, "units": [unit.id for unit in shares_of(found)]}


@bp.post("/quizzes/<int:quiz_id>/parts")
@requires("knowledge_tests:hold")
def compose(quiz_id: int) -> ResponseReturnValue:
    """How many questions of each topic and kind."""
    found = own_quiz_or_404(g.unit, quiz_id, me())
    version = version_seen()
    try:
        services.compose(found, g.unit, _wanted(), by=me(), version=version)
    except (Conflict, Invalid) as error:
        return quiz_view(found, error.status, refusal=error.message, typed=request.form)
    return done(_("抽题已保存。"), "knowledge_tests.quiz", quiz_id=quiz_id)


def _wanted() -> dict[tuple[str, Kind], int]:
    """Fields are called `single 八项规定`: kinds hold no space. Raises Invalid for what is no number."""
    wanted: dict[tuple[str, Kind], int] = {}
    for name, text in request.form.items():
        kind, space, topic = name.partition(" ")
        if space and kind in set(Kind) and text.strip():
            if not text.strip().isdecimal() or len(text.strip()) > 3:  # noqa: PLR2004 - below a thousand
                raise Invalid(_("抽题数请填 0 到 200 的整数。"))
            wanted[topic, Kind(kind)] = int(text)
    return wanted


@bp.post("/quizzes/<int:quiz_id>/open")
@requires("knowledge_tests:hold")
def open_quiz(quiz_id: int) -> ResponseReturnValue:
    """Its people are told."""
    found = own_quiz_or_404(g.unit, quiz_id, me())
    version = version_seen()
    try:
        people = services.open_to_all(found, g.unit, by=me(), version=version)
    except (Conflict, Invalid) as error:
        return quiz_view(found, error.status, refusal=error.message)
    return done(_("已发布，通知了 %(n)s 人。", n=people), "knowledge_tests.quiz", quiz_id=quiz_id)


@bp.post("/quizzes/<int:quiz_id>/extend")
@requires("knowledge_tests:hold")
def extend_quiz(quiz_id: int) -> ResponseReturnValue:
    """A later end."""
    found = own_quiz_or_404(g.unit, quiz_id, me())
    form = ExtendForm()
    if not form.validate_on_submit():
        return quiz_view(found, 422, extend=form)
    try:
        services.extend(found, g.unit, form.closes_at.moment, by=me(), version=form.seen)
    except Invalid as error:
        form.closes_at.errors = [error.message]
        return quiz_view(found, 422, extend=form)
    except Conflict as refusal:
        form.version.data = found.version
        return quiz_view(found, 409, extend=form, refusal=refusal.message)
    return done(_("已延长，还没有考的人会收到通知。"), "knowledge_tests.quiz", quiz_id=quiz_id)


@bp.post("/quizzes/<int:quiz_id>/close")
@requires("knowledge_tests:hold")
def close_quiz(quiz_id: int) -> ResponseReturnValue:
    """The end for everybody."""
    found = own_quiz_or_404(g.unit, quiz_id, me())
    ended = services.close(found, g.unit, by=me(), version=version_seen())
    return done(
        _("测试已结束，收回正在作答的答卷 %(n)s 份。", n=ended), "knowledge_tests.quiz", quiz_id=quiz_id
    )


@bp.post("/quizzes/<int:quiz_id>/delete")
@requires("knowledge_tests:hold")
def delete_quiz(quiz_id: int) -> ResponseReturnValue:
    """A draft nobody needs."""
    services.remove(own_quiz_or_404(g.unit, quiz_id, me()), g.unit, by=me(), version=version_seen())
    return done(_("草稿已删除。"), "knowledge_tests.index")
