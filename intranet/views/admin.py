"""Pages of the three administrators: each sees their own and no content."""

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import func, select

from intranet import jobs as table
from intranet import rights
from intranet.contracts import ADMINISTRATORS, Role
from intranet.extensions import db
from intranet.htmx import done, render
from intranet.models import UnitPlugin
from intranet.permissions import declared, me, requires_role, roles_for
from intranet.plugins import loaded

bp = Blueprint("admin", __name__, url_prefix="/admin")


@bp.get("/plugins")
@requires_role(Role.SYSTEM)
def plugins() -> ResponseReturnValue:
    """Which plugins work, where they are on, and what failed."""
    on = dict(
        db.session.execute(
            select(UnitPlugin.plugin, func.count()).where(UnitPlugin.enabled).group_by(UnitPlugin.plugin)
        ).all()
    )
    state = loaded()
    working, failures = state.working.values(), state.failures[::-1]
    return render("admin/plugins.html", "plugins", plugins=working, failures=failures, on=on)


@bp.get("/jobs")
@requires_role(Role.SYSTEM)
def jobs() -> ResponseReturnValue:
    """What each job did, when, how long it took, and when it runs next."""
    return render("admin/jobs.html", "jobs", jobs=table.overview(), said=table.said)


@bp.get("/permissions")
@requires_role(Role.SECURITY)
def permissions() -> ResponseReturnValue:
    """Who may do what: every permission against every role."""
    roles = [role for role in Role if role not in ADMINISTRATORS]
    held = {name: roles_for(name) for name in declared()}
    return render("admin/permissions.html", "table", permissions=declared(), roles=roles, held=held)


@bp.post("/permissions/<name>/<role>")
@requires_role(Role.SECURITY)
def move_permission(name: str, role: str) -> ResponseReturnValue:
    """Gives a permission to a role or takes it away; the plugin's default stays known."""
    if name not in declared() or role not in set(Role) - ADMINISTRATORS:
        abort(404)
    given = request.form.get("allowed") == "1"
    rights.move(declared()[name], Role(role), allowed=given, by=me())
    return done(_("权限已调整，立即生效。"), "admin.permissions")
