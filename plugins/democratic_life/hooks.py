"""What meetings tell the core and the board."""

from datetime import date, datetime
from types import ModuleType

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from intranet.contracts import (
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
from plugins.democratic_life import chain, deadlines, demo, hookspecs, panels, steps
from plugins.democratic_life.queries.raised import problems_of
from plugins.democratic_life.queries.stories import stories_of
from plugins.democratic_life.talks import prepared_by_talks
from plugins.democratic_life.views import bp


@hookimpl
def intranet_specs() -> list[ModuleType]:
    return [hookspecs]


@hookimpl
def intranet_blueprints() -> list[Blueprint]:
    return [bp]


@hookimpl
def intranet_permissions() -> list[Permission]:
    keeping = frozenset({Role.OFFICE, Role.HEAD, Role.RECORDER})
    overseeing = keeping | {Role.LEADER, Role.SUPERVISOR}
    agreeing = frozenset({Role.OFFICE, Role.LEADER, Role.SUPERVISOR})
    return [
        Permission(steps.OVERVIEW, _l("查看会议办到哪一步（不含发言）"), overseeing, reads=True),
        Permission(steps.PREPARE, _l("筹备会议、设定审阅链"), keeping),
        Permission(steps.AGREE, _l("同意下级的会议方案、责令重新召开"), agreeing),
    ]


@hookimpl
def intranet_navigation() -> list[NavItem]:
    return [
        NavItem(_l("民主生活会"), "democratic_life.index", order=50),
        NavItem(_l("对照检查"), "democratic_life.my_reviews", order=51),
    ]


@hookimpl
def intranet_dashboard(user: User, units: list[Unit]) -> list[Panel]:
    return panels.panels(user, units)


@hookimpl
def intranet_deadlines(
    units: list[Unit], start: date, end: date, charge: Charge | None, most: int | None
) -> list[Deadline]:
    return deadlines.deadlines(units, start, end, charge, most)


@hookimpl
def intranet_demo(hospital: Unit, people: dict[str, User]) -> None:
    demo.make(hospital, people)


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


@hookimpl(optionalhook=True)
def talk_records_meetings(user: User, unit: Unit, day: date) -> list[Reference]:
    return prepared_by_talks(user, unit, day)
