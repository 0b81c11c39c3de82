"""Doing the same with several cards: each by its own rules, in a savepoint of its own."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from intranet.contracts import Text
from intranet.errors import DomainError, Forbidden, Invalid
from intranet.extensions import db
from intranet.models import Unit
from plugins.rectification import stages
from plugins.rectification.deadlines import is_late
from plugins.rectification.models import Card
from plugins.rectification.queries.categories import DriveName
from plugins.rectification.queries.drives import drives_of
from plugins.rectification.rights import Rights
from plugins.rectification.services.cards import edit_card
from plugins.rectification.services.drives import choose_drives
from plugins.rectification.services.moving import move_card, step_to
from plugins.rectification.services.needs import Words
from plugins.rectification.services.undoing import DRIVES, undo, undoable
from plugins.rectification.services.urging import urge_on
from plugins.rectification.stages import Need, Stage
from plugins.rectification.steps import MAIN_STEP

MOST = 50
OWN_FORM = frozenset({Need.MEASURES, Need.PERSON, Need.DUE_ON, Need.ARTICLE})
"""What is different with every card, so that one answer for all would be wrong."""
WAS_SO = (_l("已在专项“%(name)s”里。"), _l("不在专项“%(name)s”里。"))
IS_SO = (_l("已归入专项“%(name)s”。"), _l("已移出专项“%(name)s”。"))


class Chosen(NamedTuple):
    """A card with its own unit, as the person saw it."""

    card: Card
    unit: Unit
    version: int


class Outcome(NamedTuple):
    """What became of one card: what was done and may be taken back, or why it was not."""

    card: Card
    done: bool
    sentence: str
    may_undo: bool = False


Deed = Callable[[Chosen, Rights], str]
"""Does it with one card and says what was done; raises DomainError."""


def do_with(chosen: Iterable[Chosen], deed: Deed, rights: Rights) -> list[Outcome]:
    """One audit entry a card. What is refused for one card leaves the others alone."""
    return [_try(each, deed, rights) for each in chosen]


def _try(each: Chosen, deed: Deed, rights: Rights) -> Outcome:
    try:
        with db.session.begin_nested():
            sentence = deed(each, rights)
            db.session.flush()
            has_changed = each.card.version > each.version
            may_undo = has_changed and undoable(each.card, rights, each.unit) is not None
            return Outcome(each.card, done=True, sentence=sentence, may_undo=may_undo)
    except DomainError as refusal:
        db.session.expire(each.card)  # `change` may have shown on it what is taken back now
        return Outcome(each.card, done=False, sentence=str(refusal.message))


# Deeds -------------------------------------------------------------------------------------------


def step_on(note: str) -> Deed:
    """The step each card waits for, where one sentence for all is enough."""

    def deed(each: Chosen, rights: Rights) -> str:
        card = each.card
        if card.stage is Stage.CLOSED:
            raise Invalid(_("此卡已销号。"))
        wanted = MAIN_STEP[card.stage]
        step = step_to(card, wanted.end, version=each.version, rights=rights, unit=each.unit)
        if OWN_FORM & set(step.needs):
            raise Invalid(_("“%(verb)s”要逐张填写，请在卡片上办理。", verb=str(step.verb)))
        move_card(card, step, Words(note=note), by=rights.user)
        return str(_("已%(verb)s，现在在“%(stage)s”。", verb=str(step.verb), stage=str(step.end_title)))

    return deed


def make_responsible(person_id: int, name: str, units: frozenset[int]) -> Deed:
    """`units`: where this person may be made responsible."""

    def deed(each: Chosen, rights: Rights) -> str:
        _only_who_edits(each, rights)
        if each.card.stage is Stage.UNCLAIMED:
            raise Invalid(_("还没有认领，认领时定责任人。"))
        if each.unit.id not in units:
            raise Invalid(_("%(name)s不在%(unit)s工作，不能做责任人。", name=name, unit=each.unit.name))
        _edit(each, rights, "user_id", person_id)
        return str(_("责任人改为%(name)s。", name=name))

    return deed


def _edit(each: Chosen, rights: Rights, name: str, value: object) -> None:
    before = getattr(each.card, name)
    event = edit_card(each.card, {name: value}, version=each.version, by=rights.user)
    if event:
        event.before = {name: None if before is None else str(before)}


def put_into(category: str, title: str) -> Deed:
    def deed(each: Chosen, rights: Rights) -> str:
        _only_who_edits(each, rights)
        _edit(each, rights, "category", category)
        return str(_("类别改为“%(title)s”。", title=title))

    return deed


def put_into_drive(drive: DriveName, *, out: bool = False) -> Deed:
    """Into a special campaign, or `out` of it; the others the card is in stay."""

    def deed(each: Chosen, rights: Rights) -> str:
        _only_who_edits(each, rights)
        if drive.unit_id not in each.unit.line:
            raise Invalid(_("专项“%(name)s”不包括%(unit)s。", name=drive.name, unit=each.unit.name))
        held = {one.id for one in drives_of([each.card.id]).get(each.card.id, []) if one.closed_on is None}
        if (drive.id in held) is not out:
            raise Invalid(_said(*WAS_SO, drive, out=out))
        wanted = held ^ {drive.id}
        event = choose_drives(each.card, each.unit, wanted, version=each.version, by=rights.user)
        event.before = {DRIVES: " ".join(map(str, sorted(held)))}
        return _said(*IS_SO, drive, out=out)

    return deed


def _said(into: Text, out_of: Text, drive: DriveName, *, out: bool) -> str:
    return str(out_of if out else into) % {"name": drive.name}


def undo_each(each: Chosen, rights: Rights) -> str:
    """撤销 what was done with several: each as it would be alone."""
    return undo(each.card, each.version, rights, each.unit)


def urge_each(each: Chosen, rights: Rights) -> str:
    if not rights.may(stages.URGE, each.unit):
        raise Forbidden(_("您不能催办这张卡片。"))
    if not is_late(each.card):
        raise Invalid(_("没有逾期，或已申请销号，不用催办。"))
    urge_on(each.card, each.unit, by=rights.user)
    return str(_("已催办。"))


def may_be_urged(each: Chosen, rights: Rights) -> bool:
    return is_late(each.card) and rights.may(stages.URGE, each.unit)


def _only_who_edits(each: Chosen, rights: Rights) -> None:
    if not rights.may(stages.OPEN, each.unit):
        raise Forbidden(_("只有活动办和责任部门负责人可以修改卡片。"))
