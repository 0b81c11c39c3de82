"""Who can write the group's own self-review, and who can be in the chain."""

from sqlalchemy import select

from intranet.contracts import Role
from intranet.extensions import db
from intranet.organisation import organisation
from intranet.people import names_of, serving, working_in
from plugins.democratic_life.models import Meeting, Seat

FROM_ABOVE = (Role.LEADER, Role.OFFICE, Role.SUPERVISOR)


def people_around(meeting: Meeting) -> dict[int, str]:
    """By id: who sits in the meeting, the unit's own people, and who leads or supervises it from above."""
    unit = organisation().by_id[meeting.unit_id]
    sits = select(Seat.user_id).where(Seat.meeting_id == meeting.id)
    own, above = serving([unit.id]), serving(unit.line, FROM_ABOVE)
    return names_of(sits, working_in([unit.id]), own, above)


def chief_of(meeting: Meeting) -> int | None:
    """主要负责同志."""
    query = select(Seat.user_id).where(Seat.meeting_id == meeting.id, Seat.is_chief)
    return db.session.scalar(query.order_by(Seat.place).limit(1))
