"""How much somebody has studied against a target: one sum for person, unit and hospital alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlalchemy import ColumnElement, Row, func, or_, select

from intranet import clock
from intranet.contracts import Role
from intranet.extensions import db
from intranet.gate import subtree_with
from intranet.ids import among, given
from intranet.models import Grant, Membership, Unit, UnitKind, User
from intranet.organisation import organisation
from plugins.study_logs.models import TENTHS, Attendance, Makeup, Note, Session, Target
from plugins.study_logs.rights import PLUGIN
from plugins.study_logs.steps import HELD
from plugins.study_logs.wording import ATTENDED, MakeupState, Measure, Pace, People


@dataclass(frozen=True)
class Standing:
    """One person against a target; amounts in tenths."""

    user_id: int
    name: str
    unit_ids: tuple[int, ...]
    value: int
    target: Target

    @cached_property
    def pace(self) -> Pace:
        """Behind: less than the part of the time that is over asks for."""
        if self.target.amount is None:
            return Pace.COUNTED
        if self.value >= self.target.amount:
            return Pace.REACHED
        gone, whole = days_of(self.target)
        return Pace.BEHIND if self.value * whole < self.target.amount * gone else Pace.ON_TRACK

    @property
    def forecast(self) -> int:
        """What it comes to by the last day if it goes on like this."""
        gone, whole = days_of(self.target)
        return self.value * whole // gone if gone else self.value


def days_of(target: Target) -> tuple[int, int]:
    """Days of the target that are over, and all of them."""
    whole = (target.ends_on - target.starts_on).days + 1
    return min(max((clock.today() - target.starts_on).days, 0), whole), whole


TARGETS = (
    select(Target).where(among(Target.unit_id, given("line"))).order_by(Target.ends_on.desc(), Target.id)
)
"""Built once, as building costs more than asking."""


def targets_for(unit: Unit) -> Sequence[Target]:
    """Of this unit and those above it: they hold here. The ones that end last come first."""
    return db.session.scalars(TARGETS, {"line": unit.line}).all()


def find_target(unit: Unit, target_id: int, *, own: bool = False) -> Target | None:
    query = select(Target).where(Target.id == target_id)
    here = Target.unit_id == unit.id if own else Target.unit_id.in_(unit.line)
    return db.session.scalar(query.where(here))


def standings(target: Target, units: Sequence[Unit], only: int | None = None) -> list[Standing]:
    """Everybody of these units the target is for, or just one, the least first: two queries."""
    people = _people(target, units, only)
    sums = _sums(target, list(people) if only else None)
    found = [
        Standing(user_id, name, tuple(homes), sums.get(user_id, 0), target)
        for user_id, (name, homes) in people.items()
    ]
    return sorted(found, key=lambda one: (one.value, one.name, one.user_id))


def _people(target: Target, units: Sequence[Unit], only: int | None) -> dict[int, tuple[str, list[int]]]:
    """By id: name, and in which of these units they work."""
    ids, today = [unit.id for unit in units], clock.today()
    table = Grant if target.people is People.LEADERS else Membership
    query = select(User.id, User.name, table.unit_id).join(table, table.user_id == User.id)
    query = query.where(table.unit_id.in_(ids), table.in_force(today))
    if target.people is People.LEADERS:
        query = query.where(Grant.role == Role.LEADER)
    if target.people is People.PARTY:
        branches = [unit.id for unit in organisation().units if unit.kind == UnitKind.BRANCH]
        party = select(Membership.user_id).where(Membership.unit_id.in_(branches), Membership.in_force(today))
        query = query.where(User.id.in_(party))
    if only:
        query = query.where(User.id == only)
    found: dict[int, tuple[str, list[int]]] = {}
    for user_id, name, unit_id in db.session.execute(query.order_by(User.id)):
        found.setdefault(user_id, (name, []))[1].append(unit_id)
    return found


def _sums(target: Target, only: list[int] | None) -> dict[int, int]:
    if target.measure is Measure.NOTES:
        query = select(Note.owner_id, func.count() * TENTHS).where(*_counted_notes(target))
        whose: ColumnElement[int] = Note.owner_id  # type: ignore[assignment]
    else:
        what = func.sum(Session.tenths) if target.measure is Measure.HOURS else func.count() * TENTHS
        query = select(Attendance.user_id, what).join(Session, Session.id == Attendance.session_id)
        query = query.outerjoin(Makeup, Makeup.attendance_id == Attendance.id).where(*_counted(target))
        whose = Attendance.user_id  # type: ignore[assignment]
    if only is not None:
        query = query.where(whose.in_(only))
    return {user_id: int(value) for user_id, value in db.session.execute(query.group_by(whose))}


def counted_units(target: Target) -> list[int]:
    home = organisation().by_id.get(target.unit_id)
    return [unit.id for unit in subtree_with(PLUGIN, home)] if home else []


def _counted(target: Target) -> list[ColumnElement[bool]]:
    """Who was there, or has made up for it, at a session that took place; of people of the target's units."""
    found = [
        Attendance.unit_id.in_(counted_units(target)),
        Session.stage.in_(HELD),
        Session.day.between(target.starts_on, target.ends_on),
        or_(Attendance.mark.in_(ATTENDED), Makeup.state == MakeupState.CONFIRMED),
    ]
    return [*found, Session.form == target.form] if target.form else found


def _counted_notes(target: Target) -> list[ColumnElement[bool]]:
    """Finished ones, private or not: the number is no secret, the text is."""
    in_time = Note.done_on.between(target.starts_on, target.ends_on)
    return [Note.unit_id.in_(counted_units(target)), in_time]


Studied = Row[Session, Attendance, Makeup | None]


def studied(user_id: int, unit_ids: Sequence[int], target: Target | None, page: range) -> Sequence[Studied]:
    """The list behind a number: sessions that took place, of this person in these units, the newest first."""
    query = select(Session, Attendance, Makeup).join(Attendance, Attendance.session_id == Session.id)
    query = query.outerjoin(Makeup, Makeup.attendance_id == Attendance.id)
    query = query.where(Attendance.user_id == user_id, Attendance.unit_id.in_(unit_ids))
    query = query.where(*_counted(target)) if target else query.where(Session.stage.in_(HELD))
    ordered = query.order_by(Session.day.desc(), Session.id.desc())
    return db.session.execute(ordered.limit(len(page)).offset(page.start)).all()


def notes_of(user_id: int, target: Target) -> Sequence[Row[int, date | None]]:
    """Id and day of each that counts: never a word of it."""
    query = select(Note.id, Note.done_on).where(Note.owner_id == user_id, *_counted_notes(target))
    return db.session.execute(query.order_by(Note.done_on.desc(), Note.id.desc())).all()


def absent_between(
    unit_ids: Sequence[int], start: date, end: date
) -> Sequence[Row[Session, Attendance, str, MakeupState]]:
    """For the circular: who missed what, and what became of it."""
    query = select(Session, Attendance, User.name, Makeup.state)
    query = query.join(Attendance, Attendance.session_id == Session.id)
    query = query.join(User, User.id == Attendance.user_id)
    query = query.join(Makeup, Makeup.attendance_id == Attendance.id)
    query = query.where(Attendance.unit_id.in_(unit_ids), Session.stage.in_(HELD))
    query = query.where(Session.day.between(start, end))
    return db.session.execute(query.order_by(Session.day, Session.id, Attendance.id)).all()
