"""学习规则 of a unit: who reads notes, how long a make-up may take, how the code on the wall behaves."""

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet.errors import Conflict
from intranet.htmx import done, render
from intranet.permissions import me, requires
from plugins.study_logs.forms import RulesForm
from plugins.study_logs.queries.scope import rules_for
from plugins.study_logs.services.targets import settle_rules
from plugins.study_logs.views.blueprint import bp, here

PAGE = "study_logs/rules.html"


@bp.route("/rules", methods=["GET", "POST"])
@requires("study_logs:targets")
def rules() -> ResponseReturnValue:
    """What holds here; saving makes it this unit's own word."""
    found = rules_for(here())
    is_own = found.unit_id == here().id
    form = RulesForm(obj=found)
    if request.method != "POST":
        form.version.data = found.version if is_own else 0
        return render(PAGE, "form", form=form, is_own=is_own, refusal="")
    if not form.validate():
        return render(PAGE, "form", 422, form=form, is_own=is_own, refusal="")
    try:
        settle_rules(here(), form.values(), version=form.version.data or 0, by=me())
    except Conflict as refusal:
        form.version.data = found.version
        return render(PAGE, "form", 409, form=form, is_own=is_own, refusal=refusal.message)
    return done(_("学习规则已保存。"), "study_logs.rules")
