"""Registering a problem and changing the fields of a card."""

from datetime import date

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types

from intranet.errors import Conflict, Forbidden
from intranet.htmx import done, render
from intranet.models import Unit
from intranet.organisation import organisation
from intranet.permissions import for_members, me, requires
from plugins.rectification import stages
from plugins.rectification.forms import EditForm, NewCardForm, lines_of
from plugins.rectification.forms.talk import OwnForm
from plugins.rectification.models import Card
from plugins.rectification.queries.categories import categories_to_choose
from plugins.rectification.queries.details import leaders_over, people_of
from plugins.rectification.queries.fields import fields_in_use, own_of, said
from plugins.rectification.queries.scope import FoundCard
from plugins.rectification.rights import Rights
from plugins.rectification.services.cards import edit_card, open_card
from plugins.rectification.services.dates import ending_after
from plugins.rectification.stages import Stage
from plugins.rectification.views.blueprint import Opened, bp, card_or_404, here, scope

COMPARED = (
    ("title", _l("问题")),
    ("goal", _l("整改目标")),
    ("standard", _l("完成标准")),
    ("due_on", _l("要求完成期限")),
)
"""What a conflict shows of the other person's words."""


@bp.route("/cards/new", methods=["GET", "POST"])
@requires(stages.OPEN)
def open_problem() -> ResponseReturnValue:
    """登记问题."""
    form, own = NewCardForm(), OwnForm.of(fields_in_use(here(), scope()), {})
    units = units_to_open_in()
    offer(form, units)
    if request.method != "POST":
        return render("rectification/new.html", "form", form=form, own=own)
    if not all([form.validate(), own.validate()]):
        return render("rectification/new.html", "form", 422, form=form, own=own)
    unit, measures = units[form.unit.data], lines_of(form.measures.data)
    made = open_card(unit, form.facts(), by=me(), measures=measures, own=own.contents)
    notice = _("已登记为 %(number)s，等%(unit)s认领。", number=made.number, unit=unit.name)
    event = {"rectification:opened": {"card": made.id}}
    return done(notice, "rectification.card", event=event, card_id=made.id)


def units_to_open_in() -> dict[str, Unit]:
    """By code: the units of this page for which the person may register problems."""
    rights = Rights(me())
    return {unit.code: unit for unit in scope().units.values() if rights.may(stages.OPEN, unit)}


def offer(form: NewCardForm, units: dict[str, Unit]) -> None:
    """Sets the choices of a card that is not there yet."""
    form.offer_words(categories_to_choose(scope()), possible_helpers(here()))
    choices = [SelectChoice(code, unit.name) for code, unit in units.items()]
    form.unit.choices = [SelectChoice("", _("请选择")), *choices]
    if not form.unit.raw_data:
        form.unit.data = here().code if len(units) == 1 else ""
    form.leader.offer(leaders_over(here()))


def possible_helpers(unit: Unit) -> list[Unit]:
    """Every department of the hospital: who helps is often somewhere else in the tree."""
    known = organisation()
    line = [known.by_id[unit_id] for unit_id in unit.line if unit_id in known.by_id]
    top = next((each for each in line if each.kind == "hospital"), line[0])
    return [each for each in known.under(top.path) if each.kind == "department"]


@bp.route("/cards/<int:card_id>/edit", methods=["GET", "POST"])
@for_members
def edit(card_id: int) -> ResponseReturnValue:
    """Changes a card's fields; the deadline of a claimed card only by those who may extend it."""
    opened = card_or_404(card_id, to_change=request.method == "POST")
    if not opened.may(stages.OPEN):
        raise Forbidden(_("只有活动办和责任部门负责人可以修改卡片。"))
    found, form, own = opened.card, _edit_form(opened), _own_form(opened)
    due = found.due_on
    context = {"form": form, "own": own, "card": found}
    if request.method != "POST" or not all([form.validate(), own.validate()]):
        status = 200 if request.method != "POST" else 422
        return render("rectification/edit.html", "form", status, theirs=[], refusal="", **context)
    try:
        helpers = [unit for unit in organisation().units if unit.id in (form.helpers.data or ())]
        version = form.version.data or 0
        edit_card(found, form.changes(), version=version, by=me(), helpers=helpers, own=own.contents)
    except Conflict as refusal:
        return _both_texts(form, own, found, refusal)
    return done(_saved(found, due), "rectification.card", card_id=found.id)


def _saved(card: Card, due: date | None) -> str:
    """Whoever shortens the time hears what does not fit into it; to mend that is up to the unit."""
    later = ending_after(card, card.due_on) if card.due_on != due else ""
    if not later:
        return str(_("已保存。"))
    return str(_("已保存。这些措施的期限晚于新的期限，请责任部门调整：%(measures)s。", measures=later))


def _edit_form(opened: Opened) -> EditForm:
    card, unit = opened.card, opened.unit
    form = EditForm(obj=card)
    del form.unit
    _offer_words(form, opened.found, unit)
    if card.stage is Stage.UNCLAIMED:
        del form.person
    else:
        form.person.offer(people_of(unit), card.user_id, opened.found.person)
    if not opened.rights.may_redate(card, unit):
        del form.due_on
    form.leader.offer(leaders_over(unit), card.leader_id, opened.found.leader)
    return form


def _own_form(opened: Opened) -> OwnForm:
    fields = fields_in_use(opened.unit, scope())
    return OwnForm.of(fields, own_of(opened.card, fields))


def _offer_words(form: EditForm, found: FoundCard, unit: Unit) -> None:
    """What the card has stays a choice, though new cards may not have it."""
    titles = dict(categories_to_choose(scope()))
    titles.setdefault(found.card.category, found.sort.title)
    chosen = found.helpers
    form.offer_words(titles, dict.fromkeys([*possible_helpers(unit), *chosen]))
    if not form.is_submitted():
        form.helpers.data = [each.id for each in chosen]


def _both_texts(form: EditForm, own: OwnForm, card: Card, refusal: Conflict) -> ResponseReturnValue:
    """409: what stands there now beside what this person typed. Saving again takes theirs knowingly."""
    form.version.data = card.version
    mine = form.changes()
    theirs = [
        (label, getattr(card, name) or "")
        for name, label in COMPARED
        if name in mine and mine[name] != getattr(card, name)
    ]
    now = own_of(card, own.asked)
    theirs += [
        (field.name, said(field.kind, now.get(key)))
        for key, (field, mine_now) in own.contents.items()
        if mine_now != now.get(key)
    ]
    context = {"form": form, "own": own, "card": card, "theirs": theirs}
    return render("rectification/edit.html", "form", 409, refusal=refusal.message, **context)
