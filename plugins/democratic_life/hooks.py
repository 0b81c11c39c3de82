"""What meetings tell the core and the board."""

from types import ModuleType

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from intranet.contracts import Permission, Role
from intranet.hookspecs import hookimpl
from plugins.democratic_life import hookspecs
from plugins.democratic_life.views import bp


@hookimpl
def intranet_specs() -> list[ModuleType]:
    return [hookspecs]


@hookimpl
def intranet_blueprints() -> list[Blueprint]:
    return [bp]


@hookimpl
def intranet_permissions() -> list[Permission]:
    overseeing = frozenset({Role.OFFICE, Role.RECORDER, Role.LEADER, Role.SUPERVISOR})
    keeping = frozenset({Role.OFFICE, Role.RECORDER})
    return [
        Permission("democratic_life:overview", _l("查看会议办到哪一步（不含发言）"), overseeing),
        Permission("democratic_life:prepare", _l("筹备会议、设定审阅链"), keeping),
    ]
