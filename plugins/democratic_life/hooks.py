"""What meetings tell the core and the board."""

from datetime import date, datetime
from types import ModuleType

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from intranet.contracts import Charge, Deadline, NavItem, Panel, Permission, Problem, Role
from intranet.hookspecs import hookimpl
from intranet.models import Unit, User
from plugins.democratic_life import hookspecs, review_deadlines, review_panels
from plugins.democratic_life.queries.raised import problems_of
from plugins.democratic_life.views import bp


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
        Permission("democratic_life:overview", _l("查看会议办到哪一步（不含发言）"), overseeing),
        Permission("democratic_life:prepare", _l("筹备会议、设定审阅链"), keeping),
    ]


@hookimpl
def intranet_navigation() -> list[NavItem]:
    return [NavItem(_l("对照检查"), "democratic_life.my_reviews", order=51)]


@hookimpl
def intranet_dashboard(user: User, units: list[Unit]) -> list[Panel]:
    return review_panels.panels(user, units)


@hookimpl
def intranet_deadlines(
    units: list[Unit], start: date, end: date, charge: Charge | None, most: int | None
) -> list[Deadline]:
    return review_deadlines.deadlines(units, start, end, charge, most)


@hookimpl(optionalhook=True)
def rectification_problems(unit: Unit, since: datetime) -> list[Problem]:
    return problems_of(unit, since)
