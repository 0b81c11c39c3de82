"""A unit's home page and its switches."""

from flask import Blueprint, abort, g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import func, select

from intranet import dashboard, gate
from intranet.extensions import db
from intranet.htmx import done, render
from intranet.models import Membership, Unit
from intranet.permissions import for_members, me, requires
from intranet.plugins import loaded
from intranet.readme import purpose_page
from intranet.web import language

bp = Blueprint("unit", __name__, url_prefix="/<unit:unit>")


@bp.get("/")
@for_members
def home() -> ResponseReturnValue:
    """What this unit has to do, and the units under it."""
    below = db.session.scalars(
        select(Unit)
        .where(Unit.parent_id == g.unit.id, Unit.closed_on.is_(None))
        .order_by(Unit.position, Unit.id)
    )
    staff = db.session.scalar(select(func.count()).where(Membership.unit_id == g.unit.id))
    panels = dashboard.panels(me(), [g.unit])
    return render(
        "unit/home.html",
        "duties",
        below=list(below),
        staff=staff,
        panels=panels,
        **dashboard.summary(panels),
    )


@bp.get("/plugins")
@requires("core:plugins")
def plugins() -> ResponseReturnValue:
    """What each plugin is for, and whether this unit uses it."""
    return render("unit/plugins.html", "switches", plugins=loaded().working, switches=gate.switches(g.unit))


@bp.post("/plugins/<name>")
@requires("core:plugins")
def turn(name: str) -> ResponseReturnValue:
    """On, off, or as the unit above says. Takes effect with the next request, in every process."""
    if name not in loaded().working:
        abort(404)
    enabled = {"on": True, "off": False}.get(request.form.get("state", ""))
    gate.turn(name, g.unit, by=me(), enabled=enabled, locked="locked" in request.form)
    title = loaded().working[name].title
    words = {
        True: _("已开启：%(title)s", title=title),
        False: _("已关闭：%(title)s", title=title),
        None: _("已恢复为随上级：%(title)s", title=title),
    }
    return done(words[enabled], "unit.plugins")


@bp.get("/help/<name>")
@for_members
def help_page(name: str) -> ResponseReturnValue:
    """The README of a plugin, as its help page."""
    if name not in loaded().working:
        abort(404)
    plugin = loaded().working[name]
    return render("unit/help.html", "text", plugin=plugin, text=purpose_page(plugin, language()))
