"""What the plan tells the core and the board."""

from datetime import date, datetime, timedelta
from functools import partial
from types import ModuleType

from flask import Blueprint, url_for
from flask_babel import lazy_gettext as _l

from intranet.contracts import (
    Charge,
    Deadline,
    Job,
    NavItem,
    Panel,
    Permission,
    Problem,
    Reference,
    Role,
    SearchKind,
)
from intranet.hookspecs import hookimpl
from intranet.models import Unit, User
from plugins.campaign import demo, hookspecs, panels
from plugins.campaign.models import Decision
from plugins.campaign.queries.deadlines import deadlines
from plugins.campaign.queries.leaders import named_in
from plugins.campaign.queries.occasions import occasions_of
from plugins.campaign.queries.plans import issuers_of
from plugins.campaign.queries.problems import problems_of
from plugins.campaign.queries.stated import stated_in
from plugins.campaign.queries.stories import stories_of
from plugins.campaign.services import finding
from plugins.campaign.services.deciding import note_decision
from plugins.campaign.services.drafts import drop_old_drafts
from plugins.campaign.views import bp


@hookimpl
def intranet_specs() -> list[ModuleType]:
    return [hookspecs]


@hookimpl
def intranet_blueprints() -> list[Blueprint]:
    return [bp]


@hookimpl
def intranet_permissions() -> list[Permission]:
    planning = frozenset({Role.OFFICE, Role.LEADER})
    reporting = frozenset({Role.HEAD, Role.RECORDER, Role.OFFICE})
    return [
        Permission("campaign:plan", _l("导入和调整活动方案"), planning),
        Permission("campaign:report", _l("上报本单位任务完成"), reporting),
        Permission("campaign:brief", _l("起草和发布一周进度"), frozenset({Role.OFFICE})),
        Permission("campaign:confirm", _l("确认或退回上报的任务"), frozenset({Role.OFFICE})),
    ]


@hookimpl
def intranet_navigation(user: User, unit: Unit) -> list[NavItem]:
    return [NavItem(_l("计划安排"), "campaign.index", order=10, badge=partial(panels.badge, user, unit))]


@hookimpl
def intranet_dashboard(user: User, units: list[Unit], dated: bool) -> list[Panel]:  # noqa: FBT001 - by name
    return panels.panels(user, units, dated=dated)


@hookimpl
def intranet_search(units: list[Unit]) -> list[SearchKind]:
    def plan(unit: str, key: str) -> str:
        return url_for("campaign.index", unit=unit, plan=key)

    def activity(unit: str, key: str) -> str:
        return url_for("campaign.activity", unit=unit, activity_id=key)

    issuers = issuers_of(units)
    return [
        SearchKind(finding.PLAN, issuers, plan, finding.plans),
        SearchKind(finding.ACTIVITY, issuers, activity, finding.activities),
    ]


@hookimpl
def intranet_jobs() -> list[Job]:
    return [
        Job(
            "drop-old-drafts",
            _l("清理过期的方案草稿"),
            timedelta(days=1),
            lambda: {"drafts": drop_old_drafts()},
            _l("清理过期草稿 %(drafts)s 份"),
        )
    ]


@hookimpl
def intranet_deadlines(
    units: list[Unit], start: date, end: date, charge: Charge | None, most: int | None
) -> list[Deadline]:
    return deadlines(units, start, end, charge, most)


@hookimpl
def intranet_demo(hospital: Unit, people: dict[str, User]) -> None:
    demo.make(hospital, people)


@hookimpl(optionalhook=True)
def rectification_problems(unit: Unit, since: datetime) -> list[Problem]:
    return problems_of(unit, since)


@hookimpl(optionalhook=True)
def rectification_decided(unit: Unit, key: str, decision: str, reason: str, url: str) -> None:
    note_decision(unit, int(key), Decision(decision), reason, url)


@hookimpl(optionalhook=True)
def rectification_story(user: User, keys: list[str]) -> list[Reference]:
    return stories_of(user, keys)


@hookimpl(optionalhook=True)
def study_logs_occasions(unit: Unit) -> list[Reference]:
    return occasions_of(unit)


@hookimpl(optionalhook=True)
def study_logs_stated(unit: Unit, words: tuple[str, ...]) -> list[Reference]:
    return stated_in(unit, words)


@hookimpl(optionalhook=True)
def talk_records_named(unit: Unit) -> list[Reference]:
    return named_in(unit)
