"""看板模板: a board kept for the next campaign, and a new round begun from one."""

from datetime import date

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet import clock, workdays
from intranet.errors import Invalid
from intranet.htmx import done, render
from intranet.organisation import organisation
from intranet.pages import day
from intranet.permissions import me, requires
from plugins.rectification import stages
from plugins.rectification.filters import Filters
from plugins.rectification.forms.templates import BeginForm, TemplateForm
from plugins.rectification.models import Template
from plugins.rectification.queries.categories import category_titles
from plugins.rectification.queries.templates import (
    MOST_CARDS,
    bones_of,
    cards_to_keep,
    first_day_of,
    kit_of,
    round_of,
    rounds_of,
    template_for,
    templates_for,
)
from plugins.rectification.services import templates as services
from plugins.rectification.templating import Bone, Kit
from plugins.rectification.views.blueprint import address, bp, here, scope
from plugins.rectification.wording import TERM_TITLES


@bp.get("/templates")
@requires(stages.TEMPLATES)
def templates() -> ResponseReturnValue:
    """Those this unit may begin from."""
    found = templates_for(here())
    return render("rectification/templates.html", "templates", rows=found, units=organisation().by_id)


@bp.route("/templates/new", methods=["GET", "POST"])
@requires(stages.TEMPLATES)
def new_template() -> ResponseReturnValue:
    """存为模板: the board with the filters of this address."""
    filters = Filters.of(request.args)
    cards = cards_to_keep(scope(), filters, me())
    form = TemplateForm()
    if request.method != "POST":
        form.starts_on.data = first_day_of(cards, filters, here(), scope())
    kit = kit_of(here(), scope(), (form.name.data or _("现在的筛选"), filters))
    if request.method != "POST" or not form.validate():
        return _new(form, kit, len(cards), 200 if request.method != "POST" else 422)
    wanted = cards if form.with_cards.data else []
    bones = bones_of(wanted, scope(), form.starts_on.data or clock.today())
    try:
        made = services.keep_template(
            here(), form.name.data or "", kit, bones, shared=bool(form.shared.data), by=me()
        )
    except Invalid as refusal:
        return _new(form, kit, len(cards), refusal=refusal.message)
    return done(_("已存为模板“%(name)s”。", name=made.name), "rectification.template", template_id=made.id)


def _new(
    form: TemplateForm, kit: Kit, cards: int, status: int = 422, refusal: object = ""
) -> ResponseReturnValue:
    filters = Filters.of(request.args)
    return render(
        "rectification/template_new.html",
        "form",
        status,
        form=form,
        page=address("new_template", filters),
        board=address("board", filters),
        kit=kit,
        titles=stages.TITLES,
        cards=cards,
        most=MOST_CARDS,
        is_narrowed=filters.any,
        refusal=refusal,
    )


@bp.get("/templates/<int:template_id>")
@requires(stages.TEMPLATES)
def template(template_id: int) -> ResponseReturnValue:
    """What it holds, and the rounds begun from it here."""
    found = _template_or_404(template_id)
    today = clock.today()
    start = today if workdays.is_workday(today) else workdays.add(today, 1)
    return _page(found, BeginForm(formdata=None, data={"starts_on": start}), 200)


def _template_or_404(template_id: int) -> Template:
    found = template_for(here(), template_id)
    if found is None:
        abort(404)
    return found


def _page(found: Template, form: BeginForm, status: int) -> ResponseReturnValue:
    bones = [Bone.of(kept) for kept in found.bones]
    return render(
        "rectification/template.html",
        "template",
        status,
        kept=found,
        kit=Kit.of(found.settings),
        cards=[(each, each.unit, each.category, _in_days(each.days), False) for each in bones],
        rounds=rounds_of(found, here(), scope()),
        units=organisation().by_id,
        titles=stages.TITLES,
        categories=category_titles(scope()),
        terms=TERM_TITLES,
        form=form,
        may_remove=found.unit_id == here().id,
    )


def _in_days(days: int | None) -> str:
    return "—" if days is None else _("第 %(n)s 天", n=days)


@bp.route("/templates/<int:template_id>/begin", methods=["GET", "POST"])
@requires(stages.TEMPLATES)
def begin_round(template_id: int) -> ResponseReturnValue:
    """First the preview of this day, then the round."""
    found = _template_or_404(template_id)
    form = BeginForm() if request.method == "POST" else BeginForm(request.args, meta={"csrf": False})
    if not form.validate():
        return _page(found, form, 422)
    start = form.starts_on.data or clock.today()
    if request.method == "POST":
        begun = services.begin(found, here(), scope(), start, seen=form.seen.data or "", by=me())
        return done(_("新一轮已开始，登记了 %(n)s 件。", n=len(begun.opens)), "rectification.board")
    return _preview(found, start)


def _preview(found: Template, start: date) -> ResponseReturnValue:
    coming, known = round_of(found, here(), scope(), start, me()), organisation().by_id
    return render(
        "rectification/template_begin.html",
        "preview",
        kept=found,
        start=start,
        coming=coming,
        cards=[
            (each.bone, known[each.unit_id].name, each.category, _on(each.due_on), each.is_past)
            for each in coming.opens
        ],
        titles=stages.TITLES,
        categories=category_titles(scope()),
        terms=TERM_TITLES,
    )


def _on(due_on: date | None) -> str:
    return day(due_on) if due_on else "—"


@bp.post("/templates/<int:template_id>/remove")
@requires(stages.TEMPLATES)
def remove_template(template_id: int) -> ResponseReturnValue:
    """Only by the unit that made it."""
    found = _template_or_404(template_id)
    if found.unit_id != here().id:
        abort(404)
    services.remove_template(found, here(), by=me())
    return done(_("模板“%(name)s”已删除，已经开始的不受影响。", name=found.name), "rectification.templates")
