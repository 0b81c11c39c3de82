"""What happens to quizzes without a person: time runs out, people join, the last day comes."""

from datetime import timedelta

from sqlalchemy import ColumnElement, select

from intranet import audit, clock
from intranet.extensions import db
from intranet.gate import units_with
from intranet.organisation import organisation
from plugins.knowledge_tests.models import Attempt, Candidate, Quiz, State
from plugins.knowledge_tests.queries.attempts import GRACE
from plugins.knowledge_tests.queries.quizzes import PLUGIN, newcomers
from plugins.knowledge_tests.services.attempts import end_all, hold_running
from plugins.knowledge_tests.services.quizzes import invite, subject, tell_each

LAST_DAY = timedelta(days=1)


def keep_up() -> dict[str, int]:
    """Marks what ran out of time, closes what is over, invites who has joined, reminds on the last day.

    All locks come first, and only then the log, for which everybody waits.
    """
    now = clock.now()
    ours = [unit.id for unit in units_with(PLUGIN, organisation().units)]
    over = _held(Quiz.state == State.OPEN, Quiz.closes_at <= now - GRACE, Quiz.unit_id.in_(ours))
    on = _held(Quiz.state == State.OPEN, Quiz.closes_at > now, Quiz.unit_id.in_(ours))
    late = hold_running(Attempt.ends_at < now - GRACE, skip_locked=True)
    ended = end_all(late)
    for quiz in over:
        quiz.state, quiz.version = State.CLOSED, quiz.version + 1
        unit = organisation().by_id.get(quiz.unit_id)
        audit.record(None, "knowledge_tests:close_quiz", subject(quiz), unit=unit)
    invited = sum(invite(quiz, newcomers(quiz)) for quiz in on)
    for quiz in on:
        if quiz.opens_at <= now and quiz.closes_at - now <= LAST_DAY:
            _remind(quiz)
    return {"ended": ended, "closed": len(over), "invited": invited}


def _held(*which: ColumnElement[bool]) -> list[Quiz]:
    query = select(Quiz).where(*which).order_by(Quiz.id)
    return list(db.session.scalars(query.with_for_update(skip_locked=True)))


def _remind(quiz: Quiz) -> None:
    """Those who have not begun, once."""
    begun = select(Attempt.user_id).where(Attempt.quiz_id == quiz.id)
    absent = select(Candidate.user_id, Candidate.unit_id).where(Candidate.quiz_id == quiz.id)
    people = db.session.execute(absent.where(Candidate.user_id.not_in(begun)))
    tell_each(quiz, [(user, place) for user, place in people], "last_day", once=quiz.closes_at)
