"""What the working days tell the core."""

from datetime import timedelta

from flask import Blueprint, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from intranet.contracts import Duty, Job, NavItem, Panel, Role
from intranet.hookspecs import hookimpl
from intranet.models import User
from intranet.permissions import has_role
from plugins.working_days.queries import missing_year
from plugins.working_days.services.reminding import remind
from plugins.working_days.views import bp


@hookimpl
def intranet_blueprints() -> list[Blueprint]:
    return [bp]


@hookimpl
def intranet_site_navigation(user: User) -> list[NavItem]:
    return [NavItem(_l("工作日"), "working_days.year", 40)] if has_role(user, Role.SYSTEM) else []


@hookimpl
def intranet_dashboard(user: User) -> list[Panel]:
    """A year nobody has entered is the system administrator's duty."""
    missing = missing_year() if has_role(user, Role.SYSTEM) else None
    if missing is None:
        return []
    url = url_for("working_days.year", year=missing)
    sentence = _("请导入 %(year)s 年的放假和调休日子，现在只按星期一至星期五计算", year=missing)
    return [Panel(_("工作日"), url, (Duty(sentence, url, _("工作日")),))]


@hookimpl
def intranet_jobs() -> list[Job]:
    return [Job("remind", _l("到期提醒"), timedelta(hours=1), remind, _l("发出提醒 %(told)s 人次"))]
