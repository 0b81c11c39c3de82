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
from intranet.models import Unit, User
from plugins.rectification.models import Card, Measure
from plugins.rectification.queries.details import has_part, steps_under
from plugins.rectification.rights import Rights
from plugins.rectification.services.dates import too_late, wrong_day
from plugins.rectification.services.finding import let_find
from plugins.rectification.services.history import count, record, remember
from plugins.rectification.services.telling import tell_given
from plugins.rectification.stages import PLANNING, WORKING, Stage
from plugins.rectification.templating import Part, on_day
from plugins.rectification.wording import EventKind


@dataclass(frozen=True, slots=True)
class Wording:
    """What a measure says, its date, and why it is changed once it was approved."""

    text: str
    due_on: date | None = None
    user_id: int | None = None
    reason: str = ""


def may_report(card: Card, unit: Unit, rights: Rights) -> bool:
    """Progress and evidence: who works on the card, and who answers for a part of it, wherever they work."""
    return rights.may_work(card, unit) or has_part(card, rights.user.id)


def add_measures(card: Card, texts: Sequence[str]) -> None:
    """Behind those already there, in the order given."""
    for text in texts:
        _add(card, Wording(text), None)


def add_tree(card: Card, tree: Sequence[tuple[str, Sequence[str]]]) -> None:
    """Measures, each with its steps."""
    for text, steps in tree:
        above = _add(card, Wording(text), None)
        for step in steps:
            _add(card, Wording(step), above)
    let_find(card)


def add_parts(card: Card, parts: Sequence[Part], start: date) -> None:
    """Measures of a template with their steps, their days counted from `start`."""
    for part in parts:
        above = _add(card, Wording(part.text, on_day(start, part.days)), None)
        for step in part.steps:
            _add(card, Wording(step.text, on_day(start, step.days)), above)
    let_find(card)


def _add(card: Card, wording: Wording, parent: Measure | None) -> Measure:
    """The last of its card, or of the measure it is a step of."""
    above = parent.id if parent else None
    beside = Measure.parent_id.is_(None) if above is None else Measure.parent_id == above
    last = db.session.scalar(select(func.max(Measure.position)).where(Measure.card_id == card.id, beside))
    made = Measure(card_id=card.id, parent_id=above, round=card.round, position=(last or 0) + 1)
    made.text, made.due_on, made.user_id = wording.text, wording.due_on, wording.user_id
    db.session.add(made)
    db.session.flush()
    return made


def add_measure(card: Card, wording: Wording, *, by: User, under: Measure | None = None) -> None:
    """One more, or a step `under` one. While the plan is being approved or judged nothing is added."""
    if card.stage not in WORKING:
        raise Invalid(_("此卡在“%(stage)s”，现在不能增加措施。", stage=str(card.stage_title)))
    if under and (under.parent_id or under.done_on):
        raise Invalid(_("只能给还没有完成的措施加步骤，步骤下面不再分步骤。"))
    if wrong := too_late(card, wording.due_on, under):
        raise Invalid(wrong)
    made = _add(card, wording, under)
    tell_given(card, made, by=by)
    _note(card, by, "measure added", "", _said(wording))
    let_find(card)


def edit_measure(card: Card, measure: Measure, wording: Wording, *, version: int, by: User) -> None:
    """Rewords it; once the plan is approved only with a reason. Raises Conflict when somebody was quicker."""
    if card.stage not in WORKING or measure.done_on:
        raise Invalid(_("这条措施已完成或正在审批，现在不能修改。"))
    is_approved = card.stage not in PLANNING
    if is_approved and not wording.reason:
        raise Invalid(_("方案已批准，请写明为什么调整。"))
    if wrong := wrong_day(card, measure, wording.due_on):
        raise Invalid(wrong)
    old, new = _said(Wording(measure.text, measure.due_on, measure.user_id)), _said(wording)
    before = measure.user_id
    _change(measure, version, text=wording.text, due_on=wording.due_on, user_id=wording.user_id)
    if measure.user_id != before:
        tell_given(card, measure, by=by)
    if is_approved:
        _adjusted(card, by, wording.reason, old, new)
    else:
        _note(card, by, "measure changed", old, new)
    let_find(card)


def _said(wording: Wording) -> str:
    owner = db.session.get(User, wording.user_id) if wording.user_id else None
    facts = " ".join(str(fact) for fact in (owner and owner.name, wording.due_on) if fact)
    return f"{wording.text}（{facts}）" if facts else wording.text


def set_done(card: Card, measure: Measure, *, done: bool, version: int, by: User) -> None:
    """Ticks a measure off, or takes the tick back, while the card is being worked on."""
    if card.stage is not Stage.IN_PROGRESS:
        raise Invalid(_("此卡在“%(stage)s”，整改中才能勾选措施。", stage=str(card.stage_title)))
    if done and steps_under(measure, done=False):
        raise Invalid(_("这条措施还有步骤没有完成，请先逐条勾选步骤。"))
    if not done and measure.round < card.round:
        raise Invalid(_("这是以前各轮完成的措施，保留原样，不能取消完成。"))
    if not done and _is_done_above(measure):
        raise Invalid(_("上一级措施已完成，请先取消它的完成。"))
    _change(measure, version, done_on=clock.today() if done else None, done_by=by.id if done else None)
    _note(card, by, "measure done" if done else "measure reopened", "", measure.text)


def _is_done_above(measure: Measure) -> bool:
    above = db.session.get(Measure, measure.parent_id) if measure.parent_id else None
    return above is not None and above.done_on is not None


def remove_measure(card: Card, measure: Measure, *, version: int, by: User) -> None:
    """Only before anybody has approved the plan."""
    if card.stage not in PLANNING:
        raise Invalid(_("方案报批后措施不能删除；批准前可请批准人退回方案，批准后请用“调整措施”写明原因。"))
    if measure.done_on or steps_under(measure, done=True):
        raise Invalid(_("上一轮已完成的措施不能删除。"))
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
    return str(_("这条措施刚被他人改过，现在是“%(text)s”，请看过再办。", text=measure.text))


def _adjusted(card: Card, by: User, reason: str, old: str, new: str) -> None:
    remember(card, EventKind.ADJUSTED, by=by, note=reason).changes = [["measure changed", old, new]]
    record(card, "rectification:adjust", by=by)
    count(card.unit_id, card.stage, 0)


def _note(card: Card, by: User, *change: str) -> None:
    remember(card, EventKind.MEASURE, by=by).changes = [list(change)]
    record(card, "rectification:measure", by=by)
    count(card.unit_id, card.stage, 0)
