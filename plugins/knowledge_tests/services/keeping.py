"""What happens to quizzes without a person: time runs out, people join."""

from sqlalchemy import ColumnElement, select

from intranet import audit, clock
from intranet.extensions import db
from intranet.gate import units_with
from intranet.organisation import organisation
from plugins.knowledge_tests.models import Attempt, Quiz, State
from plugins.knowledge_tests.queries.attempts import GRACE
from plugins.knowledge_tests.queries.quizzes import PLUGIN, newcomers
from plugins.knowledge_tests.services.attempts import end_all, hold_running
from plugins.knowledge_tests.services.quizzes import invite, subject


def keep_up() -> dict[str, int]:
    """Marks what ran out of time, closes what is over, invites who has joined.

    Time that was given runs out wherever it was, also where quizzes were turned off since or the unit was
    closed: nobody's paper stays open for ever. To invite is a new deed, done only where quizzes are on.
    All locks come first, and only then the log, for which everybody waits.
    """
    now = clock.now()
    ours = [unit.id for unit in units_with(PLUGIN, organisation().units)]
    over = _held(Quiz.state == State.OPEN, Quiz.closes_at <= now - GRACE)
    on = _held(Quiz.state == State.OPEN, Quiz.closes_at > now, Quiz.unit_id.in_(ours))
    late = hold_running(Attempt.ends_at < now - GRACE, skip_locked=True)
    ended = end_all(late)
    for quiz in over:
        quiz.state, quiz.version = State.CLOSED, quiz.version + 1
        unit = organisation().by_id.get(quiz.unit_id)
        audit.record(None, "knowledge_tests:close_quiz", subject(quiz), unit=unit)
    invited = sum(invite(quiz, newcomers(quiz)) for quiz in on)
    return {"ended": ended, "closed": len(over), "invited": invited}


def _held(*which: ColumnElement[bool]) -> list[Quiz]:
    query = select(Quiz).where(*which).order_by(Quiz.id)
    return list(db.session.scalars(query.with_for_update(skip_locked=True)))
