"""撤销: a move is taken back by who made it, within minutes, as long as nobody has done anything since."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import partial

from flask_babel import gettext as _
from sqlalchemy import bindparam, select

from intranet import clock
from intranet.db import change
from intranet.errors import Conflict, Invalid
from intranet.extensions import db
from intranet.models import Unit
from plugins.rectification.models import Card, Event
from plugins.rectification.rights import Rights
from plugins.rectification.services.history import count, record, remember, what_happened
from plugins.rectification.stages import Stage, Step
from plugins.rectification.steps import STEPS
from plugins.rectification.words import EventKind

WITHIN = timedelta(minutes=10)
LASTING = frozenset({"publish", "withdraw", "redo", "relapse"})
"""People have seen what was published or taken down, or a new round has begun: other steps lead back."""


READ: Mapping[str, Callable[[str], object]] = {
    "stage": Stage,
    "stage_since": datetime.fromisoformat,
    "started_on": date.fromisoformat,
    "due_on": date.fromisoformat,
    "extension_on": date.fromisoformat,
    "user_id": int,
    "claimed_by": int,
    "asked_by": int,
    "accepted_by": int,
    "extension_by": int,
}
"""Every column a step that can be taken back changes, and how what it held is read again."""


def undoable(card: Card, rights: Rights, unit: Unit) -> Event | None:
    """The move this person may take back now: the last thing that happened to the card."""
    event = _last(card)
    if event is None or event.before is None or event.user_id != rights.user.id:
        return None
    is_late = clock.now() - event.at > WITHIN
    return None if is_late or not _still_may(_step(event), rights, card, unit) else event


LAST = select(Event).where(Event.card_id == bindparam("card")).order_by(Event.id.desc()).limit(1)
"""Every move asks it, so it is built once."""


def _last(card: Card) -> Event | None:
    return db.session.scalar(LAST, {"card": card.id})


def _step(event: Event) -> Step | None:
    ways = (step for step in STEPS if (step.start, step.end) == (event.from_stage, event.to_stage))
    return next((step for step in ways if step.deed == event.deed), None)


def _still_may(step: Step | None, rights: Rights, card: Card, unit: Unit) -> bool:
    """Who has lost the right to a step has lost the right to take it back."""
    if step is None:
        return False
    own = step.by_responsible and card.user_id == rights.user.id
    return own or any(rights.may(name, unit) for name in step.permissions)


def snapshot(card: Card, step: Step, values: dict[str, object]) -> dict[str, str | None] | None:
    """What the columns the step changes hold before it; None: it is not taken back."""
    if step.stays or step.name in LASTING:
        return None
    return {name: _text(getattr(card, name)) for name in values}


def _text(value: object) -> str | None:
    return value.isoformat() if isinstance(value, date) else None if value is None else str(value)


def undo(card: Card, version: int, rights: Rights, unit: Unit) -> Step:
    """Puts the card back as it was, and says which step that takes back. Measures written along stay.

    No limit of the stage it returns to is asked: the card takes back the place it had.
    """
    if card.version != version:
        raise Conflict(what_happened(card))
    event = undoable(card, rights, unit)
    step = _step(event) if event else None
    if event is None or step is None:
        raise Invalid(_why_not(card, rights))
    by = rights.user
    values = {name: _value(name, text) for name, text in (event.before or {}).items()}
    change(card, version, Card.stage == step.end, too_late=partial(what_happened, card), **values)
    remember(card, EventKind.UNDONE, by=by, way=(step.end, step.start)).deed = step.name
    record(card, "rectification:undo", by=by, deed=step.name, start=step.end, end=step.start)
    count(card.unit_id, step.end, -1)
    count(card.unit_id, step.start, 1)
    return step


def _value(name: str, text: str | None) -> object:
    return None if text is None else READ[name](text)


def _why_not(card: Card, rights: Rights) -> str:
    event = _last(card)
    if event is None or event.kind is not EventKind.MOVED or event.user_id != rights.user.id:
        return str(_("只能撤销自己刚才的移动，而且之后卡片没有别的改动。"))
    if event.before is None:
        return str(_("这一步不能撤销，请用卡片上的退回、撤回等步骤。"))
    return str(_("只能在 10 分钟内撤销，现在请用卡片上的退回等步骤。"))
