"""One card: its page, opening a new one, changing its fields, noting progress."""

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types

from intranet import clock
from intranet.errors import Conflict, Forbidden, Invalid
from intranet.htmx import done, render
from intranet.models import Attachment, Unit
from intranet.notices import last_urged, urge
from intranet.permissions import for_members, me, requires
from plugins.rectification import stages
from plugins.rectification.deadlines import deadline_of, is_late
from plugins.rectification.forms import (
    EditForm,
    MeasureForm,
    NewCardForm,
    ProgressForm,
    lines_of,
)
from plugins.rectification.lights import light_of, words_of
from plugins.rectification.models import Card
from plugins.rectification.queries.details import (
    evidence_of,
    history_of,
    leaders_over,
    measures_of,
    people_of,
)
from plugins.rectification.rights import Rights
from plugins.rectification.services.cards import edit_card, open_card
from plugins.rectification.services.measures import add_progress
from plugins.rectification.stages import JUDGED, PLANNING, WORKING, Stage
from plugins.rectification.views.blueprint import Opened, bp, card_or_404, here, scope
from plugins.rectification.views.moving import step_forms
from plugins.rectification.views.source import leads_to_source

CARD = "rectification/card.html"


@bp.get("/cards/<int:card_id>")
@for_members
def card(card_id: int) -> ResponseReturnValue:
    """All there is about a card, and what this person may do next."""
    opened = card_or_404(card_id)
    return render(CARD, "card", **card_context(opened))


def card_context(opened: Opened) -> dict[str, Any]:
    """What the card's page and each of its parts show."""
    card, today = opened.card, clock.today()
    return {
        "card": card,
        "names": opened.found,
        "unit": opened.unit,
        "light": light_of(card.stage, card.due_on, today).value,
        "light_words": words_of(card.stage, card.due_on, today),
        "measures": measures_of(card),
        "history": history_of(card),
        "evidence": _evidence(opened),
        "evidence_refusal": "",
        "steps": step_forms(opened, opened.steps),
        "measure_form": MeasureForm(formdata=None),
        "progress_form": ProgressForm(formdata=None),
        "leads_to_source": leads_to_source(card),
        "urged": last_urged(deadline_of(card, opened.unit).url) if is_late(card) else None,
        **_may(opened),
    }


def _may(opened: Opened) -> dict[str, bool]:
    stage, works = opened.card.stage, opened.may_work
    return {
        "may_edit": opened.may(stages.OPEN) and stage not in {*JUDGED, Stage.CLOSED},
        "may_plan": works and stage in PLANNING,
        "may_add": works and stage in WORKING,
        "may_tick": works and stage is Stage.IN_PROGRESS,
        "may_urge": opened.may(stages.URGE) and is_late(opened.card),
        "may_note": works and stage is not Stage.CLOSED,
    }


def _evidence(opened: Opened) -> list[tuple[Attachment, str, bool]]:
    """Each file with who uploaded it and whether this person may remove it."""
    is_open = opened.card.stage not in {*JUDGED, Stage.CLOSED}
    may = opened.rights.may_remove
    return [
        (file, name, is_open and may(opened.card, file.uploaded_by, opened.unit))
        for file, name in evidence_of(opened.card)
    ]


@bp.route("/cards/new", methods=["GET", "POST"])
@requires("rectification:open")
def open_problem() -> ResponseReturnValue:
    """登记问题."""
    form = NewCardForm()
    units = units_to_open_in()
    offer_units(form, units)
    if request.method != "POST":
        return render("rectification/new.html", "form", form=form)
    if not form.validate():
        return render("rectification/new.html", "form", 422, form=form)
    unit = units[form.unit.data]
    made = open_card(unit, form.facts(), by=me(), measures=lines_of(form.measures.data))
    notice = _("已登记为 %(number)s，等%(unit)s认领。", number=made.number, unit=unit.name)
    event = {"rectification:opened": {"card": made.id}}
    return done(notice, "rectification.card", event=event, card_id=made.id)


def units_to_open_in() -> dict[str, Unit]:
    """By code: the units of this page for which the person may register problems."""
    rights = Rights(me())
    return {unit.code: unit for unit in scope().units.values() if rights.may(stages.OPEN, unit)}


def offer_units(form: NewCardForm, units: dict[str, Unit]) -> None:
    choices = [SelectChoice(code, unit.name) for code, unit in units.items()]
    form.unit.choices = [SelectChoice("", _("请选择")), *choices]
    if not form.unit.raw_data:
        form.unit.data = here().code if len(units) == 1 else ""
    form.leader.offer(leaders_over(here()))


@bp.route("/cards/<int:card_id>/edit", methods=["GET", "POST"])
@for_members
def edit(card_id: int) -> ResponseReturnValue:
    """Changes a card's fields; the deadline of a claimed card only by those who approved it."""
    opened = card_or_404(card_id, to_change=request.method == "POST")
    if not opened.may(stages.OPEN):
        raise Forbidden(_("只有活动办和责任部门负责人可以修改卡片。"))
    found, form = opened.card, _edit_form(opened)
    if request.method != "POST" or not form.validate():
        status = 200 if request.method != "POST" else 422
        return render("rectification/edit.html", "form", status, form=form, card=found, theirs=[], refusal="")
    try:
        edit_card(found, form.changes(), version=form.version.data or 0, by=me())
    except Conflict as refusal:
        return _both_texts(form, found, refusal)
    return done(_("已保存。"), "rectification.card", card_id=found.id)


def _edit_form(opened: Opened) -> EditForm:
    card, unit = opened.card, opened.unit
    form = EditForm(obj=card)
    del form.unit
    if card.stage is Stage.UNCLAIMED:
        del form.person
    else:
        form.person.offer(people_of(unit), card.user_id, opened.found.person)
        if not opened.may(stages.APPROVE):
            del form.due_on
    form.leader.offer(leaders_over(unit), card.leader_id, opened.found.leader)
    return form


def _both_texts(form: EditForm, card: Card, refusal: Conflict) -> ResponseReturnValue:
    """409: what stands there now beside what this person typed. Saving again takes theirs knowingly."""
    form.version.data = card.version
    mine = form.changes()
    theirs = [
        (label, getattr(card, name) or "")
        for name, label in (("title", _("问题")), ("goal", _("整改目标")), ("due_on", _("要求完成期限")))
        if name in mine and mine[name] != getattr(card, name)
    ]
    return render(
        "rectification/edit.html", "form", 409, form=form, card=card, theirs=theirs, refusal=refusal.message
    )


@bp.post("/cards/<int:card_id>/urge")
@requires(stages.URGE)
def urge_card(card_id: int) -> ResponseReturnValue:
    """催办: whoever has the card in hand gets a notice."""
    opened = card_or_404(card_id, to_change=True)
    if not is_late(opened.card):
        raise Invalid(_("这张卡片没有逾期，或已申请销号，不用催办。"))
    urge("rectification", deadline_of(opened.card, opened.unit), by=me())
    return done(_("已催办，对方会在消息里看到。"), "rectification.card", card_id=card_id)


@bp.post("/cards/<int:card_id>/notes")
@for_members
def note_progress(card_id: int) -> ResponseReturnValue:
    """记进展."""
    opened = card_or_404(card_id, to_change=True)
    if not opened.may_work:
        raise Forbidden(_("只有责任部门和责任人可以记进展。"))
    form = ProgressForm()
    if not form.validate():
        context = card_context(opened) | {"progress_form": form}
        return render(CARD, "history", 422, **context)
    add_progress(opened.card, form.note.data or "", by=me())
    return done(_("进展已记下。"), "rectification.card", card_id=card_id)
