"""A person's own attempts and their questions. Nobody else reads them."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload

from intranet.errors import NotFound
from intranet.extensions import db
from intranet.models import Unit, User
from plugins.knowledge_tests.models import Answer, Attempt, Counts, Quiz, Shows, State
from plugins.knowledge_tests.queries.quizzes import is_seen

GRACE = timedelta(seconds=10)
"""How long after the end an answer may still be on its way."""


def attempts(unit: Unit, user: User) -> Select[Attempt]:
    """Those of one person, of quizzes the unit sees."""
    query = select(Attempt).join(Attempt.quiz).options(contains_eager(Attempt.quiz).joinedload(Quiz.unit))
    return query.where(Attempt.user_id == user.id, is_seen(unit, user))


def attempt_or_404(unit: Unit, attempt_id: int, user: User) -> Attempt:
    attempt = db.session.scalar(attempts(unit, user).where(Attempt.id == attempt_id))
    if attempt is None:
        raise NotFound(_("没有这份答卷。请从“知识测试”重新进入。"))
    return attempt


def own_attempts(quiz_ids: Iterable[int], user: User) -> dict[int, list[Attempt]]:
    """By quiz, in their order."""
    query = select(Attempt).where(Attempt.quiz_id.in_(quiz_ids), Attempt.user_id == user.id)
    found: dict[int, list[Attempt]] = {}
    for attempt in db.session.scalars(query.order_by(Attempt.number)):
        found.setdefault(attempt.quiz_id, []).append(attempt)
    return found


def counting(tries: Iterable[Attempt], counts: Counts) -> Attempt | None:
    """The one that counts, of those handed in."""
    done = [attempt for attempt in tries if attempt.submitted_at]
    if not done:
        return None
    if counts is Counts.LAST:
        return max(done, key=lambda attempt: attempt.number)
    return max(done, key=lambda attempt: (attempt.score or 0, attempt.number))


def running(tries: Iterable[Attempt]) -> Attempt | None:
    return next((attempt for attempt in tries if attempt.submitted_at is None), None)


def is_late(attempt: Attempt, now: datetime) -> bool:
    """Nothing is taken any more."""
    return now > attempt.ends_at + GRACE


def shows_answers(attempt: Attempt, tries: Collection[Attempt], now: datetime) -> bool:
    """Whether this person may see which answers were right; `tries`: all they have begun.

    Never while one of them runs or, before the end, another may begin; nor in the seconds after the end
    in which somebody's last answer is still on its way.
    """
    if running(tries) or attempt.quiz.shows is Shows.NEVER:
        return False
    if attempt.quiz.state is State.CLOSED or attempt.quiz.closes_at + GRACE < now:
        return True
    return attempt.quiz.shows is Shows.SUBMITTED and len(tries) >= attempt.quiz.attempts


def answers_of(attempt: Attempt) -> list[Answer]:
    """With their questions, in the order of the page."""
    query = select(Answer).where(Answer.attempt_id == attempt.id).options(joinedload(Answer.question))
    return list(db.session.scalars(query.order_by(Answer.position)))
