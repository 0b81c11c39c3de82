"""The core's own pages and the frame around every page."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import cast

from flask import Flask, current_app, g, request, url_for
from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from jinja2 import Environment
from markupsafe import Markup
from werkzeug.routing import BaseConverter, BuildError, IntegerConverter, Map

from intranet import attachments, clock, filetypes, notices
from intranet.contracts import NavItem, Role, Text
from intranet.gate import enabled_plugins, may_turn
from intranet.models import Unit, UnitKind
from intranet.organisation import organisation
from intranet.permissions import answers_for, has_role, may_enter, me, own_units, places
from intranet.plugins import Plugin, blame, collect, loaded
from intranet.units import CODE
from intranet.views import account, admin, home, unit
from intranet.web import html_language
from intranet.wording import ROLES, listed

BLUEPRINTS = (home.bp, account.bp, admin.bp, unit.bp)


class IdConverter(IntegerConverter):
    """An id in a URL: what no database column can hold is no page, not a failure."""

    def __init__(self, rules: Map) -> None:
        super().__init__(rules, max=2**31 - 1)


class UnitConverter(BaseConverter):
    """The code of a unit in a URL."""

    regex = CODE.pattern


@dataclass(frozen=True, slots=True)
class Link:
    """One line of the menu, ready to draw."""

    label: str
    url: str
    badge: str
    """Where in the page its count is put; empty: it has none."""
    holds_more: bool
    """Pages below its address belong to it too."""

    def leads_here(self) -> bool:
        return request.path == self.url or (self.holds_more and request.path.startswith(self.url))


def init_app(app: Flask) -> None:
    """Registers pages, filters and the frame."""
    app.url_map.converters.update(unit=UnitConverter, int=IdConverter)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.context_processor(lambda: {"shell": Shell()})
    app.jinja_env.filters.update(day=day, full_day=full_day, moment=moment, listed=listed)
    app.jinja_env.globals.update(html_language=html_language, today=clock.today, ROLES=ROLES)
    app.jinja_env.globals.update(FILE_KINDS=tuple(filetypes.KINDS), FILE_LIMITS=attachments.LIMITS)
    app.jinja_env.globals["once_drawn"] = once_drawn
    app.jinja_env.globals["ui"] = _macros(app.jinja_env)


def _macros(environment: Environment) -> object:
    """Macros as a global: a block rendered alone sees no import of its file."""
    return environment.get_template("_macros/ui.html").module


def once_drawn(macro: str, *shown: Hashable) -> Markup:
    """What a macro of `ui.html` draws of these values alone: drawn again when one of them has changed."""
    return _drawn(macro, shown, html_language(), clock.today())


@lru_cache(maxsize=500)
def _drawn(macro: str, shown: Sequence[Hashable], _language: str, _today: date) -> Markup:
    return cast("Markup", getattr(current_app.jinja_env.globals["ui"], macro)(*shown))


# Dates as people write them ------------------------------------------------------------------------


def day(value: date | None) -> str:
    """11月21日, with the year when it is not this one."""
    if value is None:
        return str(_("待定"))
    return _day(value, value.year == clock.today().year, html_language())


@lru_cache(maxsize=1000)
def _day(value: date, is_of_this_year: bool, _language: str) -> str:  # noqa: FBT001 - a key
    """Lists say the same few days again and again."""
    return str(format_date(value, _("M月d日") if is_of_this_year else _("yyyy年M月d日")))


def full_day(value: date) -> str:
    """2026年11月21日 星期六."""
    return _full_day(value, html_language())


@lru_cache(maxsize=100)
def _full_day(value: date, _language: str) -> str:
    return str(format_date(value, _("yyyy年M月d日 EEEE")))


def moment(value: datetime) -> str:
    """11月21日 09:42, on the hospital's clock."""
    local = clock.local(value)
    return f"{day(local.date())} {local:%H:%M}"


# The frame -----------------------------------------------------------------------------------------


