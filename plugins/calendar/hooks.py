"""What the calendar tells the core."""

from flask import Blueprint, g
from flask_babel import lazy_gettext as _l

from intranet.contracts import NavItem
from intranet.hookspecs import hookimpl
from intranet.models import User
from intranet.permissions import own_units
from plugins.calendar.views import bp


@hookimpl
def intranet_blueprints() -> list[Blueprint]:
    return [bp]


@hookimpl
def intranet_site_navigation(user: User) -> list[NavItem]:
    """For whoever has units: beside the duties, and in a unit's own menu the unit's."""
    if not own_units(user):
        return []
    items = [NavItem(_l("日历"), "calendar.month", 1, section=_l("首页"))]
    if (unit := g.get("unit")) and not unit.closed_on:
        here = {"show": "units", "unit": unit.code}
        items.append(NavItem(_l("单位日历"), "calendar.month", 90, section=unit.name, arguments=here))
    return items
