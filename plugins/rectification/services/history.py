"""What every deed leaves behind: a line in the card's history, an audit entry, the kept counts."""

from flask_babel import gettext as _
from sqlalchemy import bindparam, case, insert, or_, update

from intranet import audit, clock
from intranet.asking import Asked, run_all, values_of
from intranet.extensions import db
from intranet.models import Unit, User
from intranet.organisation import organisation
from intranet.pages import moment
from plugins.rectification.models import Card, Event, Tally
from plugins.rectification.queries.counting import forget
from plugins.rectification.queries.details import last_change
from plugins.rectification.stages import TITLES, Stage
from plugins.rectification.wording import EventKind

# Built once: every deed counts.
HERE = Tally.unit_id == bindparam("of_unit")
START, END = (bindparam(name, type_=Tally.stage.type) for name in ("start", "end"))
COUNT = (
    update(Tally)
    .where(HERE, Tally.stage == END)
    .values(cards=Tally.cards + bindparam("change"), changes=Tally.changes + 1)
)
COUNT_MOVED = (
    update(Tally)
    .where(HERE, or_(Tally.stage == START, Tally.stage == END))
    .values(
        cards=Tally.cards + case((Tally.stage == START, -1), else_=1),
        changes=Tally.changes + 1,
    )
)
NEW_LINE = insert(Event).inline()


def remember(
    card: Card,
    kind: EventKind,
    *,
    by: User,
    note: str = "",
    way: tuple[Stage | None, Stage] | None = None,
) -> Event:
    """Adds a line to the card's history. `way`: from which stage to which."""
    event = line(card, kind, by=by, note=note)
    event.from_stage, event.to_stage = way or (None, None)
    db.session.add(event)
    return event


def line(card: Card, kind: EventKind, *, by: User, note: str = "") -> Event:
    """One that is not added yet."""
    return Event(card_id=card.id, at=clock.now(), user_id=by.id, kind=kind, note=note, deed="", changes=[])


def record(card: Card, action: str, *along: Asked, by: User, **detail: object) -> list[int]:
    """The audit entry, on the card's own unit. It also makes the moves of one hospital wait their turn.

    `along`: what is written with it. Returns how many rows each of that touched.
    """
    unit = organisation().by_id.get(card.unit_id) or db.session.get_one(Unit, card.unit_id)
    return audit.record(by, action, f"card {card.id}", *along, unit=unit, **detail)


def record_move(card: Card, action: str, event: Event, *along: Asked, by: User, **detail: object) -> None:
    """The line, the entry, and one card fewer in the one stage and one more in the other: all at once."""
    start, end = event.from_stage, event.to_stage
    counting = (COUNT_MOVED, {"of_unit": card.unit_id, "start": start, "end": end})
    written: list[Asked] = [(NEW_LINE, values_of(event)), counting, *along]
    _one, counted, *_others = record(card, action, *written, by=by, start=start, end=end, **detail)
    forget()
    if end and counted == 1:
        _begin_counting(card.unit_id, end, 1)


def count(unit_id: int, stage: Stage, change: int) -> None:
    """Keeps the number of cards of a unit in a stage; 0: only what they show has changed.

    Call it after `record`, whose row is the lock.
    """
    forget()
    [counted] = run_all((COUNT, {"of_unit": unit_id, "end": stage, "change": change}))
    if not counted:
        _begin_counting(unit_id, stage, change)


def _begin_counting(unit_id: int, stage: Stage, cards: int) -> None:
    """The unit's first card in this stage."""
    db.session.add(Tally(unit_id=unit_id, stage=stage, cards=cards, changes=1))
    db.session.flush()


def what_happened(card: Card) -> str:
    """Who was quicker, when, and what they did: the sentence of a conflict."""
    change = last_change(card)
    if change is None:
        return str(_("此卡刚刚被他人改动，请查看最新内容后再决定。"))
    event, name = change
    at = moment(event.at)
    if event.deed:
        return str(_("%(name)s已于%(at)s对此卡“%(verb)s”。", name=name, at=at, verb=event.words))
    if event.kind is EventKind.MOVED and event.to_stage:
        to = str(TITLES[event.to_stage])
        return str(_("%(name)s已于%(at)s把此卡移到“%(to)s”。", name=name, at=at, to=to))
    return str(_("%(name)s已于%(at)s修改了此卡。", name=name, at=at))
