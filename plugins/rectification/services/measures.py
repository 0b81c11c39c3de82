"""Measures: written with the plan, ticked off one by one, each change in the card's history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from flask_babel import gettext as _
from sqlalchemy import func, select

from intranet import clock
from intranet.db import change
from intranet.errors import Invalid
from intranet.extensions import db
from intranet.models import User
from plugins.rectification.models import Card, EventKind, Measure
from plugins.rectification.services.finding import let_find
from plugins.rectification.services.history import count, record, remember
from plugins.rectification.stages import PLANNING, WORKING, Stage


@dataclass(frozen=True, slots=True)
class Wording:
    """What a measure says, its date, and why it is changed once it was approved."""

    text: str
    due_on: date | None = None
    reason: str = ""


def add_measures(card: Card, texts: Sequence[str], due_on: date | None = None) -> None:
    """Behind those already there, in the order given."""
    last = db.session.scalar(select(func.max(Measure.position)).where(Measure.card_id == card.id)) or 0
    for position, text in enumerate(texts, start=last + 1):
        db.session.add(Measure(card_id=card.id, position=position, text=text, due_on=due_on))
    db.session.flush()


def add_measure(card: Card, wording: Wording, *, by: User) -> None:
    """One more. While the plan is being approved or the work is judged nothing is added."""
    if card.stage not in WORKING:
        raise Invalid(_("此卡在“%(stage)s”，现在不能增加措施。", stage=str(card.stage_title)))
    add_measures(card, [wording.text], wording.due_on)
    _note(card, by, "measure added", "", wording.text)
    let_find(card)


def edit_measure(card: Card, measure: Measure, wording: Wording, *, version: int, by: User) -> None:
    """Rewords it; once the plan is approved only with a reason. Raises Conflict when somebody was quicker."""
    if card.stage not in WORKING or measure.done_on:
        raise Invalid(_("这条措施已完成或正在审批，现在不能修改。"))
    is_approved = card.stage not in PLANNING
    if is_approved and not wording.reason:
        raise Invalid(_("方案已批准，请写明为什么调整。"))
    old, new = _said(measure.text, measure.due_on), _said(wording.text, wording.due_on)
    _change(measure, version, text=wording.text, due_on=wording.due_on)
    if is_approved:
        _adjusted(card, by, wording.reason, old, new)
    else:
        _note(card, by, "measure changed", old, new)
    let_find(card)


def _said(text: str, due_on: date | None) -> str:
    return f"{text}（{due_on}）" if due_on else text


def set_done(card: Card, measure: Measure, *, done: bool, version: int, by: User) -> None:
    """Ticks a measure off, or takes the tick back, while the card is being worked on."""
    if card.stage is not Stage.IN_PROGRESS:
        raise Invalid(_("此卡在“%(stage)s”，整改中才能勾选措施。", stage=str(card.stage_title)))
    _change(measure, version, done_on=clock.today() if done else None, done_by=by.id if done else None)
    _note(card, by, "measure done" if done else "measure reopened", "", measure.text)


def remove_measure(card: Card, measure: Measure, *, version: int, by: User) -> None:
    """Only before anybody has approved the plan."""
    if card.stage not in PLANNING:
        raise Invalid(_("方案报批后措施不能删除；批准前可请批准人退回方案，批准后请用“调整措施”写明原因。"))
    _change(measure, version)
    _note(card, by, "measure removed", measure.text, "")
    db.session.delete(measure)
    let_find(card)


def add_progress(card: Card, note: str, *, by: User) -> None:
    """A dated line about how the work goes."""
    if card.stage is Stage.CLOSED:
        raise Invalid(_("此卡已销号，不能再记进展。"))
    remember(card, EventKind.PROGRESS, by=by, note=note)
    record(card, "rectification:progress", by=by)


def _change(measure: Measure, version: int, **values: object) -> None:
    change(measure, version, too_late=partial(_too_late, measure), **values)


def _too_late(measure: Measure) -> str:
    return str(_("这条措施刚被他人改过，现在是“%(text)s”，请刷新后再改。", text=measure.text))


def _adjusted(card: Card, by: User, reason: str, old: str, new: str) -> None:
    remember(card, EventKind.ADJUSTED, by=by, note=reason).changes = [["measure changed", old, new]]
    record(card, "rectification:adjust", by=by)
    count(card.unit_id, card.stage, 0)


def _note(card: Card, by: User, *change: str) -> None:
    remember(card, EventKind.MEASURE, by=by).changes = [list(change)]
    record(card, "rectification:measure", by=by)
    count(card.unit_id, card.stage, 0)
