"""One gate: what it asks for, who marked or waived it, and doing so."""

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from intranet.contracts import Text
from intranet.errors import Conflict, DomainError, NotFound
from intranet.htmx import done, render
from intranet.permissions import for_members, me
from plugins.democratic_life.forms.meetings import MarkForm
from plugins.democratic_life.gates import GATE_OF, Gate
from plugins.democratic_life.queries.gates import MEASURES_OF_LAST, Facts, seen_of
from plugins.democratic_life.queries.handover import raised_before
from plugins.democratic_life.queries.meetings import Found
from plugins.democratic_life.queries.raised import outcomes_of
from plugins.democratic_life.services import gates as services
from plugins.democratic_life.views.blueprint import bp, found

MARK, WAIVE, TAKE_BACK = "mark", "waive", "take_back"
DONE: dict[str, Text] = {
    MARK: _l("已登记。"),
    WAIVE: _l("已豁免，理由留在这一关。"),
    TAKE_BACK: _l("已撤销，这一关重新计算。"),
}


@bp.route("/meetings/<int:meeting_id>/gates/<name>", methods=["GET", "POST"])
@for_members
def gate(meeting_id: int, name: str) -> ResponseReturnValue:
    """A gate that is marked by hand, waived, or neither."""
    shown, asked = found(meeting_id, to_change=request.method == "POST"), GATE_OF.get(name)
    if asked is None:
        raise NotFound(_("没有这一关。"))
    form = MarkForm()
    if request.method != "POST":
        return _gate_page(shown, asked, form)
    deed = request.form.get("deed", "")
    if deed != TAKE_BACK and not form.validate():
        return _gate_page(shown, asked, form, 422)
    try:
        _do(deed, shown, asked, form)
    except DomainError as refused:
        return _gate_page(shown, asked, form, refused.status, refused.message)
    return done(str(DONE[deed]), "democratic_life.meeting", meeting_id=meeting_id)


def _do(deed: str, shown: Found, asked: Gate, form: MarkForm) -> None:
    if deed == MARK:
        services.mark_done(shown, asked, form.on, form.words, by=me())
    elif deed == WAIVE:
        services.waive(shown, asked, form.words, by=me())
    elif deed == TAKE_BACK:
        services.take_back(shown, asked, by=me())
    else:
        raise Conflict(_("页面已过期，请刷新后再操作。"))


def _gate_page(
    shown: Found, asked: Gate, form: MarkForm, status: int = 200, refusal: object = ""
) -> ResponseReturnValue:
    seen = seen_of(asked, Facts(shown))
    raised = raised_before(shown.meeting) if asked.name == MEASURES_OF_LAST else ()
    return render(
        "democratic_life/gate.html",
        "gate",
        status,
        found=shown,
        seen=seen,
        form=form,
        refusal=refusal,
        may_waive=services.may_waive(shown),
        raised=raised,
        outcomes=outcomes_of(me(), raised),
    )
