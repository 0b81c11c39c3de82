"""Which role may do what."""

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet.contracts import ADMINISTRATORS, Role
from intranet.htmx import done, render
from intranet.permissions import declared, me, requires_role, roles_for
from intranet.plugins import loaded
from intranet.wording import ROLES
from plugins.people.services.permissions import move
from plugins.people.views import bp


@bp.get("/permissions")
@requires_role(Role.SECURITY)
def permissions() -> ResponseReturnValue:
    """Who may do what: every permission against every role."""
    roles = [role for role in Role if role not in ADMINISTRATORS]
    held = {name: roles_for(name) for name in declared()}
    titles = {name: plugin.title for name, plugin in loaded().working.items()}
    owners = {name: titles.get(name.partition(":")[0], _("系统")) for name in declared()}
    return render(
        "people/permissions.html", "table", permissions=declared(), roles=roles, held=held, owners=owners
    )


@bp.post("/permissions/<name>/<role>")
@requires_role(Role.SECURITY)
def move_permission(name: str, role: str) -> ResponseReturnValue:
    """Gives a permission to a role or takes it away; the plugin's default stays known."""
    if name not in declared() or role not in set(Role) - ADMINISTRATORS:
        abort(404)
    given = request.form.get("allowed") == "1"
    permission = declared()[name]
    move(permission, Role(role), allowed=given, by=me())
    words = {"permission": permission.title, "role": ROLES[Role(role)]}
    notice = _("已给予“%(role)s”权限“%(permission)s”，立即生效。", **words)
    if not given:
        notice = _("已收回“%(role)s”的权限“%(permission)s”，立即生效。", **words)
    return done(notice, "people.permissions")
