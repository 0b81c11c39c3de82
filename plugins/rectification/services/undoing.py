"""撤销: a deed is taken back by who did it, within minutes, as long as nobody has done anything since."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import partial

from flask_babel import gettext as _
from sqlalchemy import bindparam, select

from intranet import clock
from intranet.db import change
from intranet.errors import Conflict, Invalid
from intranet.extensions import db
from intranet.models import Unit, User
from plugins.rectification import stages
from plugins.rectification.models import Card, Event
from plugins.rectification.rights import Rights
from plugins.rectification.services.cards import edit_card
from plugins.rectification.services.drives import choose_drives
from plugins.rectification.services.history import line, record_move, what_happened
from plugins.rectification.stages import Stage, Step
from plugins.rectification.steps import STEPS
from plugins.rectification.wording import EventKind

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
DRIVES = "drives"
"""What `Event.before` calls the special campaigns a card was in."""
Before = Mapping[str, str | None]


def undoable(card: Card, rights: Rights, unit: Unit, last: Event | None = None) -> Event | None:
    """The move, or the change made in bulk, that they may take back: the last thing that happened to it.

    `last`: that, where it is known.
    """
    event = last or _last(card)
    if event is None or event.before is None or event.user_id != rights.user.id:
        return None
    is_late = clock.now() - event.at > WITHIN
    return None if is_late or not _still_may(event, rights, card, unit) else event


LAST = select(Event).where(Event.card_id == bindparam("card")).order_by(Event.id.desc()).limit(1)
"""Every card's page asks it, so it is built once."""


def _last(card: Card) -> Event | None:
    return db.session.scalar(LAST, {"card": card.id})


def _step(event: Event) -> Step | None:
    ways = (step for step in STEPS if (step.start, step.end) == (event.from_stage, event.to_stage))
    return next((step for step in ways if step.deed == event.deed), None)


def _still_may(event: Event, rights: Rights, card: Card, unit: Unit) -> bool:
    """Who has lost the right to a step has lost the right to take it back."""
    step = _step(event)
    if step is None:
        return event.kind is EventKind.EDITED and rights.may(stages.OPEN, unit)
    own = step.by_responsible and card.user_id == rights.user.id
    return own or any(rights.may(name, unit) for name in step.permissions)


def snapshot(card: Card, step: Step, values: dict[str, object]) -> dict[str, str | None] | None:
    """What the columns the step changes hold before it; None: it is not taken back."""
    if step.stays or step.name in LASTING:
        return None
    return {name: _text(getattr(card, name)) for name in values}


def _text(value: object) -> str | None:
    return value.isoformat() if isinstance(value, date) else None if value is None else str(value)


def undo(card: Card, version: int, rights: Rights, unit: Unit) -> str:
    """Puts the card back as it was, and says what that takes back. Measures written along stay.

    No limit of the stage it returns to is asked: the card takes back the place it had.
    """
    if card.version != version:
        raise Conflict(what_happened(card))
    event = undoable(card, rights, unit)
    if event is None:
        raise Invalid(_why_not(card, rights))
    step = _step(event)
    if step is None:
        _edit_back(card, event.before or {}, rights.user, unit)
        return str(_("已撤销刚才的修改。"))
    _step_back(card, step, event.before or {}, rights.user)
    verb, stage = str(step.verb), str(step.start_title)
    return str(_("已撤销“%(verb)s”，回到“%(stage)s”。", verb=verb, stage=stage))


def _step_back(card: Card, step: Step, before: Before, by: User) -> None:
    values = {name: _value(name, text) for name, text in before.items()}
    too_late = partial(what_happened, card)
    change(card, card.version, Card.stage == step.end, too_late=too_late, **values)
    event = line(card, EventKind.UNDONE, by=by)
    event.deed, event.from_stage, event.to_stage = step.name, step.end, step.start
    record_move(card, "rectification:undo", event, by=by, deed=step.name)


def _edit_back(card: Card, before: Before, by: User, unit: Unit) -> None:
    """The same edit backwards, with all that follows from it."""
    back: Event | None
    if DRIVES in before:
        wanted = [int(word) for word in (before[DRIVES] or "").split()]
        back = choose_drives(card, unit, wanted, version=card.version, by=by)
    else:
        values = {name: _value(name, text) for name, text in before.items()}
        back = edit_card(card, values, version=card.version, by=by)
    if back:
        back.kind = EventKind.UNDONE


def _value(name: str, text: str | None) -> object:
    return None if text is None else READ.get(name, str)(text)


def _why_not(card: Card, rights: Rights) -> str:
    event = _last(card)
    takes_back = event is not None and event.kind in {EventKind.MOVED, EventKind.EDITED}
    if event is None or not takes_back or event.user_id != rights.user.id:
        return str(_("只能撤销自己刚才的办理，而且之后卡片没有别的改动。"))
    if event.before is None:
        return str(_("这一步不能撤销，请用卡片上的退回、撤回等步骤。"))
    return str(_("只能在 10 分钟内撤销，现在请用卡片上的退回等步骤。"))
