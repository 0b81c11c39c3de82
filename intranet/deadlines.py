"""Dated duties, which the plugins report: who is in charge of one, and what they are told of it."""

from collections.abc import Collection, Iterable
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from intranet import audit, clock
from intranet.contracts import Charge, Deadline, Role
from intranet.errors import Conflict, Invalid
from intranet.extensions import db
from intranet.gate import units_with
from intranet.models import Grant, Notice, Unit, User
from intranet.notices import tell
from intranet.organisation import organisation
from intranet.permissions import may_enter, roles
from intranet.plugins import collect, loaded

ANSWERING = frozenset({Role.HEAD, Role.RECORDER}), frozenset({Role.OFFICE})
"""Who is in charge of what has no owner: the first of these whom the unit or one above it has."""


def deadlines(
    units: Iterable[Unit], start: date, end: date, charge: Charge | None = None, most: int | None = None
) -> list[tuple[str, Deadline]]:
    """What is due in [start, end), each with its plugin, in those of the units where that is on.

    With a `charge` only what it covers, with `most` only so many of each plugin, the earliest first.
    """
    found: list[tuple[str, Deadline]] = []
    asked = {"start": start, "end": end, "charge": charge, "most": most}
    for name in loaded().for_units:
        if where := units_with(name, units):
            offered: list[Deadline] = collect("intranet_deadlines", [name], units=where, **asked)
            here = [(name, each) for each in offered if charge is None or charge.covers(each)]
            found += sorted(here, key=lambda pair: pair[1].day)[:most]
    return found


# Who answers for one ------------------------------------------------------------------------------


def in_charge(deadline: Deadline) -> set[int]:
    """Its owner; else head and recorders of the unit or the nearest above that has any; else the office."""
    unit = _unit(deadline)
    return _reached(deadline.owner_id, deadline) or _serving_each([unit], *ANSWERING)[unit.id]


def charge_of(user: User, units: Iterable[Unit]) -> Charge:
    """What this person is in charge of in these units, or leads, however many they are."""
    mine = [unit for unit in units if roles(user, unit) & frozenset().union(*ANSWERING)]
    served = _serving_each(mine, *ANSWERING).items() if mine else ()
    return Charge(user.id, frozenset(unit_id for unit_id, people in served if user.id in people))


def _reached(user_id: int | None, deadline: Deadline) -> set[int]:
    """Nobody whose account is disabled or who has left the unit: they would never read it."""
    user = db.session.get(User, user_id) if user_id else None
    return {user.id} if user and not user.disabled and may_enter(user, _unit(deadline)) else set()


def serving(unit: Unit, *roles: Role) -> set[int]:
    """Who has one of these roles in the nearest unit from this one upwards where anybody has."""
    return _serving_each([unit], roles)[unit.id]


def _serving_each(units: Iterable[Unit], *choices: Collection[Role]) -> dict[int, set[int]]:
    """By unit, for the first of these choices of roles that anybody has: one query for all units."""
    lines = {unit.id: unit.line for unit in units}
    holders = _holders({at for line in lines.values() for at in line}, set().union(*choices))

    def nearest(line: list[int]) -> set[int]:
        places = ([(at, role) for role in choice] for choice in choices for at in reversed(line))
        found = (set().union(*(holders.get(place, ()) for place in each)) for each in places)
        return next(filter(None, found), set())

    return {key: nearest(line) for key, line in lines.items()}


def _holders(unit_ids: Collection[int], roles: Collection[Role]) -> dict[tuple[int, Role], set[int]]:
    """Who has these roles right there, and can log in."""
    query = select(Grant.unit_id, Grant.role, Grant.user_id).join(User, User.id == Grant.user_id)
    here = (Grant.unit_id.in_(unit_ids), Grant.role.in_(roles), Grant.in_force(clock.today()))
    found: dict[tuple[int, Role], set[int]] = {}
    for unit_id, role, user_id in db.session.execute(query.where(*here, User.disabled.is_(False))):
        found.setdefault((unit_id, role), set()).add(user_id)
    return found


# Telling of one -----------------------------------------------------------------------------------


def urge(plugin: str, deadline: Deadline, *, by: User) -> None:
    """催办, once a day for the same thing. Raises Conflict when done today, Invalid when there is nobody."""
    audit.record(by, "core:urge", deadline.url, unit=_unit(deadline))  # whoever is second waits here
    last = last_urged(deadline.url)
    if last and is_todays(last):
        raise Conflict(_("%(who)s今天已经催办过，请明天再催。", who=last.values["who"]))
    if not tell_of(plugin, deadline, "urged", in_charge(deadline) - {by.id}, clock.today(), who=by.name):
        raise Invalid(_("没有可以通知的人，请先确定责任人，或为责任单位设负责人。"))


def is_todays(notice: Notice) -> bool:
    return clock.local(notice.created_at).date() == clock.today()


def last_urged(url: str) -> Notice | None:
    """When this thing was last urged, and by whom: `created_at`, `values["who"]`."""
    query = select(Notice).where(Notice.url == url, Notice.kind == "urged")
    return db.session.scalar(query.order_by(Notice.id.desc()).limit(1))


def leaders_over(deadline: Deadline) -> set[int]:
    """Whoever leads it, or the nearest leaders over the unit."""
    return _reached(deadline.leader_id, deadline) or serving(_unit(deadline), Role.LEADER)


def tell_of(
    plugin: str, deadline: Deadline, kind: str, people: Iterable[int], once: object, **values: object
) -> int:
    """What every plugin's deadline can be told about: `kind` is one of NOTICES."""
    words = {"day": deadline.day, "title": deadline.title, **values}
    return tell(people, f"{plugin}:{kind}", deadline.url, _unit(deadline), once=once, **words)


def _unit(deadline: Deadline) -> Unit:
    return organisation().by_id[deadline.unit_id]
