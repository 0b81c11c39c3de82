"""Who can be seated: a unit's own people, those who serve or lead it, its leading group."""

from datetime import date
from typing import cast

from sqlalchemy import select, union

from intranet import clock
from intranet.contracts import Appointment, Role
from intranet.extensions import db
from intranet.gate import enabled_plugins
from intranet.models import Membership, Unit, User
from intranet.people import names_of, serving, working_in
from intranet.plugins import collect
from plugins.democratic_life.models import Meeting, Seat


def people_to_name(unit: Unit, *also: int | None) -> dict[int, str]:
    """By id. Those of `also` are always among them: who is named already."""
    seated = select(Seat.user_id).join(Meeting, Meeting.id == Seat.meeting_id)
    here = (working_in([unit.id]), serving([unit.id]), seated.where(Meeting.unit_id == unit.id))
    named = [*filter(None, also), *(post.user_id for post in roster_of(unit, clock.today()))]
    return names_of(*here, serving(unit.line, [Role.LEADER]), also=named)


def roster_of(unit: Unit, day: date) -> list[Appointment]:
    """The leading group as another plugin keeps it; empty where none does."""
    found = collect("democratic_life_roster", enabled_plugins(unit), unit=unit, day=day)
    return cast("list[Appointment]", found)


def members_of(unit: Unit) -> list[Appointment]:
    """Everybody who is in the unit today and whose account is open, with the title they have there."""
    query = select(Membership.user_id, Membership.title).join(User, User.id == Membership.user_id)
    query = query.where(Membership.unit_id == unit.id, Membership.in_force(clock.today()))
    query = query.where(User.disabled.is_(False))
    rows = db.session.execute(query.order_by(User.pinyin, User.id))
    return [Appointment(user_id, title, is_chief=False) for user_id, title in rows]


def people_above(unit: Unit) -> list[int]:
    """The office and the supervisors over the unit, who could have agreed to a plan themselves."""
    over = serving(unit.line[:-1], [Role.OFFICE, Role.SUPERVISOR])
    return list(db.session.scalars(union(over, serving([unit.id], [Role.SUPERVISOR]))))
