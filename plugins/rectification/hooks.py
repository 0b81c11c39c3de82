"""What the board tells the core."""

from datetime import date
from functools import partial
from types import ModuleType

from flask import Blueprint, Flask, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from intranet.contracts import (
    Bar,
    Charge,
    Deadline,
    Figure,
    NavItem,
    Panel,
    Permission,
    Problem,
    Role,
    SearchKind,
    Text,
)
from intranet.hookspecs import hookimpl
from intranet.models import Unit, User
from plugins.rectification import chain, deadlines, demo, hookspecs, panels, stages
from plugins.rectification.queries.outcomes import outcomes
from plugins.rectification.queries.readiness import measures
from plugins.rectification.queries.scope import scope_of
from plugins.rectification.queries.waiting import waiting_count
from plugins.rectification.rights import Rights
from plugins.rectification.services import finding
from plugins.rectification.views import bp


@hookimpl
def intranet_specs() -> list[ModuleType]:
    return [hookspecs]


@hookimpl
def intranet_blueprints(app: Flask) -> list[Blueprint]:  # noqa: ARG001 - the hook's signature
    return [bp]


@hookimpl
def intranet_permissions() -> list[Permission]:
    def permission(name: str, title: Text, *roles: Role) -> Permission:
        return Permission(name, title, frozenset(roles), reads=name == stages.SUPERVISE)

    return [
        permission(stages.OPEN, _l("登记和修改整改卡片"), Role.OFFICE, Role.HEAD),
        permission(stages.CLAIM, _l("认领整改卡片"), Role.HEAD, Role.RECORDER),
        permission(stages.APPROVE, _l("审批整改方案"), Role.OFFICE, Role.LEADER),
        permission(stages.WORK, _l("办理整改、申请销号"), Role.HEAD, Role.RECORDER),
        permission(stages.ACCEPT, _l("领导验收整改"), Role.LEADER),
        permission(stages.REVIEW, _l("复核整改、记群众评价"), Role.OFFICE, Role.SUPERVISOR),
        permission(stages.PUBLISH, _l("公示整改结果"), Role.OFFICE),
        permission(stages.CLOSE, _l("销号"), Role.OFFICE),
        permission(stages.CHECK, _l("定期检查、重新挂号"), Role.OFFICE, Role.SUPERVISOR),
        permission(stages.SUPERVISE, _l("查看督导表"), Role.SUPERVISOR, Role.LEADER, Role.OFFICE, Role.HEAD),
        permission(stages.URGE, _l("催办逾期的整改卡片"), Role.OFFICE, Role.SUPERVISOR),
        permission(stages.CATEGORIES, _l("设置整改类别"), Role.OFFICE),
        permission(stages.SETTINGS, _l("设置看板和本单位的筛选"), Role.OFFICE, Role.HEAD),
        permission(stages.FIELDS, _l("设置自设栏目"), Role.OFFICE, Role.HEAD),
        permission(stages.COMMIT, _l("公开承诺整改措施"), Role.HEAD, Role.OFFICE),
        permission(stages.DRIVES, _l("设立和结束专项整治"), Role.OFFICE),
        permission(stages.TEMPLATES, _l("保存和套用看板模板"), Role.OFFICE),
    ]


@hookimpl
def intranet_navigation(user: User, unit: Unit) -> list[NavItem]:
    rights = Rights(user)
    items = [NavItem(_("整改看板"), "rectification.board", 20, badge=partial(waiting_here, unit, rights))]
    if rights.may(stages.SUPERVISE, unit):
        items.append(NavItem(_("督导表"), "rectification.overview", 21))
    items.append(NavItem(_("整改挂图"), "rectification.wall", 22))
    items.append(NavItem(_("专项整治"), "rectification.drives", 23))
    return [*items, NavItem(_("公示与承诺"), "rectification.commitments", 24)]


def waiting_here(unit: Unit, rights: Rights) -> int:
    return waiting_count(scope_of(unit, rights.user), rights)


@hookimpl
def intranet_dashboard(user: User, units: list[Unit]) -> list[Panel]:
    return panels.panels(user, units)


@hookimpl
def intranet_search(units: list[Unit]) -> list[SearchKind]:
    def page(unit: str, key: str) -> str:
        return url_for("rectification.card", unit=unit, card_id=key)

    return [SearchKind(finding.KIND, {unit.id: unit.id for unit in units}, page, finding.entries)]


@hookimpl
def intranet_deadlines(
    units: list[Unit], start: date, end: date, charge: Charge | None, most: int | None
) -> list[Deadline]:
    return deadlines.deadlines(units, start, end, charge, most)


@hookimpl
def intranet_demo(hospital: Unit, people: dict[str, User], cards: int) -> None:
    demo.make(hospital, people, cards)


@hookimpl(optionalhook=True)
def democratic_life_readiness(unit: Unit, gate: str, keys: list[str]) -> list[Bar]:
    return measures(unit, "democratic_life", keys) if gate == "measures" else []


@hookimpl(optionalhook=True)
def talk_records_outcomes(user: User, keys: list[str]) -> list[Problem]:
    return outcomes("talk_records", keys, user)


@hookimpl(optionalhook=True)
def democratic_life_outcomes(user: User, keys: list[str]) -> list[Problem]:
    return outcomes("democratic_life", keys, user)


@hookimpl(optionalhook=True)
def campaign_outcomes(user: User, keys: list[str]) -> list[Problem]:
    return outcomes("campaign", keys, user)


@hookimpl(optionalhook=True)
def campaign_chain(user: User, unit: Unit) -> list[Figure]:
    return chain.figures(user, unit)


@hookimpl(optionalhook=True)
def campaign_week(user: User, unit: Unit, start: date, end: date) -> list[str]:
    return chain.week(user, unit, start, end)
