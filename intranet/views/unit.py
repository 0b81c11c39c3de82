"""A unit's home page and its switches."""

from functools import partial

from flask import Blueprint, abort, g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Date, bindparam, func, select

from intranet import clock, dashboard, gate
from intranet.asking import ask, side_by_side
from intranet.contracts import NavItem, Role, Text
from intranet.gate import Word, enabled_plugins
from intranet.htmx import done, render
from intranet.models import Membership, User
from intranet.organisation import organisation
from intranet.permissions import declared, for_members, may_enter, me, requires, roles_for
from intranet.plugins import collect, isolated, loaded

bp = Blueprint("unit", __name__, url_prefix="/<unit:unit>")
WORKS = Membership.unit_id == bindparam("unit"), Membership.in_force(bindparam("today", type_=Date))
STAFF = select(func.count(Membership.user_id)).join(User, User.id == Membership.user_id)
STAFF = STAFF.where(*WORKS, User.disabled.is_(False))
"""How many work in a unit and may be named there; built once."""


@bp.get("/")
@for_members
def home() -> ResponseReturnValue:
    """What this unit has to do, and the units under it."""
    below = [unit for unit in organisation().below(g.unit) if may_enter(me(), unit)]
    closed = [unit for unit in organisation().closed if unit.parent_id == g.unit.id and may_enter(me(), unit)]
    staff_of = partial(ask, STAFF, {"unit": g.unit.id, "today": clock.today()})
    panels_of = list if g.unit.closed_on else partial(dashboard.panels, me(), [g.unit])
    [(staff,)], panels = side_by_side(staff_of, panels_of)
    shown = {"below": below, "closed": closed, "staff": staff, "panels": panels}
    return render("unit/home.html", "duties", 200, **shown, **dashboard.summary(panels))


@bp.get("/badges")
@for_members
def badges() -> ResponseReturnValue:
    """The counts of the menu, each put in its place. A plugin that fails has none."""
    hook, counts = "intranet_navigation", dict[str, int]()
    for plugin in enabled_plugins(g.unit):
        items: list[NavItem] = collect(hook, [plugin], user=me(), unit=g.unit)
        counts |= {item.place: isolated(plugin, hook, item.badge) or 0 for item in items if item.badge}
    return render("unit/badges.html", "counts", counts=counts)


@bp.get("/plugins")
@requires("core:plugins")
def plugins() -> ResponseReturnValue:
    """What each plugin is for and looks like, who may do what there, and whether this unit uses it."""
    shown = {"plugins": loaded().for_units, "switches": gate.switches(g.unit), "permissions": declared()}
    has_below = bool(organisation().below(g.unit))
    return render(
        "unit/plugins.html", "switches", 200, **shown, has_below=has_below, roles_for=roles_for, roles=Role
    )


@bp.post("/plugins/<name>")
@requires("core:plugins")
def turn(name: str) -> ResponseReturnValue:
    """On, off, or as the unit above says. Takes effect with the next request, in every process."""
    if name not in loaded().for_units:
        abort(404)
    state = request.form.get("state", "")
    if state not in set(Word):
        abort(400)
    gate.turn(name, g.unit, Word(state), by=me())
    return done(_notice(Word(state), loaded().working[name].title), "unit.plugins")


def _notice(word: Word, title: Text) -> str:
    words: dict[Word, str] = {
        Word.ON: _("已开启：%(title)s", title=title),
        Word.OFF: _("已关闭：%(title)s", title=title),
        Word.PARENT: _("已恢复为随上级：%(title)s", title=title),
        Word.LOCK: _("已锁定，下级单位不能再自己开关：%(title)s", title=title),
        Word.UNLOCK: _("已解除锁定，下级单位可以自己开关：%(title)s", title=title),
    }
    return words[word]
