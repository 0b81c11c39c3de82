"""What a card is linked with: other cards, addresses, and the cards split off from it."""

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from intranet.errors import Conflict, Forbidden, Invalid
from intranet.htmx import done, render
from intranet.permissions import for_members, me
from plugins.rectification import stages
from plugins.rectification.forms import NewCardForm
from plugins.rectification.forms.talk import AddressForm, LinkForm
from plugins.rectification.queries.fields import fields_in_use, own_of
from plugins.rectification.queries.links import card_meant, cards_like, link_of
from plugins.rectification.services import links as services
from plugins.rectification.services.fields import Contents
from plugins.rectification.views.blank import filled_in
from plugins.rectification.views.blueprint import Opened, bp, card_or_404, scope
from plugins.rectification.views.card import CARD, card_context
from plugins.rectification.views.registering import offer, units_to_open_in


def _section(opened: Opened, name: str, form: FlaskForm) -> ResponseReturnValue:
    """With this form as it was filled in, unfolded."""
    more = {f"{name}_fields": filled_in(form), "unfolds": name}
    return render(CARD, "links", 422, **(card_context(opened) | more))


@bp.post("/cards/<int:card_id>/links")
@for_members
def add_link(card_id: int) -> ResponseReturnValue:
    """With another card this person may open."""
    opened = card_or_404(card_id, to_change=True)
    form = LinkForm()
    if not form.validate():
        return _section(opened, "link", form)
    found = card_meant(form.other.data or "", me(), card_id)
    if len(found) != 1:
        form.other.errors = [_which_one(len(found))]
        return _section(opened, "link", form)
    (tie, backwards), card = form.meant, opened.card
    try:
        services.link_cards(card, tie, found[0], opened.unit, by=me(), backwards=backwards)
    except (Conflict, Invalid) as refusal:
        form.other.errors = [refusal.message]
        return _section(opened, "link", form)
    return done(_("已关联。"), "rectification.card", card_id=card_id)


def _which_one(number: int) -> str:
    if number:
        return str(_("有多张卡片含有这几个字，请写编号。"))
    return str(_("没有找到您能看到的这张卡片，请核对编号或问题。"))


@bp.get("/cards/<int:card_id>/others")
@for_members
def others(card_id: int) -> ResponseReturnValue:
    """Cards that may be meant: offered while one types."""
    words = request.args.get("other", "").strip()[:100]
    card = card_or_404(card_id).card
    found = cards_like(words, me(), card.id) if words else []
    return render_template("rectification/_others.html", cards=found)


@bp.post("/cards/<int:card_id>/addresses")
@for_members
def add_address(card_id: int) -> ResponseReturnValue:
    """With a page elsewhere."""
    opened = card_or_404(card_id, to_change=True)
    form = AddressForm()
    if not form.validate():
        return _section(opened, "address", form)
    services.link_address(opened.card, form.title.data or "", form.url.data or "", opened.unit, by=me())
    return done(_("已增加网址。"), "rectification.card", card_id=card_id)


@bp.post("/cards/<int:card_id>/links/<int:link_id>/remove")
@for_members
def remove_link(card_id: int, link_id: int) -> ResponseReturnValue:
    """Takes a link away, from either end."""
    opened = card_or_404(card_id, to_change=True)
    link = link_of(opened.card, link_id)
    if link is None:
        abort(404)
    services.unlink(opened.card, link, opened.unit, by=me())
    return done(_("已取消关联。"), "rectification.card", card_id=card_id)


# Splitting -----------------------------------------------------------------------------------------


@bp.route("/cards/<int:card_id>/split", methods=["GET", "POST"])
@for_members
def split(card_id: int) -> ResponseReturnValue:
    """拆分: a part of the problem becomes a card of its own, with what this one says filled in."""
    opened = card_or_404(card_id, to_change=request.method == "POST")
    if not opened.may(stages.OPEN):
        raise Forbidden(_("只有活动办和责任部门负责人可以拆分卡片。"))
    form, units = _form(opened), units_to_open_in()
    offer(form, units)
    if request.method != "POST" or not form.validate():
        return _split_form(opened, form, 200 if request.method != "POST" else 422)
    unit = units[form.unit.data]
    try:
        made = services.split_card(opened.card, unit, form.facts(), by=me(), own=_own(opened))
    except Invalid as refusal:
        form.title.errors = [refusal.message]
        return _split_form(opened, form, 422)
    notice = _("已拆分为 %(number)s，等%(unit)s认领。", number=made.number, unit=unit.name)
    return done(notice, "rectification.card", card_id=made.id)


def _split_form(opened: Opened, form: NewCardForm, status: int) -> ResponseReturnValue:
    return render("rectification/split.html", "form", status, form=form, card=opened.card)


def _form(opened: Opened) -> NewCardForm:
    card = opened.card
    form = NewCardForm(obj=card, data={"unit": opened.unit.code, "leader": card.leader_id})
    if not form.is_submitted():
        form.helpers.data = [unit.id for unit in opened.found.helpers]
        form.due_on.data = None
    return form


def _own(opened: Opened) -> Contents:
    """What stands in the units' own fields goes along."""
    fields = {field.id: field for field in fields_in_use(opened.unit, scope())}
    return {key: (fields[key], content) for key, content in own_of(opened.card, fields.values()).items()}
