"""Meetings and self-reviews of a unit and those under it, counted as they are listed."""

from collections import Counter
from datetime import datetime

from sqlalchemy import func, select

from intranet.extensions import db
from intranet.gate import open_units
from intranet.models import Unit, User
from plugins.democratic_life.models import Meeting, Review, Submitted
from plugins.democratic_life.queries.meetings import PLUGIN, counted_in
from plugins.democratic_life.wording import PASSED, STAGES, Stage, State


def stages_of(user: User, unit: Unit) -> Counter[Stage]:
    """How many meetings are ahead, and how many were held."""
    query = select(Meeting.state, func.count()).where(counted_in(user, unit)).group_by(Meeting.state)
    numbers: dict[State, int] = {row[0]: row[1] for row in db.session.execute(query)}
    return Counter(
        {stage: sum(numbers.get(state, 0) for state in states) for stage, states in STAGES.items()}
    )


def passed_of(user: User, unit: Unit) -> Counter[bool]:
    """How many self-reviews the chain has agreed to, and how many it has not."""
    query = select(Review.state, func.count()).join(Meeting, Meeting.id == Review.meeting_id)
    query = query.where(counted_in(user, unit)).group_by(Review.state)
    found: Counter[bool] = Counter()
    for state, number in db.session.execute(query):
        found[state in PASSED] += number
    return found


def happened(user: User, unit: Unit, start: datetime, end: datetime) -> tuple[int, int]:
    """How many meetings were held between these moments, and how many versions handed in. One query."""
    units = [below.id for below in open_units(PLUGIN, unit, user)]
    held = select(func.count()).where(
        Meeting.unit_id.in_(units), Meeting.held_at >= start, Meeting.held_at < end
    )
    handed = select(func.count()).select_from(Submitted).join(Review, Review.id == Submitted.review_id)
    handed = handed.join(Meeting, Meeting.id == Review.meeting_id).where(
        Meeting.unit_id.in_(units),
        Submitted.is_addition.is_(False),
        Submitted.submitted_at >= start,
        Submitted.submitted_at < end,
    )
    row = db.session.execute(select(held.scalar_subquery(), handed.scalar_subquery())).one()
    return row[0], row[1]
