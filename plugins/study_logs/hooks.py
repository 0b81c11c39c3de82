"""What studying tells the core and the other plugins."""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import partial
from types import ModuleType

from flask import Blueprint, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from intranet.contracts import (
    Bar,
    Charge,
    Deadline,
    Figure,
    Job,
    NavItem,
    Panel,
    Permission,
    Role,
    SearchKind,
)
from intranet.hookspecs import hookimpl
from intranet.models import Unit, User
from intranet.permissions import allowed
from plugins.study_logs import chain, deadlines, demo, hookspecs, panels, steps
from plugins.study_logs.models import Session
from plugins.study_logs.queries.listing import made_from, tested_by
from plugins.study_logs.queries.readiness import studied
from plugins.study_logs.services import records, reminding
from plugins.study_logs.views import BLUEPRINTS


@hookimpl
def intranet_specs() -> list[ModuleType]:
    return [hookspecs]


@hookimpl
def intranet_blueprints() -> list[Blueprint]:
    return list(BLUEPRINTS)


@hookimpl
def intranet_permissions() -> list[Permission]:
    recording = frozenset({Role.RECORDER, Role.HEAD, Role.OFFICE})
    seeing = recording | {Role.LEADER, Role.SUPERVISOR}
    leading = frozenset({Role.HEAD, Role.OFFICE})
    return [
        Permission(steps.RECORD, _l("登记学习活动和考勤、确认补课"), recording),
        Permission(steps.ARCHIVE, _l("学习活动归档"), leading),
        Permission(steps.SEE, _l("查看人员的考勤、补课和学习进度"), seeing, reads=True),
        Permission(steps.TARGETS, _l("设学习指标和学习规则"), leading),
    ]


@hookimpl
def intranet_navigation(user: User, unit: Unit) -> list[NavItem]:
    return [NavItem(_l("学习台账"), "study_logs.index", order=30, badge=partial(panels.badge, user, unit))]


@hookimpl
def intranet_dashboard(user: User, units: list[Unit]) -> list[Panel]:
    return panels.panels(user, units)


@hookimpl
def intranet_search(units: list[Unit]) -> list[SearchKind]:
    def page(unit: str, key: str) -> str:
        return url_for("study_logs.session", unit=unit, session_id=key)

    return [SearchKind(records.KIND, {unit.id: unit.id for unit in units}, page, records.entries)]


@hookimpl
def intranet_deadlines(
    units: list[Unit], start: date, end: date, charge: Charge | None, most: int | None
) -> list[Deadline]:
    return deadlines.deadlines(units, start, end, charge, most)


@hookimpl
def intranet_jobs() -> list[Job]:
    told = _l("提醒补课 %(told)s 人次")
    return [Job("remind", _l("提醒没有交补课的人"), timedelta(hours=1), reminding.remind, told)]


@hookimpl
def intranet_demo(hospital: Unit, people: dict[str, User]) -> None:
    demo.make(hospital, people)


@hookimpl(optionalhook=True)
def campaign_followups(user: User, unit: Unit, key: str) -> list[NavItem]:
    made, source = made_from("campaign", [key], unit, user), {"source": "campaign", "key": key}
    links = _links(made)
    if allowed(user, steps.RECORD, unit):
        own = any(each.unit_id == unit.id and each.stage is not steps.Stage.CANCELLED for each in made)
        more = NavItem(_("由此再登记一项学习活动"), "study_logs.new_session", 90, arguments=source)
        first = NavItem(_("由此登记学习活动"), "study_logs.make_session", 90, arguments=source)
        links.append(more if own else first)
    return links


@hookimpl(optionalhook=True)
def knowledge_tests_lessons(user: User, unit: Unit, key: str) -> list[NavItem]:
    return _links(tested_by("knowledge_tests", key, unit, user))


def _links(sessions: Iterable[Session]) -> list[NavItem]:
    return [
        NavItem(each.title, "study_logs.session", 10, section=_l("学习活动"), arguments=_at(each.id))
        for each in sessions
    ]


@hookimpl(optionalhook=True)
def democratic_life_readiness(unit: Unit, gate: str, start: date, end: date) -> list[Bar]:
    return studied(unit, start, end) if gate == "study" else []


def _at(session_id: int) -> dict[str, str]:
    return {"session_id": str(session_id)}


@hookimpl(optionalhook=True)
def campaign_chain(user: User, unit: Unit) -> list[Figure]:
    return chain.figures(user, unit)


@hookimpl(optionalhook=True)
def campaign_week(user: User, unit: Unit, start: date, end: date) -> list[str]:
    return chain.week(user, unit, start, end)
