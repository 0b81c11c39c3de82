"""Who can be seated: a unit's own people, those who serve or lead it, its leading group."""

from datetime import date
from typing import cast

from sqlalchemy import and_, or_, select

from intranet import clock
from intranet.contracts import ADMINISTRATORS, Appointment, Role
from intranet.extensions import db
from intranet.gate import enabled_plugins
from intranet.models import Grant, Membership, Unit, User
from intranet.plugins import collect
from plugins.democratic_life.models import Meeting, Seat


def people_to_name(unit: Unit, *also: int | None) -> dict[int, str]:
    """By id. Those of `also` are always among them: who is named already."""
    today = clock.today()
    works = select(Membership.user_id).where(Membership.unit_id == unit.id, Membership.in_force(today))
    serves = or_(
        and_(Grant.unit_id == unit.id, Grant.role.not_in(ADMINISTRATORS)),
        and_(Grant.unit_id.in_(unit.line), Grant.role == Role.LEADER),
    )
    granted = select(Grant.user_id).where(serves, Grant.in_force(today))
    seated = select(Seat.user_id).join(Meeting, Meeting.id == Seat.meeting_id)
    ids = works.union(granted, seated.where(Meeting.unit_id == unit.id))
    named = [*(person for person in also if person), *(post.user_id for post in roster_of(unit, today))]
    query = select(User.id, User.name, User.username).where(
        or_(User.id.in_(named), and_(User.id.in_(ids), User.disabled.is_(False)))
    )
    rows = db.session.execute(query.order_by(User.pinyin, User.name, User.id))
    return {key: f"{name} · {username}" for key, name, username in rows}


def roster_of(unit: Unit, day: date) -> list[Appointment]:
    """The leading group as another plugin keeps it; empty where none does."""
    found = collect("democratic_life_roster", enabled_plugins(unit), unit=unit, day=day)
    return cast("list[Appointment]", found)


def members_of(unit: Unit) -> list[Appointment]:
    """Everybody who is in the unit today, with the title they have there."""
    query = select(Membership.user_id, Membership.title).join(User, User.id == Membership.user_id)
    query = query.where(Membership.unit_id == unit.id, Membership.in_force(clock.today()))
    rows = db.session.execute(query.order_by(User.pinyin, User.id))
    return [Appointment(user_id, title, is_chief=False) for user_id, title in rows]
