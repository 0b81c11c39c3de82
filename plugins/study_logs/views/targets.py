"""Setting targets."""

from decimal import Decimal

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet.contracts import Reference, Text
from intranet.errors import Conflict
from intranet.forms import version_seen
from intranet.gate import enabled_plugins
from intranet.htmx import done, render
from intranet.permissions import me, requires
from intranet.plugins import collect
from plugins.study_logs import stated
from plugins.study_logs.forms import EditTargetForm, TargetForm
from plugins.study_logs.models import TENTHS, Target
from plugins.study_logs.queries.targets import find_target
from plugins.study_logs.services import targets as services
from plugins.study_logs.stated import Stated
from plugins.study_logs.views.blueprint import bp, here

PAGE = "study_logs/target.html"


@bp.route("/targets/new", methods=["GET", "POST"])
@requires("study_logs:targets")
def new_target() -> ResponseReturnValue:
    """One more, for the people of this unit and those under it."""
    form = TargetForm()
    if request.method == "POST" and form.validate():
        made = services.add_target(here(), form.values(), by=me())
        return done(_("指标已设。"), "study_logs.progress", target=made.id)
    found = _stated()
    place = request.args.get("stated", 0, type=int)
    if request.method != "POST" and 0 < place <= len(found):
        form = TargetForm(formdata=None, **_values(found[place - 1]))
    status = 200 if request.method != "POST" else 422
    return render(PAGE, "entry", status, form=form, target=None, refusal="", stated=found, place=place)


def _stated() -> list[Stated]:
    """What plans say in figures, as other plugins of this unit know it."""
    asked = {"unit": here(), "words": stated.WORDS}
    sentences: list[Reference] = collect("study_logs_stated", enabled_plugins(here()), **asked)
    return stated.read(sentences)


def _values(one: Stated) -> dict[str, object]:
    """For the fields of the form; nothing is kept before a person has seen it."""
    columns = {name: getattr(one, name) for name in ("title", "starts_on", "ends_on")}
    codes = {name: getattr(one, name) or "" for name in ("measure", "form", "people")}
    return {**columns, **codes, "amount": Decimal(f"{one.amount:g}")}


@bp.route("/targets/<int:target_id>", methods=["GET", "POST"])
@requires("study_logs:targets")
def edit_target(target_id: int) -> ResponseReturnValue:
    """Only the unit that set it changes it."""
    target = _own_or_404(target_id)
    form = EditTargetForm(obj=target)
    if request.method != "POST":
        form.amount.data = Decimal(target.amount) / TENTHS if target.amount else None
        form.form.data = target.form.value if target.form else ""
        return _edit(form, target)
    if not form.validate():
        return _edit(form, target, 422)
    try:
        services.edit_target(target, here(), form.values(), version=form.version.data or 0, by=me())
    except Conflict as refusal:
        form.version.data = target.version
        return _edit(form, target, 409, refusal.message)
    return done(_("已保存。"), "study_logs.progress", target=target_id)


def _edit(form: TargetForm, target: Target, status: int = 200, refusal: Text = "") -> ResponseReturnValue:
    return render(PAGE, "entry", status, form=form, target=target, refusal=refusal, stated=[], place=0)


@bp.post("/targets/<int:target_id>/remove")
@requires("study_logs:targets")
def remove_target(target_id: int) -> ResponseReturnValue:
    """What was studied stays; only the yardstick goes."""
    services.remove_target(_own_or_404(target_id), here(), version=version_seen(), by=me())
    return done(_("指标已删除。"), "study_logs.progress")


def _own_or_404(target_id: int) -> Target:
    return find_target(here(), target_id, own=True) or abort(404)
