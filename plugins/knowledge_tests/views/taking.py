"""Taking a quiz. Right answers leave the server only with the result of a finished attempt."""

from collections.abc import Mapping

from flask import g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet import clock
from intranet.errors import NotFound
from intranet.htmx import done, render, wants_fragment
from intranet.permissions import me, requires
from plugins.knowledge_tests import drawing
from plugins.knowledge_tests.models import LETTERS, Attempt
from plugins.knowledge_tests.queries.attempts import (
    answers_of,
    attempt_or_404,
    counting,
    is_late,
    own_attempts,
    shows_answers,
)
from plugins.knowledge_tests.queries.quizzes import quiz_or_404
from plugins.knowledge_tests.services import attempts as services
from plugins.knowledge_tests.views import bp


@bp.post("/quizzes/<int:quiz_id>/start")
@requires("knowledge_tests:take")
def start(quiz_id: int) -> ResponseReturnValue:
    """From now on the time runs."""
    attempt = services.start(quiz_or_404(g.unit, quiz_id, me()), by=me())
    return done(_("开始答题。每答一题都会自动保存。"), "knowledge_tests.attempt", attempt_id=attempt.id)


@bp.get("/attempts/<int:attempt_id>")
@requires("knowledge_tests:take")
def attempt(attempt_id: int) -> ResponseReturnValue:
    """The paper while it runs, its result when it is handed in."""
    found = attempt_or_404(g.unit, attempt_id, me())
    return _result(found) if found.submitted_at else _paper(found)


def _paper(found: Attempt) -> ResponseReturnValue:
    now = clock.now()
    return render(
        "knowledge_tests/paper.html",
        "paper",
        attempt=found,
        answers=[] if is_late(found, now) else answers_of(found),
        offered=drawing.offered,
        as_shown=drawing.as_shown,
        is_late=is_late(found, now),
        left=max(int((found.ends_at - now).total_seconds()), 0),
    )


def _result(found: Attempt) -> ResponseReturnValue:
    tries = own_attempts([found.quiz_id], me())[found.quiz_id]
    open_answers = shows_answers(found, tries, clock.now())
    return render(
        "knowledge_tests/result.html",
        "result",
        attempt=found,
        tries=tries,
        counts=counting(tries, found.quiz.counts),
        answers=answers_of(found) if open_answers else [],
        offered=drawing.offered,
        as_shown=drawing.as_shown,
    )


@bp.post("/attempts/<int:attempt_id>/answers/<int:position>")
@requires("knowledge_tests:take")
def save_answer(attempt_id: int, position: int) -> ResponseReturnValue:
    """One answer, as soon as it is chosen. Answered only once it is on the disk."""
    found = attempt_or_404(g.unit, attempt_id, me())
    saved = services.save(found, {position: _letters(position)}, now=clock.now())
    if not saved:
        raise NotFound(_("这份答卷里没有这道题，请刷新页面。"))
    if not wants_fragment():
        return done(_("已保存。"), "knowledge_tests.attempt", attempt_id=attempt_id, _anchor=f"q{position}")
    return render(
        "knowledge_tests/_saved.html", "saved", answer=saved[0], as_shown=drawing.as_shown, says=True
    )


@bp.post("/attempts/<int:attempt_id>/save")
@requires("knowledge_tests:take")
def save(attempt_id: int) -> ResponseReturnValue:
    """The whole page, and go on."""
    found = attempt_or_404(g.unit, attempt_id, me())
    services.save(found, _changed(), now=clock.now())
    return done(_("已保存，可以继续作答。"), "knowledge_tests.attempt", attempt_id=attempt_id)


@bp.post("/attempts/<int:attempt_id>/submit")
@requires("knowledge_tests:take")
def submit(attempt_id: int) -> ResponseReturnValue:
    """交卷. A second time it only leads to the result."""
    found = attempt_or_404(g.unit, attempt_id, me())
    in_time = services.submit(found, _changed(), by=me(), now=clock.now())
    notice = _("已交卷。") if in_time else _("时间已到，按此前保存的答案评分。")
    return done(notice, "knowledge_tests.attempt", attempt_id=attempt_id)


def _letters(position: int) -> str:
    chosen = request.form.getlist(f"q{position}")
    return "".join(letter for letter in LETTERS if letter in chosen)


def _changed() -> Mapping[int, str]:
    """What this page has changed since it was shown: another page may have saved the rest meanwhile."""
    shown = {name[3:]: text for name, text in request.form.items() if name.startswith("was")}
    positions = {
        int(name): text for name, text in shown.items() if name.isdecimal() and len(name) < len("1000")
    }
    return {key: _letters(key) for key, before in positions.items() if _letters(key) != before}
