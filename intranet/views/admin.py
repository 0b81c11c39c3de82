"""Pages of the three administrators: each sees their own and no content."""

from collections import Counter
from importlib.metadata import entry_points

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet import gate, revisions
from intranet import jobs as table
from intranet.contracts import CONTRACT, Role
from intranet.htmx import done, render
from intranet.loading import GROUP
from intranet.organisation import organisation
from intranet.permissions import me, requires_role
from intranet.plugins import loaded
from intranet.web import page_asked

PAGE = 100
bp = Blueprint("admin", __name__, url_prefix="/admin")


@bp.get("/plugins")
@requires_role(Role.SYSTEM)
def plugins() -> ResponseReturnValue:
    """Which plugins work, in which version, what they answer, where they are on, and what failed."""
    state, here = loaded(), organisation()
    return render(
        "admin/plugins.html",
        "plugins",
        state=state,
        contract=CONTRACT,
        versions={point.name: point.dist.version for point in entry_points(group=GROUP) if point.dist},
        schema=revisions.standing(),
        on={name: len(gate.units_with(name, here.units)) for name in state.for_units},
        locks=Counter(name for (name, _unit), (_on, locked) in here.switches.items() if locked),
    )


@bp.get("/plugins/<name>")
@requires_role(Role.SYSTEM)
def plugin_units(name: str) -> ResponseReturnValue:
    """The units where a plugin is on, and who said so."""
    plugin = loaded().for_units.get(name) or abort(404)
    here = organisation()
    units = gate.units_with(name, here.units)
    page = page_asked(1 + len(units) // PAGE)
    shown = {"units": units, "page": page, "size": PAGE, "known": here.by_id}
    return render("admin/plugin_units.html", "units", 200, plugin=plugin, gate=gate, **shown)


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
