"""A problem named in a criticism or a remark goes on to the board, in words of its own."""

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet.db import writes
from intranet.errors import DomainError, NotFound
from intranet.htmx import done, render
from intranet.permissions import for_members, me
from plugins.democratic_life.forms.reviews import RaiseForm
from plugins.democratic_life.queries.meetings import Found
from plugins.democratic_life.queries.raised import targets
from plugins.democratic_life.queries.said import said_or_404
from plugins.democratic_life.services import said as words
from plugins.democratic_life.services.meetings import record
from plugins.democratic_life.services.raised import Named, raise_problem
from plugins.democratic_life.services.said import Opened
from plugins.democratic_life.views.blueprint import bp, readable
from plugins.democratic_life.wording import SaidKind, Source

SOURCES = {SaidKind.CRITICISM: Source.CRITICISM, SaidKind.REMARK: Source.REMARKS}


@bp.route("/meetings/<int:meeting_id>/words/<int:said_id>/raise", methods=["GET", "POST"])
@for_members
@writes  # the page shows what was said
def raise_from_said(meeting_id: int, said_id: int) -> ResponseReturnValue:
    """Looked at as the board will show it, then passed on."""
    shown = readable(meeting_id, to_change=request.method == "POST")
    said = said_or_404(shown.meeting, said_id)
    if said.kind not in SOURCES or not words.may_hand_over(shown):
        raise NotFound(_("整改的问题由主持人和记录人从批评意见、上级点评里转交。"))
    record(shown.meeting, "read", me())
    form, opened = RaiseForm(), words.opened([said])[0]
    form.offer(targets(shown.unit))
    if request.method != "POST":
        form.target.data = shown.unit.id
        return _page(shown, opened, form)
    if not form.validate():
        return _page(shown, opened, form, 422)
    if request.form.get("deed") != "raise":
        return _page(shown, opened, form, is_preview=True)
    try:
        raise_problem(Named(SOURCES[said.kind], said.id, shown.meeting), form.wanted(), by=me())
    except DomainError as refused:
        return _page(shown, opened, form, refused.status, refusal=refused.message)
    return done(_("已转交，整改台账上看得到。"), "democratic_life.meeting", meeting_id=meeting_id)


def _page(
    shown: Found, opened: Opened, form: RaiseForm, status: int = 200, **more: object
) -> ResponseReturnValue:
    named = {"found": shown, "opened": opened, "form": form, "refusal": "", "is_preview": False, **more}
    return render("democratic_life/raise.html", "form", status, **named)
