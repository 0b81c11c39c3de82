"""What every deed leaves behind: a line in the card's history, an audit entry, the kept counts."""

from flask_babel import gettext as _
from sqlalchemy import bindparam, update

from intranet import audit, clock
from intranet.extensions import db
from intranet.models import Unit, User
from intranet.organisation import organisation
from intranet.pages import moment
from plugins.rectification.models import Card, Event, Tally
from plugins.rectification.queries.counting import forget
from plugins.rectification.queries.details import last_change
from plugins.rectification.stages import TITLES, Stage
from plugins.rectification.wording import EventKind

# Built once: every move counts twice.
COUNT = (
    update(Tally)
    .where(Tally.unit_id == bindparam("unit"), Tally.stage == bindparam("of_stage"))
    .values(cards=Tally.cards + bindparam("change"), changes=Tally.changes + 1)
    .execution_options(synchronize_session=False)
)


def remember(
    card: Card,
    kind: EventKind,
    *,
    by: User,
    note: str = "",
    way: tuple[Stage | None, Stage] | None = None,
) -> Event:
    """Adds a line to the card's history. `way`: from which stage to which."""
    event = Event(card_id=card.id, at=clock.now(), user_id=by.id, kind=kind, note=note)
    event.from_stage, event.to_stage = way or (None, None)
    db.session.add(event)
    return event


def record(card: Card, action: str, *, by: User, **detail: object) -> None:
    """The audit entry, on the card's own unit. It also makes the moves of one hospital wait their turn."""
    unit = organisation().by_id.get(card.unit_id) or db.session.get_one(Unit, card.unit_id)
    audit.record(by, action, f"card {card.id}", unit=unit, **detail)


def count(unit_id: int, stage: Stage, change: int) -> None:
    """Keeps the number of cards of a unit in a stage; 0: only what they show has changed.

    Call it after `record`, whose row is the lock.
    """
    forget()
    counted = db.session.execute(COUNT, {"unit": unit_id, "of_stage": stage, "change": change})
    if not counted.rowcount:  # type: ignore[attr-defined]
        db.session.add(Tally(unit_id=unit_id, stage=stage, cards=change, changes=1))
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
