"""What everybody's own account tells the core."""

from datetime import datetime

from flask import Blueprint, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from intranet.contracts import Duty, NavItem, Panel
from intranet.hookspecs import hookimpl
from intranet.models import User
from intranet.pages import moment
from plugins.my_account import policy, queries
from plugins.my_account.views import bp


@hookimpl
def intranet_blueprints() -> list[Blueprint]:
    return [bp]


@hookimpl
def intranet_site_navigation() -> list[NavItem]:
    return [NavItem(_l("密码与登录"), "my_account.index", 10, section=_l("我的账号"))]


@hookimpl
def intranet_dashboard(user: User, dated: bool) -> list[Panel]:  # noqa: FBT001 - by name
    """Whoever was given another password hears of it, whoever it was that logged in with it first."""
    resets = [] if dated else queries.resets_of(user)
    url, title = url_for("my_account.index"), _("密码与登录")
    duties = [Duty(_said(at, who), url, title) for at, who in resets]
    return [Panel(title, url, tuple(duties))] if duties else []


def _said(at: datetime, who: str) -> str:
    words = {"moment": moment(at), "who": who}
    return str(_("您的密码在 %(moment)s 由%(who)s重设过。不是您要求的，请马上告诉信息科", **words))


@hookimpl
def intranet_login_step(user: User) -> list[NavItem]:
    """After every other step: who chooses a password has shown all else already."""
    return [NavItem(_l("修改密码"), "my_account.password", 90)] if policy.must_change(user) else []
