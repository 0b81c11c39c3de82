"""What talks tell the core and the board."""

from datetime import date, datetime
from types import ModuleType

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from intranet.contracts import (
    Appointment,
    Bar,
    Charge,
    Deadline,
    Figure,
    NavItem,
    Panel,
    Permission,
    Problem,
    Reference,
    Role,
)
from intranet.hookspecs import hookimpl
from intranet.models import Unit, User
from intranet.permissions import allowed
from plugins.talk_records import chain, demo, hookspecs, panels
from plugins.talk_records.deadlines import deadlines
from plugins.talk_records.meetings import appointments, readiness
from plugins.talk_records.queries.passed import problems_of
from plugins.talk_records.queries.stories import stories_of
from plugins.talk_records.queries.talks import OVERVIEW
from plugins.talk_records.views import bp


@hookimpl
def intranet_specs() -> list[ModuleType]:
    return [hookspecs]


@hookimpl
def intranet_blueprints() -> list[Blueprint]:
    return [bp]


@hookimpl
def intranet_permissions() -> list[Permission]:
    overseeing = frozenset({Role.OFFICE, Role.RECORDER, Role.LEADER, Role.SUPERVISOR})
    keeping = frozenset({Role.OFFICE, Role.RECORDER})
    return [
        Permission("talk_records:overview", _l("查看谁和谁谈过（不含内容）"), overseeing, reads=True),
        Permission("talk_records:roster", _l("管理班子成员名册和谈话轮次"), keeping),
    ]


@hookimpl
def intranet_navigation(user: User, unit: Unit) -> list[NavItem]:
    endpoint = "talk_records.matrix" if allowed(user, OVERVIEW, unit) else "talk_records.index"
    return [NavItem(_l("谈心谈话"), endpoint, order=40)]


@hookimpl
def intranet_dashboard(user: User, units: list[Unit]) -> list[Panel]:
    return panels.panels(user, units)


@hookimpl
def intranet_deadlines(
    units: list[Unit], start: date, end: date, charge: Charge | None, most: int | None
) -> list[Deadline]:
    return deadlines(units, start, end, charge, most)


@hookimpl
def intranet_demo(hospital: Unit, people: dict[str, User]) -> None:
    demo.make(hospital, people)


@hookimpl(optionalhook=True)
def democratic_life_roster(unit: Unit, day: date) -> list[Appointment]:
    return appointments(unit, day)


@hookimpl(optionalhook=True)
def democratic_life_readiness(unit: Unit, user: User, gate: str, start: date, end: date) -> list[Bar]:
    return readiness(unit, user, start, end) if gate == "talks" else []


@hookimpl(optionalhook=True)
def rectification_problems(unit: Unit, since: datetime) -> list[Problem]:
    return problems_of(unit, since)


@hookimpl(optionalhook=True)
def rectification_story(user: User, keys: list[str]) -> list[Reference]:
    return stories_of(user, keys)


@hookimpl(optionalhook=True)
def campaign_chain(user: User, unit: Unit) -> list[Figure]:
    return chain.figures(user, unit)


@hookimpl(optionalhook=True)
def campaign_week(user: User, unit: Unit, start: date, end: date) -> list[str]:
    return chain.week(user, unit, start, end)
