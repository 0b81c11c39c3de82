"""The meeting that a round of talks is for."""

from datetime import date, datetime, time

from sqlalchemy import exists, or_, select

from intranet import clock
from intranet.extensions import db
from intranet.models import Unit, User
from plugins.democratic_life.models import Meeting
from plugins.democratic_life.queries.meetings import AGAIN, known_to


def first_from(user: User, unit: Unit, day: date) -> Meeting | None:
    """The unit's first on or after this day, if the person may know of it; of one held again the later."""
    begins = datetime.combine(day, time(), clock.ZONE)
    is_late_enough = or_(Meeting.meets_at.is_(None), Meeting.meets_at >= begins)
    counts = ~exists().where(AGAIN.again_of_id == Meeting.id)
    query = select(Meeting).where(Meeting.unit_id == unit.id, is_late_enough, counts, known_to(user, unit))
    return db.session.scalar(query.order_by(Meeting.meets_at.asc().nulls_last(), Meeting.id).limit(1))
