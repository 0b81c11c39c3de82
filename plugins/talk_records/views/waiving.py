"""免谈: taking a pair off the list of those who must talk, and putting it back."""

from flask import abort
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet.errors import DomainError
from intranet.htmx import done
from intranet.permissions import me, requires
from plugins.talk_records.forms import WaiveForm
from plugins.talk_records.queries.roster import cycle_or_404
from plugins.talk_records.services import waiving as services
from plugins.talk_records.views.blueprint import bp, here
from plugins.talk_records.views.matrix import pairs_page


@bp.post("/cycles/<int:cycle_id>/waived")
@requires("talk_records:roster")
def waive(cycle_id: int) -> ResponseReturnValue:
    """These two need not talk in this round."""
    cycle, form = cycle_or_404(here(), cycle_id), WaiveForm()
    if not form.validate():
        return pairs_page(cycle, 422, form.people, next(iter(form.reason.errors), _("请刷新页面再办理。")))
    try:
        services.waive(cycle, here(), form.people, form.reason.data or "", by=me())
    except DomainError as refusal:
        return pairs_page(cycle, refusal.status, form.people, refusal.message)
    return done(_("已写明免谈。"), "talk_records.pairs", cycle=cycle.id)


@bp.post("/cycles/<int:cycle_id>/waived/<int:first_id>/<int:second_id>/restore")
@requires("talk_records:roster")
def restore(cycle_id: int, first_id: int, second_id: int) -> ResponseReturnValue:
    """They must talk after all."""
    if first_id == second_id:
        abort(404)
    services.restore(cycle_or_404(here(), cycle_id), here(), frozenset({first_id, second_id}), by=me())
    return done(_("已恢复为应谈。"), "talk_records.pairs", cycle=cycle_id)
