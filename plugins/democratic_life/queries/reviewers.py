"""Who can write the group's own self-review, and who can be in the chain."""

from sqlalchemy import and_, or_, select

from intranet import clock
from intranet.contracts import ADMINISTRATORS, Role
from intranet.extensions import db
from intranet.models import Grant, Membership, User
from intranet.organisation import organisation
from plugins.democratic_life.models import Meeting, Seat

FROM_ABOVE = (Role.LEADER, Role.OFFICE, Role.SUPERVISOR)


def people_around(meeting: Meeting) -> dict[int, str]:
    """By id: who sits in the meeting, the unit's own people, and who leads or supervises it from above."""
    unit, today = organisation().by_id[meeting.unit_id], clock.today()
    sits = select(Seat.user_id).where(Seat.meeting_id == meeting.id)
    works = select(Membership.user_id).where(Membership.unit_id == unit.id, Membership.in_force(today))
    serves = or_(
        and_(Grant.unit_id == unit.id, Grant.role.not_in(ADMINISTRATORS)),
        and_(Grant.unit_id.in_(unit.line), Grant.role.in_(FROM_ABOVE)),
    )
    ids = sits.union(works, select(Grant.user_id).where(serves, Grant.in_force(today)))
    query = select(User.id, User.name, User.username).where(User.id.in_(ids), User.disabled.is_(False))
    rows = db.session.execute(query.order_by(User.pinyin, User.name, User.id))
    return {key: f"{name} · {username}" for key, name, username in rows}


def chief_of(meeting: Meeting) -> int | None:
    """主要负责同志."""
    query = select(Seat.user_id).where(Seat.meeting_id == meeting.id, Seat.is_chief)
    return db.session.scalar(query.order_by(Seat.place).limit(1))
