"""Meetings and self-reviews of a unit and those under it, counted as they are listed."""

from collections import Counter
from datetime import datetime

from sqlalchemy import String, cast, func, literal, select, union_all

from intranet.extensions import db
from intranet.gate import open_units
from intranet.models import Unit, User
from plugins.democratic_life.models import Meeting, Review, Submitted
from plugins.democratic_life.queries.meetings import PLUGIN, counted_in
from plugins.democratic_life.wording import PASSED, STAGES, Stage

MEETINGS, REVIEWS = "meetings", "reviews"


def stages_of(user: User, unit: Unit) -> tuple[Counter[Stage], Counter[bool]]:
    """How many meetings are ahead and were held; how many self-reviews the chain agreed to. One query."""
    here = counted_in(user, unit)
    states = select(literal(MEETINGS), cast(Meeting.state, String), func.count()).where(here)
    passed = select(literal(REVIEWS), cast(Review.state, String), func.count()).where(here)
    passed = passed.join(Meeting, Meeting.id == Review.meeting_id).group_by(Review.state)
    meetings, reviews = Counter[Stage](), Counter[bool]()
    for what, state, number in db.session.execute(union_all(states.group_by(Meeting.state), passed)):
        if what == REVIEWS:
            reviews[state in PASSED] += number
        else:
            meetings += Counter({stage: number for stage, states in STAGES.items() if state in states})
    return meetings, reviews


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
