"""What the second factor tells the core."""

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from intranet.contracts import NavItem, Role
from intranet.hookspecs import hookimpl
from intranet.models import User
from intranet.permissions import has_role
from plugins.two_factor import queries
from plugins.two_factor.views import admin, bp


@hookimpl
def intranet_blueprints() -> list[Blueprint]:
    return [bp, admin]


@hookimpl
def intranet_site_navigation(user: User) -> list[NavItem]:
    items = [NavItem(_l("二次验证"), "two_factor.index", 20, section=_l("我的账号"))]
    if has_role(user, Role.SECURITY):
        items.append(NavItem(_l("二次验证要求"), "two_factor_admin.demands", 30))
    return items


@hookimpl
def intranet_login_step(user: User) -> list[NavItem]:
    if queries.has_device(user):
        return [NavItem(_l("二次验证"), "two_factor.ask", 10)]
    return [NavItem(_l("开启二次验证"), "two_factor.set_up", 10)] if queries.is_demanded(user) else []
