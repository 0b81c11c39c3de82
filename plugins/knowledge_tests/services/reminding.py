"""Whoever has not begun a quiz hears in time that its end is near."""

from datetime import datetime, time, timedelta

from sqlalchemy import select

from intranet import clock, workdays
from intranet.db import reads_first, start_writing
from intranet.extensions import db
from intranet.gate import units_with
from intranet.models import Notice, User
from intranet.organisation import organisation
from plugins.knowledge_tests.models import Attempt, Candidate, Quiz, State
from plugins.knowledge_tests.queries.quizzes import PLUGIN
from plugins.knowledge_tests.services.quizzes import tell_each

KIND = "ending"
SHORT = timedelta(days=1)
"""Of a quiz that as a whole takes less nobody is reminded: they were invited a moment ago."""


@reads_first
def remind() -> dict[str, int]:
    """On the last morning of a working day before the end; each once, and once more for a later end."""
    if not workdays.reminds_now():
        return {"told": 0}
    found = [(quiz, people) for quiz in _ending() if (people := _absent(quiz))]
    if found:
        start_writing()
    return {"told": sum(tell_each(quiz, people, KIND, once=quiz.closes_at) for quiz, people in found)}


def _ending() -> list[Quiz]:
    """Those on now that are over before the next morning of a working day is."""
    now, next_day = clock.now(), workdays.add(clock.today(), 1)
    end = datetime.combine(next_day, time(workdays.MORNING.stop), clock.ZONE)
    ours = [unit.id for unit in units_with(PLUGIN, organisation().units)]
    on = (Quiz.state == State.OPEN, Quiz.opens_at <= now, Quiz.closes_at > now, Quiz.closes_at <= end)
    found = db.session.scalars(select(Quiz).where(*on, Quiz.unit_id.in_(ours)).order_by(Quiz.id))
    return [quiz for quiz in found if quiz.closes_at - quiz.opens_at >= SHORT]


def _absent(quiz: Quiz) -> list[tuple[int, int]]:
    """Person and unit of those who have not begun and have not heard yet that this is the end."""
    begun = select(Attempt.user_id).where(Attempt.quiz_id == quiz.id)
    this_end = Notice.key.endswith(f"/quizzes/{quiz.id} {quiz.closes_at}")
    told = select(Notice.user_id).where(Notice.plugin == PLUGIN, Notice.kind == KIND, this_end)
    query = select(Candidate.user_id, Candidate.unit_id).join(User, User.id == Candidate.user_id)
    query = query.where(Candidate.quiz_id == quiz.id, User.disabled.is_(False))
    rows = db.session.execute(query.where(Candidate.user_id.not_in(begun), Candidate.user_id.not_in(told)))
    return [(user_id, unit_id) for user_id, unit_id in rows]
