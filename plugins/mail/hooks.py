"""What e-mail tells the core."""

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from intranet.contracts import Job, NavItem, Panel, Role
from intranet.hookspecs import hookimpl
from intranet.models import User
from intranet.permissions import has_role
from plugins.mail import panels, schedule
from plugins.mail.views import admin, bp


@hookimpl
def intranet_blueprints() -> list[Blueprint]:
    return [bp, admin]


@hookimpl
def intranet_site_navigation(user: User) -> list[NavItem]:
    items = [NavItem(_l("邮件通知"), "mail.index", 30, section=_l("我的账号"))]
    if has_role(user, Role.SYSTEM):
        items.append(NavItem(_l("邮件通知"), "mail_admin.overview", 45))
    return items


@hookimpl
def intranet_dashboard(user: User) -> list[Panel]:
    return panels.panels(user)


@hookimpl
def intranet_jobs() -> list[Job]:
    return schedule.jobs()


@hookimpl
def intranet_checks() -> list[str]:
    return panels.faults()
