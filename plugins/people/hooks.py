"""What the plugin tells the core."""

from datetime import timedelta

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from intranet.contracts import Job, NavItem, Panel, Role
from intranet.hookspecs import hookimpl
from intranet.models import Unit, User
from intranet.permissions import has_role
from plugins.people import demo, panels
from plugins.people.services.importing import drop_old_drafts
from plugins.people.views import bp


@hookimpl
def intranet_blueprints() -> list[Blueprint]:
    return [bp]


@hookimpl
def intranet_site_navigation(user: User) -> list[NavItem]:
    pages = (
        (Role.SYSTEM, _l("单位"), "people.units_page", 10),
        (Role.SYSTEM, _l("人员"), "people.index", 11),
        (Role.SECURITY, _l("授权"), "people.grants", 12),
        (Role.SECURITY, _l("权限分配"), "people.permissions", 13),
    )
    return [NavItem(label, endpoint, order) for role, label, endpoint, order in pages if has_role(user, role)]


@hookimpl
def intranet_dashboard(user: User, dated: bool) -> list[Panel]:  # noqa: FBT001 - by name
    return [] if dated else panels.panels(user)


@hookimpl
def intranet_jobs() -> list[Job]:
    return [
        Job(
            "drop-old-drafts",
            _l("清理未确认的名单"),
            timedelta(hours=6),
            lambda: {"drafts": drop_old_drafts()},
            _l("清理未确认的名单 %(drafts)s 份"),
        )
    ]


@hookimpl
def intranet_demo(hospital: Unit, people: dict[str, User]) -> None:
    demo.make(hospital, people)
