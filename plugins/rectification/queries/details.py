"""One card in full: its measures, its history, the people around it."""

from collections.abc import Collection, Sequence

from sqlalchemy import Row, exists, or_, select

from intranet import attachments, clock
from intranet.contracts import Role
from intranet.extensions import db
from intranet.models import Attachment, Grant, Membership, Unit, User
from plugins.rectification.models import Card, Event, EventKind, Measure


def measures_of(card: Card) -> list[Row[Measure, str | None]]:
    """Each with the name of the person who did it."""
    query = (
        select(Measure, User.name)
        .outerjoin(User, User.id == Measure.done_by)
        .where(Measure.card_id == card.id)
        .order_by(Measure.position, Measure.id)
    )
    return list(db.session.execute(query))


def measure_of(card: Card, measure_id: int) -> Measure | None:
    return db.session.scalar(select(Measure).where(Measure.card_id == card.id, Measure.id == measure_id))


def has_measures(card: Card, *, undone: bool = False) -> bool:
    """Whether there is any, or any still to do."""
    found = exists().where(Measure.card_id == card.id)
    return bool(db.session.scalar(select(found.where(Measure.done_on.is_(None)) if undone else found)))


def subject_of(card_id: int) -> str:
    """The card as its attachments know it."""
    return f"rectification:card:{card_id}"


def evidence_of(card: Card) -> Sequence[Row[Attachment, str]]:
    """佐证材料, oldest first, with the names of those who uploaded it."""
    return attachments.of(subject_of(card.id))


def history_of(card: Card) -> list[Row[Event, str]]:
    """Newest first, with names."""
    query = (
        select(Event, User.name)
        .join(User, User.id == Event.user_id)
        .where(Event.card_id == card.id)
        .order_by(Event.id.desc())
    )
    return list(db.session.execute(query))


def last_change(card: Card) -> Row[Event, str] | None:
    """The last deed that gave the card a new version: who, when, what."""
    query = (
        select(Event, User.name)
        .join(User, User.id == Event.user_id)
        .where(Event.card_id == card.id, Event.kind.in_([EventKind.MOVED, EventKind.EDITED]))
        .order_by(Event.id.desc())
        .limit(1)
    )
    return db.session.execute(query).first()


def people_of(unit: Unit) -> list[tuple[int, str]]:
    """Who may be made responsible: those who work in the unit or have a role in it itself."""
    today = clock.today()
    works = select(Membership.user_id).where(Membership.unit_id == unit.id, Membership.in_force(today))
    serves = select(Grant.user_id).where(
        Grant.unit_id == unit.id,
        Grant.role.in_([Role.HEAD, Role.RECORDER]),
        Grant.in_force(today),
    )
    return _named(or_(User.id.in_(works), User.id.in_(serves)))


def leaders_over(unit: Unit) -> list[tuple[int, str]]:
    """Who may be named as the leader in charge."""
    leads = select(Grant.user_id).where(
        Grant.unit_id.in_(unit.line), Grant.role == Role.LEADER, Grant.in_force(clock.today())
    )
    return _named(User.id.in_(leads))


def _named(condition: object) -> list[tuple[int, str]]:
    query = select(User.id, User.name).where(condition, User.disabled.is_(False))  # type: ignore[arg-type]
    return [(key, name) for key, name in db.session.execute(query.order_by(User.name, User.id))]


def cards_made_from(keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Which of these problems have a card already. One name of a source for all hospitals of the site."""
    sources = {source for source, _key in keys}
    query = select(Card.source, Card.source_key, Card.id).where(
        Card.source.in_(sources), Card.source_key.in_([key for _source, key in keys])
    )
    rows = db.session.execute(query)
    return {(source or "", key or ""): card_id for source, key, card_id in rows}
