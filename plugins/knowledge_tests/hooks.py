"""What the quizzes tell the core."""

from datetime import date, timedelta
from functools import partial
from types import ModuleType

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from intranet.contracts import Charge, Deadline, Job, NavItem, Panel, Permission, Reference, Role
from intranet.hookspecs import hookimpl
from intranet.models import Unit, User
from plugins.knowledge_tests import demo, hookspecs, panels
from plugins.knowledge_tests.queries.deadlines import deadlines
from plugins.knowledge_tests.queries.quizzes import named
from plugins.knowledge_tests.services.importing import drop_old_drafts
from plugins.knowledge_tests.services.keeping import keep_up
from plugins.knowledge_tests.services.reminding import remind
from plugins.knowledge_tests.views import bp


@hookimpl
def intranet_specs() -> list[ModuleType]:
    return [hookspecs]


@hookimpl
def intranet_blueprints() -> list[Blueprint]:
    return [bp]


@hookimpl
def intranet_permissions() -> list[Permission]:
    holding = frozenset({Role.HEAD, Role.RECORDER, Role.OFFICE})
    looking = holding | {Role.LEADER, Role.SUPERVISOR}
    return [
        Permission("knowledge_tests:bank", _l("管理本单位题库"), holding),
        Permission("knowledge_tests:hold", _l("举办知识测试"), holding),
        Permission("knowledge_tests:take", _l("参加知识测试"), frozenset({Role.MEMBER})),
        Permission("knowledge_tests:results", _l("查看知识测试成绩"), looking, reads=True),
    ]


@hookimpl
def intranet_navigation(user: User, unit: Unit) -> list[NavItem]:
    badge = partial(panels.badge, user, unit)
    return [NavItem(_l("知识测试"), "knowledge_tests.index", order=40, badge=badge)]


@hookimpl
def intranet_dashboard(user: User, units: list[Unit]) -> list[Panel]:
    return panels.panels(user, units)


@hookimpl
def intranet_jobs() -> list[Job]:
    return [
        Job(
            "keep-up",
            _l("知识测试到时收卷"),
            timedelta(minutes=1),
            keep_up,
            _l("到时收卷 %(ended)s 份，结束测试 %(closed)s 场，补充应考 %(invited)s 人"),
        ),
        Job(
            "remind",
            _l("提醒还没有参加知识测试的人"),
            timedelta(hours=1),
            remind,
            _l("提醒参加测试 %(told)s 人次"),
        ),
        Job(
            "drop-old-drafts",
            _l("清理没有确认的试题文件"),
            timedelta(days=1),
            lambda: {"drafts": drop_old_drafts()},
            _l("清理试题文件 %(drafts)s 份"),
        ),
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
def study_logs_tests(user: User, unit: Unit, key: str | None) -> list[Reference]:
    return named(unit, user, key)
