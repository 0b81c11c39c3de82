"""The ends of quizzes, for each unit whose people are invited, as reminders and the calendar ask for them."""

from datetime import date, datetime, time

from sqlalchemy import exists, func, select

from intranet import clock
from intranet.contracts import Charge, Deadline
from intranet.extensions import db
from intranet.models import Unit
from intranet.web import path_to
from plugins.knowledge_tests.models import Attempt, Candidate, Quiz, State


def deadlines(
    units: list[Unit], start: date, end: date, charge: Charge | None, most: int | None
) -> list[Deadline]:
    """Whatever ends in [start, end); done when all of the unit's people have handed in, or it was closed."""
    known = {unit.id: unit for unit in units if charge is None or unit.id in charge.unit_ids}
    done = exists().where(
        Attempt.quiz_id == Quiz.id, Attempt.user_id == Candidate.user_id, Attempt.submitted_at.is_not(None)
    )
    query = (
        select(Quiz.id, Quiz.title, Quiz.closes_at, Quiz.state, Candidate.unit_id, func.count().filter(~done))
        .join(Candidate, Candidate.quiz_id == Quiz.id)
        .where(Quiz.closes_at >= _midnight(start), Quiz.closes_at < _midnight(end))
        .where(Candidate.unit_id.in_(known))
        .group_by(Quiz.id, Quiz.title, Quiz.closes_at, Quiz.state, Candidate.unit_id)
        .order_by(Quiz.closes_at, Quiz.id, Candidate.unit_id)
        .limit(most)
    )
    return [
        Deadline(
            day=clock.local(closes_at).date(),
            title=title,
            url=path_to("knowledge_tests.quiz", unit=known[unit_id].code, quiz_id=key),
            unit_id=unit_id,
            done=absent == 0 or state is State.CLOSED,
        )
        for key, title, closes_at, state, unit_id, absent in db.session.execute(query)
    ]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.ZONE)
