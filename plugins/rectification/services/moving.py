"""Taking a card from one stage to the next: the table of steps, enforced."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, exists

from intranet import clock
from intranet.contracts import Text
from intranet.db import change
from intranet.errors import Conflict, Forbidden, Invalid
from intranet.models import Unit, User
from intranet.wording import listed, sentences
from plugins.rectification.models import Card, EventKind, Measure
from plugins.rectification.queries.details import has_measures
from plugins.rectification.rights import Rights
from plugins.rectification.services.finding import let_find
from plugins.rectification.services.history import count, record, remember, what_happened
from plugins.rectification.services.measures import add_measures
from plugins.rectification.services.telling import tell_moved
from plugins.rectification.stages import STEP_OF, STEPS_FROM, TITLES, Need, Stage, Step

MISSING: Mapping[Need, Text] = {
    Need.NOTE: _l("请写明“%(note)s”。"),
    Need.MEASURES: _l("请至少写一条整改措施。"),
    Need.PERSON: _l("请选责任人。"),
    Need.DUE_ON: _l("请填完成期限。"),
    Need.ALL_DONE: _l("还有整改措施没有完成，请先在卡片上逐条勾选完成。"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """What a person sends along with a step."""

    note: str = ""
    measures: tuple[str, ...] = ()
    person_id: int | None = None
    due_on: date | None = None


def step_to(card: Card, end: Stage | None, *, version: int, rights: Rights, unit: Unit) -> Step:
    """The step this person means. Raises Conflict if the card has moved on, then Invalid, then Forbidden."""
    if card.version != version:
        raise Conflict(what_happened(card))
    step = STEP_OF.get((card.stage, end)) if end else None
    if step is None:
        raise Invalid(_no_such_step(card))
    if not rights.may_take(step, card, unit):
        raise Forbidden(_not_yours(step, card, rights.user))
    return step


def _no_such_step(card: Card) -> str:
    here = str(card.stage_title)
    following = listed(
        _("%(verb)s（%(stage)s）", verb=str(step.verb), stage=str(TITLES[step.end]))
        for step in STEPS_FROM[card.stage]
    )
    if not following:
        return str(_("此卡在“%(here)s”，已是最后一步，不能再移动。", here=here))
    return str(_("此卡在“%(here)s”，下一步只能是：%(following)s。", here=here, following=following))


def _not_yours(step: Step, card: Card, by: User) -> str:
    verb = str(step.verb)
    if step.judges_own_work(by.id, card):
        return str(_("此卡由您认领、申请或负责，不能自己“%(verb)s”，请由其他人办理。", verb=verb))
    return str(_("您不能对此卡“%(verb)s”，请联系有权限的人。", verb=verb))


def missing(card: Card, step: Step, words: Words) -> dict[Need, str]:
    """What the step still needs, with a sentence each."""
    given = {
        Need.NOTE: bool(words.note.strip()),
        Need.MEASURES: bool(words.measures) or has_measures(card),
        Need.PERSON: words.person_id is not None,
        Need.DUE_ON: words.due_on is not None,
    }
    lacking = [
        need for need in step.needs if not given.get(need, need is not Need.ALL_DONE or _all_done(card))
    ]
    return {need: str(MISSING[need]) % {"note": step.note} for need in lacking}


def _all_done(card: Card) -> bool:
    return not has_measures(card, undone=True)


def move_card(card: Card, step: Step, words: Words, *, by: User) -> None:
    """Takes the step. Of two people who try at once one succeeds; the other learns who was quicker."""
    lacking = missing(card, step, words)
    if lacking:
        raise Invalid(sentences(lacking.values()))
    still = (Card.stage == step.start, *_still_true(card, step))
    change(card, card.version, *still, too_late=partial(what_happened, card), **_after(step, words, by))
    if words.measures and step.end is Stage.PLAN_PENDING:
        add_measures(card, words.measures)
        let_find(card)
    remember(card, EventKind.MOVED, by=by, note=words.note.strip(), way=(step.start, step.end))
    record(card, "rectification:move", by=by, start=step.start, end=step.end, version=card.version)
    count(card.unit_id, step.start, -1)
    count(card.unit_id, step.end, 1)
    tell_moved(card, step, words.note.strip(), by=by)


def _after(step: Step, words: Words, by: User) -> dict[str, object]:
    """What the step changes on the card."""
    values: dict[str, object] = {"stage": step.end, "stage_since": clock.now()}
    if Need.PERSON in step.needs:
        values |= {"user_id": words.person_id, "due_on": words.due_on, "claimed_by": by.id}
    if step.end is Stage.CLOSING_ASKED:
        values["asked_by"] = by.id
    return values


def _still_true(card: Card, step: Step) -> list[ColumnElement[bool]]:
    if Need.ALL_DONE not in step.needs:
        return []
    return [~exists().where(Measure.card_id == card.id, Measure.done_on.is_(None))]
