"""Taking a card from one stage to the next: the table of steps, enforced."""

from functools import partial

from flask_babel import gettext as _

from intranet.asking import Asked
from intranet.db import change
from intranet.errors import Conflict, Forbidden, Invalid
from intranet.extensions import db
from intranet.models import Unit, User
from intranet.wording import listed, sentences
from plugins.rectification.models import Card, Event
from plugins.rectification.rights import Rights
from plugins.rectification.services.effects import after, changes_of
from plugins.rectification.services.finding import let_find
from plugins.rectification.services.history import count, line, record, record_move, what_happened
from plugins.rectification.services.limits import refuse_if_full
from plugins.rectification.services.measures import add_measures
from plugins.rectification.services.needs import Words, missing
from plugins.rectification.services.publishing import end_publication, keep_verdict, publish
from plugins.rectification.services.telling import letters_of_move
from plugins.rectification.services.undoing import snapshot
from plugins.rectification.stages import Need, Stage, Step
from plugins.rectification.steps import STEP_OF, STEPS_FROM
from plugins.rectification.wording import EventKind


def step_to(  # noqa: PLR0913 - what names the step, and who asks
    card: Card, end: Stage | None, deed: str = "", *, version: int, rights: Rights, unit: Unit
) -> Step:
    """The step this person means. Raises Conflict if the card has moved on, then Invalid, then Forbidden."""
    if card.version != version:
        raise Conflict(what_happened(card))
    step = STEP_OF.get((card.stage, end, deed)) if end else None
    if step is None:
        raise Invalid(_no_such_step(card))
    if step.only and not step.only.holds(card):
        raise Invalid(step.only.otherwise)
    if not rights.may_take(step, card, unit):
        raise Forbidden(_not_yours(step, card, rights.user))
    refuse_if_full(card, step, coming=1)
    return step


def _no_such_step(card: Card) -> str:
    here = str(card.stage_title)
    following = listed(_leads_to(step) for step in STEPS_FROM[card.stage] if step.is_there(card))
    return str(_("此卡在“%(here)s”，下一步只能是：%(following)s。", here=here, following=following))


def _leads_to(step: Step) -> str:
    """With the stage, unless it is called as the step is, or the card stays where it is."""
    verb, stage = str(step.verb), str(step.end_title)
    return verb if step.stays or verb == stage else _("%(verb)s（%(stage)s）", verb=verb, stage=stage)


def _not_yours(step: Step, card: Card, by: User) -> str:
    verb = str(step.verb)
    if step.judges_own_work(by.id, card):
        return str(_("此卡由您认领、申请或负责，不能自己“%(verb)s”，请由其他人办理。", verb=verb))
    refused = _("您不能对此卡“%(verb)s”，请联系有权限的人。", verb=verb)
    return sentences((refused, step.sentence))


def move_card(card: Card, step: Step, words: Words, *, by: User) -> Event:
    """Takes the step. Of two people who try at once one succeeds; the other learns who was quicker.

    The card's row is held from when it was read, so that its measures are still as the step needs them.
    Returns the line of its history.
    """
    lacking = missing(card, step, words)
    if lacking:
        raise Invalid(sentences(lacking.values()))
    told = changes_of(card, step, words)
    if Need.ARTICLE in step.needs and words.draft:
        publish(card, words.draft, by=by)
    else:
        end_publication(card, step)
    asker, values = card.extension_by, after(card, step, words, by)
    before = snapshot(card, step, values)
    change(card, card.version, too_late=partial(what_happened, card), **values)
    _keep(card, step, words)
    event = line(card, EventKind.MOVED, by=by, note=words.note.strip())
    event.from_stage, event.to_stage, event.deed = step.start, step.end, step.deed
    event.changes, event.before = told, before
    letters = letters_of_move(card, step, words, by=by, asker=asker)
    _write_down(card, step, event, letters, by)
    return event


def _keep(card: Card, step: Step, words: Words) -> None:
    """What came along with the step and is no column of the card."""
    if words.measures and step.end is Stage.PLAN_PENDING:
        add_measures(card, words.measures)
        let_find(card)
    if Need.VERDICT in step.needs and words.verdict:
        keep_verdict(card, words.verdict)


def _write_down(card: Card, step: Step, event: Event, letters: list[Asked], by: User) -> None:
    """Under the lock of the audit entry the counts change."""
    version = card.version
    if step.stays:
        db.session.add(event)
        record(card, "rectification:decide", *letters, by=by, deed=step.name, version=version)
        count(card.unit_id, step.start, 0)
        return
    record_move(card, "rectification:move", event, *letters, by=by, version=version)
    refuse_if_full(card, step, coming=0)  # of two who came at once the second waited for the first's entry
