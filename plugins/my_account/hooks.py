"""What everybody's own account tells the core."""

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from intranet.contracts import NavItem
from intranet.hookspecs import hookimpl
from intranet.models import User
from plugins.my_account import policy
from plugins.my_account.views import bp


@hookimpl
def intranet_blueprints() -> list[Blueprint]:
    return [bp]


@hookimpl
def intranet_site_navigation() -> list[NavItem]:
    return [NavItem(_l("密码与登录"), "my_account.index", 10, section=_l("我的账号"))]


@hookimpl
def intranet_login_step(user: User) -> list[NavItem]:
    """After every other step: who chooses a password has shown all else already."""
    return [NavItem(_l("修改密码"), "my_account.password", 90)] if policy.must_change(user) else []
