"""Passing a problem on: one proposes, all others agree, and the unit it went to can read it."""

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet.errors import NotFound
from intranet.htmx import done, render
from intranet.organisation import organisation
from intranet.permissions import for_members, me
from plugins.talk_records.forms import PassForm
from plugins.talk_records.models import Passed
from plugins.talk_records.queries.passed import outcomes_of, passed_of, passed_or_404
from plugins.talk_records.queries.talks import Found
from plugins.talk_records.services.passing import agree, propose, withdraw
from plugins.talk_records.views.blueprint import bp, here, readable
from plugins.talk_records.views.texts import targets, text_page


@bp.post("/talks/<int:talk_id>/passed")
@for_members
def pass_on(talk_id: int) -> ResponseReturnValue:
    """Proposes a problem."""
    shown, form = readable(talk_id, to_change=True), PassForm()
    form.offer(targets())
    if not form.validate():
        return text_page(shown, 422, form)
    target = organisation().by_id[form.target.data]
    propose(shown, target, (form.title.data or "").strip(), form.lines, by=me())
    return done(_("已提出，谈话的其他人都同意后转交。"), "talk_records.text", talk_id=talk_id)


@bp.post("/talks/<int:talk_id>/passed/<int:passed_id>/agree")
@for_members
def agree_to_pass(talk_id: int, passed_id: int) -> ResponseReturnValue:
    """Another at the table agrees: with the last word these are no secret any more."""
    shown = readable(talk_id, to_change=True)
    wanted = _proposed(shown, passed_id)
    agree(wanted, shown, by=me())
    said = _("已同意，这个问题转交整改。") if wanted.agreed_at else _("已同意，等其他人也同意后转交。")
    return done(said, "talk_records.text", talk_id=talk_id)


@bp.post("/talks/<int:talk_id>/passed/<int:passed_id>/withdraw")
@for_members
def withdraw_passed(talk_id: int, passed_id: int) -> ResponseReturnValue:
    """It does not go on."""
    shown = readable(talk_id, to_change=True)
    withdraw(_proposed(shown, passed_id), shown, by=me())
    return done(_("不再转交，写的这几句已经删除。"), "talk_records.text", talk_id=talk_id)


def _proposed(shown: Found, passed_id: int) -> Passed:
    wanted = next((each for each in passed_of(shown.talk) if each.id == passed_id), None)
    if wanted is None:
        raise NotFound(_("没有这个问题，或者它不对您开放。"))
    return wanted


@bp.get("/passed/<int:passed_id>")
@for_members
def passed(passed_id: int) -> ResponseReturnValue:
    """Where a card's source leads: the problem, and not a word of who said it to whom."""
    found = passed_or_404(here(), passed_id)
    outcome = outcomes_of(me(), [found]).get(found.id)
    return render("talk_records/passed.html", "passed", passed=found, outcome=outcome)
