"""One card in full: its measures, its history, the people around it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Row, bindparam, exists, func, select, tuple_, union_all
from sqlalchemy.orm import aliased

from intranet import attachments, clock
from intranet.asking import ask
from intranet.contracts import Role
from intranet.extensions import db, read_once
from intranet.models import Attachment, Grant, Membership, Unit, User
from intranet.organisation import organisation
from intranet.people import names_of, serving, working_in
from plugins.rectification.models import Card, Event, Helper, Measure
from plugins.rectification.queries.counting import KEPT_WORK
from plugins.rectification.stages import JUDGED, Stage
from plugins.rectification.wording import EventKind

AGAIN = [(Stage.PUBLISHED, Stage.IN_PROGRESS), (Stage.CLOSED, Stage.UNCLAIMED)]
"""Steps with which a new round begins."""
# Built once: making an alias of a table costs more than asking it.
DOER, OWNER, ABOVE = aliased(User), aliased(User), aliased(Measure)
TREE = (
    select(Measure, DOER.name, OWNER.name)
    .outerjoin(DOER, DOER.id == Measure.done_by)
    .outerjoin(OWNER, OWNER.id == Measure.user_id)
    .outerjoin(ABOVE, ABOVE.id == Measure.parent_id)
    .order_by(
        func.coalesce(ABOVE.position, Measure.position),
        func.coalesce(ABOVE.id, Measure.id),
        Measure.parent_id.is_not(None),
        Measure.position,
        Measure.id,
    )
)
"""A measure with who did it and who answers for it, then its steps, then the next measure."""
TREE_OF_CARD = TREE.where(Measure.card_id == bindparam("card"))


def measures_of(card: Card) -> list[Row[Measure, str | None, str | None]]:
    """Each with the names of who did it and who answers for it; behind each its steps."""
    return list(db.session.execute(TREE_OF_CARD, {"card": card.id}))


def measure_of(card: Card, measure_id: int) -> Measure | None:
    return db.session.scalar(select(Measure).where(Measure.card_id == card.id, Measure.id == measure_id))


class Work(NamedTuple):
    """How many measures and steps there are of the round at hand, and not done of any round."""

    measures: int
    done: int
    left: int


OF_ROUND = Measure.round == bindparam("round")
WORK = select(
    func.count().filter(OF_ROUND),
    func.count(Measure.done_on).filter(OF_ROUND),
    func.count().filter(Measure.done_on.is_(None)),
).where(Measure.card_id == bindparam("card"))


def work_of(card: Card) -> Work:
    """Counted once as long as nothing is written: a move asks with its form and once more by itself."""
    known: dict[tuple[int, int], Work] = read_once().setdefault(KEPT_WORK, {})
    key = (card.id, card.round)
    if key not in known:
        [counted] = ask(WORK, {"card": card.id, "round": card.round})
        known[key] = Work(*counted)
    return known[key]


def open_measures(card: Card) -> list[Measure]:
    """What is not done of any round, in the order of the card."""
    return [measure for measure, *_names in measures_of(card) if measure.done_on is None]


def has_part(card: Card, user_id: int) -> bool:
    """Whether this person answers for a measure or a step of it."""
    found = exists().where(Measure.card_id == card.id, Measure.user_id == user_id)
    return bool(db.session.scalar(select(found)))


def steps_under(measure: Measure, *, done: bool | None = None) -> bool:
    """Whether a measure has steps; done or not done."""
    found = exists().where(Measure.parent_id == measure.id)
    if done is not None:
        found = found.where(Measure.done_on.is_not(None) if done else Measure.done_on.is_(None))
    return bool(db.session.scalar(select(found)))


def owner_of(measure: Measure) -> str | None:
    return db.session.scalar(select(User.name).where(User.id == measure.user_id))


def leader_of(card: Card) -> str | None:
    return db.session.scalar(select(User.name).where(User.id == card.leader_id))


def helpers_of(card: Card) -> list[Unit]:
    """配合部门, in the order of the tree; closed units are left out."""
    ids = set(db.session.scalars(select(Helper.unit_id).where(Helper.card_id == card.id)))
    return [unit for unit in organisation().units if unit.id in ids] if ids else []


def told_at(card: Card, end: Stage) -> str:
    """What the person wrote who last brought the card to this stage."""
    query = select(Event.note).where(
        Event.card_id == card.id, Event.to_stage == end, Event.kind == EventKind.MOVED
    )
    return db.session.scalar(query.order_by(Event.id.desc()).limit(1)) or ""


def plea_on(card: Card) -> Row[Event, str] | None:
    """What is to be decided on now, and who asked for it: more time, or the closing. None: nothing is."""
    if not card.extension_on and card.stage not in JUDGED:
        return None
    asked = Event.deed == "ask_extension" if card.extension_on else Event.to_stage == Stage.CLOSING_ASKED
    query = select(Event, User.name).join(User, User.id == Event.user_id)
    query = query.where(Event.card_id == card.id, Event.kind == EventKind.MOVED, asked)
    return db.session.execute(query.order_by(Event.id.desc()).limit(1)).first()


def subject_of(card_id: int) -> str:
    """The card as its attachments know it."""
    return f"rectification:card:{card_id}"


def evidence_of(card: Card) -> Sequence[Row[Attachment, str]]:
    """佐证材料, oldest first, with the names of those who uploaded it."""
    return attachments.of(subject_of(card.id))


def has_evidence(card: Card) -> bool:
    """Whether there is any of the round at hand: what was uploaded before a relapse proves nothing now."""
    return evidence_of_round(card) > 0


def evidence_of_round(card: Card) -> int:
    """How many files."""
    since = began(card)
    return sum(file.uploaded_at >= since for file, _name in evidence_of(card))


def began(card: Card) -> datetime:
    """When the round at hand began."""
    if card.round == 1:
        return card.opened_at
    again = select(func.max(Event.at)).where(
        Event.card_id == card.id, tuple_(Event.from_stage, Event.to_stage).in_(AGAIN)
    )
    return db.session.scalar(again) or card.opened_at


def last_check(card: Card) -> str:
    """What the last periodic check of the card found, as the history keeps it."""
    query = select(Event.changes).where(Event.card_id == card.id, Event.deed == "check")
    told = db.session.scalar(query.order_by(Event.id.desc()).limit(1))
    return told[0][0] if told else ""


def last_change(card: Card) -> Row[Event, str] | None:
    """The last deed that gave the card a new version: who, when, what."""
    query = (
        select(Event, User.name)
        .join(User, User.id == Event.user_id)
        .where(
            Event.card_id == card.id, Event.kind.in_([EventKind.MOVED, EventKind.EDITED, EventKind.UNDONE])
        )
        .order_by(Event.id.desc())
        .limit(1)
    )
    return db.session.execute(query).first()


def people_of(unit: Unit) -> dict[int, str]:
    """Who may be made responsible: those who work in the unit or have a role in it itself."""
    return names_of(working_in([unit.id]), serving([unit.id], [Role.HEAD, Role.RECORDER]))


def people_by_unit(units: Collection[int]) -> dict[int, tuple[str, frozenset[int]]]:
    """As `people_of`, for several units: by id the name, and in which of them. One query."""
    today = clock.today()
    works = select(Membership.user_id, Membership.unit_id)
    serves = select(Grant.user_id, Grant.unit_id).where(Grant.role.in_([Role.HEAD, Role.RECORDER]))
    here = union_all(
        works.where(Membership.unit_id.in_(units), Membership.in_force(today)),
        serves.where(Grant.unit_id.in_(units), Grant.in_force(today)),
    ).subquery("here")
    query = select(User.id, User.name, here.c.unit_id).join(here, here.c.user_id == User.id)
    query = query.where(User.disabled.is_(False)).order_by(User.name, User.id)
    found: dict[int, tuple[str, frozenset[int]]] = {}
    for key, name, unit_id in db.session.execute(query):
        found[key] = (name, found.get(key, (name, frozenset()))[1] | {unit_id})
    return found


def leaders_over(unit: Unit) -> dict[int, str]:
    """Who may be named as the leader in charge."""
    return names_of(serving(unit.line, [Role.LEADER]))


def cards_made_from(keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Which of these problems have a card already. One name of a source for all hospitals of the site."""
    sources = {source for source, _key in keys}
    query = select(Card.source, Card.source_key, Card.id).where(
        Card.source.in_(sources), Card.source_key.in_([key for _source, key in keys])
    )
    rows = db.session.execute(query)
    return {(source or "", key or ""): card_id for source, key, card_id in rows}