class Shell:
    """What the frame shows. Computed only when a whole page asks for it, not for fragments."""

    @property
    def unit(self) -> Unit | None:
        """The unit of the URL."""
        return cast("Unit | None", g.get("unit"))

    @property
    def plugin(self) -> Plugin | None:
        """Whose page this is; none on the core's own."""
        return loaded().working.get(g.get("owner") or "")

    @property
    def shut(self) -> Unit | None:
        """The closed unit whose page or record this is: nothing is changed here, so nothing is offered."""
        asked = (self.unit, cast("Unit | None", g.get("record_unit")))
        return next((unit for unit in asked if unit and unit.closed_on), None)

    @property
    def known(self) -> bool:
        """Whether somebody is logged in."""
        return bool(current_user.is_authenticated)

    @property
    def unread(self) -> int:
        """Notices not yet opened."""
        return notices.new_of(me(), g.unread) if self.known and g.get("unread") else 0

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """For the switcher."""
        return tuple(own_units(me())) if self.known else ()

    @cached_property
    def house(self) -> str:
        """The name of the hospital the page, or else the person, is in; where that is not one, the site's."""
        site = cast("str", current_app.config["SITE_NAME"])
        if not self.known:
            return site
        known = organisation().by_id
        where = [self.unit] if self.unit else [known[place.unit_id] for place in places(me())]
        above = {unit_id for unit in where for unit_id in unit.line}
        names = [known[unit_id].name for unit_id in above if known[unit_id].kind == UnitKind.HOSPITAL]
        return names[0] if len(names) == 1 else site

    @property
    def successor(self) -> tuple[Unit, bool] | None:
        """Into which unit this closed one went, and whether the person may go there."""
        unit = self.unit
        into = organisation().by_id.get(unit.merged_into_id or 0) if unit else None
        return (into, may_enter(me(), into)) if into else None

    @property
    def line(self) -> list[Unit]:
        """The units from the topmost one the person may open down to this one: the breadcrumb."""
        if self.unit is None:
            return []
        path = self.unit.path
        return [*(unit for unit in self.units if path.startswith(unit.path) and unit.path != path), self.unit]

    @property
    def menu(self) -> tuple[tuple[str, tuple[Link, ...]], ...]:
        """Sections of links: this unit's plugins, its settings, the administrators' pages.

        They follow from the person's places, the unit and the language, so they are kept with the picture.
        """
        if not self.known:
            return ()
        kept = answers_for(me())
        unit = self.unit.id if self.unit else None
        asked = "menu", unit, html_language(), request.script_root, *loaded().working
        if asked not in kept:
            kept[asked] = _sections([*self._home(), *self._of_unit(), *self._of_administrators()])
        return cast("tuple[tuple[str, tuple[Link, ...]], ...]", kept[asked])

    @property
    def current(self) -> str:
        """The address of the page itself, or of the nearest page above it."""
        here = (link.url for _section, links in self.menu for link in links if link.leads_here())
        return max(here, key=len, default="")

    def _home(self) -> list[NavItem]:
        return [NavItem(_l("我的待办"), "home.index", 0, section=_l("首页"))]

    def _of_unit(self) -> list[NavItem]:
        unit = self.unit
        if unit is None:
            return [
                NavItem(own.name, "unit.home", 0, section=_l("我的单位"), arguments={"unit": own.code})
                for own in self.units
            ]
        items: list[NavItem] = collect("intranet_navigation", enabled_plugins(unit), user=me(), unit=unit)
        found = [NavItem(_l("单位首页"), "unit.home", 0, section=unit.name)]
        found += [_in_section(item, unit.name) for item in sorted(items, key=lambda item: item.order)]
        if may_turn(me(), unit):
            found.append(NavItem(_l("功能开关"), "unit.plugins", 900, section=_l("设置")))
        return found

    def _of_administrators(self) -> list[NavItem]:
        pages = ((Role.SYSTEM, _l("插件状态"), "admin.plugins"), (Role.SYSTEM, _l("定时任务"), "admin.jobs"))
        own = [
            NavItem(label, endpoint, 0, section=_l("管理"))
            for role, label, endpoint in pages
            if has_role(me(), role)
        ]
        items: list[NavItem] = collect("intranet_site_navigation", user=me())
        return [*own, *(_in_section(item, _l("管理")) for item in sorted(items, key=lambda item: item.order))]


def _in_section(item: NavItem, section: Text) -> NavItem:
    return NavItem(item.label, item.endpoint, item.order, item.badge, item.section or section, item.arguments)


def _sections(items: list[NavItem]) -> tuple[tuple[str, tuple[Link, ...]], ...]:
    """Those that lead somewhere. A plugin's entry without a page is its plugin's fault, not the menu's."""
    sections: dict[str, list[Link]] = {}
    for item in items:
        try:
            url = url_for(item.endpoint, **item.arguments)  # type: ignore[arg-type]
        except BuildError as error:
            blame(error, [item.endpoint.partition(".")[0]])
        else:
            sections.setdefault(str(item.section or ""), []).append(_link(item, url))
    return tuple((name, tuple(links)) for name, links in sections.items())


def _link(item: NavItem, url: str) -> Link:
    holds_more = url.endswith("/") and item.endpoint not in {"home.index", "unit.home"}
    return Link(str(item.label), url, item.place if item.badge else "", holds_more)
