"""Everything the core asks of this plugin."""

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from intranet.contracts import NavItem, Permission, Role
from intranet.hookspecs import hookimpl
from plugins.hello import views


@hookimpl
def intranet_blueprints() -> list[Blueprint]:
    """The board."""
    return [views.bp]


@hookimpl
def intranet_permissions() -> list[Permission]:
    """Who may write on it."""
    return [Permission("hello:post", _l("发布科室公告"), frozenset({Role.HEAD, Role.RECORDER}))]


@hookimpl
def intranet_navigation() -> list[NavItem]:
    """One line in the menu of every unit that uses it."""
    return [NavItem(_l("科室公告"), "hello.board", 50)]
