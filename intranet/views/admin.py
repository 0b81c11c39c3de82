"""Pages of the three administrators: each sees their own and no content."""

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import func, select

from intranet import jobs as table
from intranet.contracts import Role
from intranet.extensions import db
from intranet.htmx import done, render
from intranet.models import UnitPlugin
from intranet.permissions import me, requires_role
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


@bp.post("/jobs/<name>/run")
@requires_role(Role.SYSTEM)
def run_job(name: str) -> ResponseReturnValue:
    """Not here, where nobody could wait for it: whoever runs jobs does it next."""
    if name not in table.all_jobs():
        abort(404)
    table.run_soon(name, by=me())
    return done(_("已安排，一般在一分钟内运行，结果写在这里。"), "admin.jobs")
