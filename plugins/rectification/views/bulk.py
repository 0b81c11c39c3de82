"""批量办理: the chosen cards, what can be done with them all, and what became of each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from intranet.errors import Invalid
from intranet.htmx import render
from intranet.permissions import for_members, me
from plugins.rectification.forms.bulk import JoinForm, LeaveForm, OwnerForm, SortForm, StepOnForm, choices
from plugins.rectification.queries.categories import DriveName, categories_to_choose
from plugins.rectification.queries.details import people_by_unit
from plugins.rectification.queries.drives import names_seen
from plugins.rectification.queries.scope import find_cards
from plugins.rectification.rights import Rights
from plugins.rectification.services.bulk import (
    MOST,
    OWN_FORM,
    Chosen,
    Deed,
    do_with,
    make_responsible,
    may_be_urged,
    put_into,
    put_into_drive,
    step_on,
    undo_each,
    urge_each,
)
from plugins.rectification.stages import OPEN, Stage
from plugins.rectification.steps import MAIN_STEP
from plugins.rectification.views.blueprint import bp, here, scope

BULK = "rectification/bulk.html"


@dataclass(frozen=True, slots=True)
class Forms:
    """One a deed, and who works where."""

    step: StepOnForm
    owner: OwnerForm
    sort: SortForm
    join: JoinForm
    leave: LeaveForm
    people: Mapping[int, tuple[str, frozenset[int]]]

    @classmethod
    def of(cls, chosen: list[Chosen]) -> "Forms":
        people = people_by_unit({each.unit.id for each in chosen})
        forms = cls(StepOnForm(), OwnerForm(), SortForm(), JoinForm(), LeaveForm(), people)
        forms.owner.person.choices = choices([(str(key), name) for key, (name, _units) in people.items()])
        titles = categories_to_choose(scope())
        forms.sort.category.choices = choices([(code, str(title)) for code, title in titles.items()])
        drives = choices([(str(key), drive.name) for key, drive in _drives().items()])
        forms.join.drive.choices = forms.leave.left.choices = drives
        return forms


@bp.get("/bulk")
@for_members
def choose_deed() -> ResponseReturnValue:
    """The cards ticked on the board, with what may be done with all of them."""
    chosen = _chosen(request.args.getlist("card"))
    return _page(chosen, Forms.of(chosen))


@bp.post("/bulk")
@for_members
def do_in_bulk() -> ResponseReturnValue:
    """Says of each card what was done, or why not."""
    chosen = _chosen(request.form.getlist("card"), to_change=True)
    if not chosen:
        raise Invalid(_("请先在看板上勾选卡片。"))
    forms = Forms.of(chosen)
    form, make = _deed(forms)
    if form is not None and not form.validate():
        return _page(chosen, forms, 422)
    outcomes = do_with(chosen, make(), Rights(me()))
    return render("rectification/bulk_done.html", "done", outcomes=outcomes, is_undone=False)


@bp.post("/bulk/undo")
@for_members
def undo_in_bulk() -> ResponseReturnValue:
    """撤销: each card as its own 撤销 would; the others are named with what has happened to them."""
    chosen = _chosen(request.form.getlist("card"), to_change=True)
    outcomes = [each._replace(may_undo=False) for each in do_with(chosen, undo_each, Rights(me()))]
    return render("rectification/bulk_done.html", "done", outcomes=outcomes, is_undone=True)


def _deed(forms: Forms) -> tuple[FlaskForm | None, Callable[[], Deed]]:
    """The form that was sent, and what to do once it is right."""
    deeds: dict[str, tuple[FlaskForm | None, Callable[[], Deed]]] = {
        "step": (forms.step, lambda: step_on(forms.step.note.data or "")),
        "owner": (forms.owner, lambda: _responsible(forms)),
        "sort": (forms.sort, lambda: _sorted(forms.sort)),
        "join": (forms.join, lambda: put_into_drive(_drives()[int(forms.join.drive.data)])),
        "leave": (forms.leave, lambda: put_into_drive(_drives()[int(forms.leave.left.data)], out=True)),
        "urge": (None, lambda: urge_each),
    }
    name = request.form.get("deed", "")
    if name not in deeds:
        raise Invalid(_("请选择要办理什么。"))
    return deeds[name]


def _responsible(forms: Forms) -> Deed:
    person_id = int(forms.owner.person.data)
    return make_responsible(person_id, *forms.people[person_id])


def _sorted(form: SortForm) -> Deed:
    titles = categories_to_choose(scope())
    return put_into(form.category.data, str(titles[form.category.data]))


def _drives() -> dict[int, DriveName]:
    """Those that go on, by id."""
    seen = names_seen(here(), scope())
    return {drive.id: drive for drive in seen if not drive.is_closed}


def _page(chosen: list[Chosen], forms: Forms, status: int = 200) -> ResponseReturnValue:
    offered = _offered(chosen, Rights(me()))
    return render(BULK, "bulk", status, chosen=chosen, forms=forms, most=MOST, offered=offered)


def _offered(chosen: list[Chosen], rights: Rights) -> set[str]:
    """Only what at least one of the cards lets this person do."""
    edited = [each.card for each in chosen if rights.may(OPEN, each.unit)]
    found = {"sort", "join", "leave"} if edited else set()
    if any(card.stage is not Stage.UNCLAIMED for card in edited):
        found.add("owner")
    if any(_may_step_on(each, rights) for each in chosen):
        found.add("step")
    return found | {"urge"} if any(may_be_urged(each, rights) for each in chosen) else found


def _may_step_on(each: Chosen, rights: Rights) -> bool:
    if each.card.stage is Stage.CLOSED:
        return False
    step = MAIN_STEP[each.card.stage]
    return not OWN_FORM & set(step.needs) and step in rights.steps(each.card, each.unit)


def _chosen(words: list[str], *, to_change: bool = False) -> list[Chosen]:
    """`12:3` is card 12 at version 3. What this person may not see is not there."""
    pairs = (word.partition(":") for word in words)
    seen = {
        int(key): int(version) for key, _colon, version in pairs if _is_number(key) and _is_number(version)
    }
    if len(seen) > MOST:
        raise Invalid(_("一次最多办理 %(n)s 张卡片。", n=MOST))
    units = scope()
    cards = find_cards(units, list(seen), to_change=to_change)
    return [Chosen(card, units.units[card.unit_id], seen[card.id]) for card in cards]


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdecimal() and len(word) <= 9  # noqa: PLR2004 - longer is no id
