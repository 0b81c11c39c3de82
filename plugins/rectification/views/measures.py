"""Measures on the card's page: add, reword, tick off, remove."""

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet.errors import Conflict, Forbidden
from intranet.extensions import db
from intranet.forms import version_seen
from intranet.htmx import done, render, wants_fragment
from intranet.permissions import for_members, me
from plugins.rectification.forms import AdjustForm, EditMeasureForm, MeasureForm
from plugins.rectification.models import Card, Measure
from plugins.rectification.queries.details import measure_of, owner_of
from plugins.rectification.services import measures as services
from plugins.rectification.services.dates import too_late, wrong_day
from plugins.rectification.stages import PLANNING
from plugins.rectification.views.blueprint import Opened, bp, card_or_404, people_to_do
from plugins.rectification.views.card import CARD, card_context


def _card_to_work_on(card_id: int) -> Opened:
    opened = card_or_404(card_id, to_change=request.method == "POST")
    if not opened.may_work:
        raise Forbidden(_("只有责任部门和责任人可以改措施。"))
    return opened


def _measure_or_404(card: Card, measure_id: int) -> Measure:
    measure = measure_of(card, measure_id)
    if measure is None:
        abort(404)
    return measure


def _changed(opened: Opened, notice: str) -> ResponseReturnValue:
    """The measures anew; without htmx the whole card."""
    if not wants_fragment():
        return done(notice, "rectification.card", card_id=opened.card.id)
    db.session.flush()
    return render(CARD, "measures", **card_context(opened))


def _fits(form: MeasureForm, late: str) -> bool:
    """Whether it is filled in right; what is wrong with the day is said at its field."""
    is_right = form.validate()
    if late:
        form.due_on.errors = [*form.due_on.errors, late]
    return is_right and not late


@bp.post("/cards/<int:card_id>/measures")
@for_members
def add_measure(card_id: int) -> ResponseReturnValue:
    """One more measure."""
    opened = _card_to_work_on(card_id)
    form = MeasureForm()
    form.person.offer(people_to_do(opened))
    if not _fits(form, too_late(opened.card, form.due_on.data)):
        return render(CARD, "measures", 422, **(card_context(opened) | {"measure_form": form}))
    services.add_measure(opened.card, form.wording(), by=me())
    return _changed(opened, _("已增加措施。"))


@bp.route("/cards/<int:card_id>/measures/<int:measure_id>/steps", methods=["GET", "POST"])
@for_members
def add_step(card_id: int, measure_id: int) -> ResponseReturnValue:
    """具体步骤: a measure taken apart, each part with its own person and date."""
    opened = _card_to_work_on(card_id)
    card, measure = opened.card, _measure_or_404(opened.card, measure_id)
    form = MeasureForm()
    form.person.offer(people_to_do(opened))
    if request.method != "POST" or not _fits(form, too_late(card, form.due_on.data, measure)):
        status = 200 if request.method != "POST" else 422
        context = {"form": form, "card": card, "measure": measure}
        return render("rectification/step.html", "form", status, **context)
    services.add_measure(card, form.wording(), by=me(), under=measure)
    return done(_("已增加步骤。"), "rectification.card", card_id=card_id)


@bp.route("/cards/<int:card_id>/measures/<int:measure_id>", methods=["GET", "POST"])
@for_members
def edit_measure(card_id: int, measure_id: int) -> ResponseReturnValue:
    """Rewords a measure; 409 shows what it says now beside what was typed."""
    opened = _card_to_work_on(card_id)
    card, measure = opened.card, _measure_or_404(opened.card, measure_id)
    form = EditMeasureForm(obj=measure) if card.stage in PLANNING else AdjustForm(obj=measure)
    form.person.offer(people_to_do(opened), measure.user_id, owner_of(measure))
    context = {"form": form, "card": card, "measure": measure}
    if request.method != "POST" or not _fits(form, wrong_day(card, measure, form.due_on.data)):
        status = 200 if request.method != "POST" else 422
        return render("rectification/measure.html", "form", status, refusal="", **context)
    try:
        services.edit_measure(card, measure, form.wording(), version=form.version.data or 0, by=me())
    except Conflict as refusal:
        form.version.data = measure.version
        return render("rectification/measure.html", "form", 409, refusal=refusal.message, **context)
    return done(_("措施已修改。"), "rectification.card", card_id=card.id)


@bp.post("/cards/<int:card_id>/measures/<int:measure_id>/done")
@for_members
def tick_measure(card_id: int, measure_id: int) -> ResponseReturnValue:
    """Done, or not after all."""
    opened = card_or_404(card_id, to_change=True)
    measure = _measure_or_404(opened.card, measure_id)
    if not opened.rights.may_tick(opened.card, measure.user_id, opened.unit):
        raise Forbidden(_("只有责任部门、责任人和这条措施的责任人可以勾选。"))
    is_done = request.form.get("done") == "1"
    services.set_done(opened.card, measure, done=is_done, version=version_seen(), by=me())
    return _changed(opened, _("已勾选完成。") if is_done else _("已取消完成。"))


@bp.post("/cards/<int:card_id>/measures/<int:measure_id>/remove")
@for_members
def remove_measure(card_id: int, measure_id: int) -> ResponseReturnValue:
    """Takes a measure out of a plan nobody has approved."""
    opened = _card_to_work_on(card_id)
    services.remove_measure(
        opened.card, _measure_or_404(opened.card, measure_id), version=version_seen(), by=me()
    )
    return _changed(opened, _("措施已删除。"))
