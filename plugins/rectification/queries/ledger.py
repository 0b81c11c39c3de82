"""What the 台账 and the three lists tell of a card beyond its face."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Select, and_, or_, select

from intranet.contracts import Text
from intranet.extensions import db
from intranet.models import User
from plugins.rectification.models import (
    Card,
    CategoryRow,
    Drive,
    DriveCard,
    Event,
    Helper,
    Measure,
    Publication,
)
from plugins.rectification.queries.details import TREE
from plugins.rectification.stages import Stage
from plugins.rectification.wording import EventKind, Sheet


@dataclass(slots=True)
class Entry:
    """Of one card: what is written on it, its leader, and what hangs on it in its order."""

    card: Card
    category: Text
    leader: str | None
    measures: list[tuple[Measure, str | None]] = field(default_factory=list)
    """Each with who answers for it, its steps behind it."""
    events: list[tuple[Event, str]] = field(default_factory=list)
    """Progress, checks, relapses and the closing, each with who."""
    helpers: set[int] = field(default_factory=set)
    drives: list[str] = field(default_factory=list)
    """Names of the special campaigns it is in."""
    publication: Publication | None = None
    """The last that was not taken down."""


def entries(chosen: Select[int], sheet: Sheet) -> dict[int, Entry]:
    """By the id of the card: a query for the cards and one for each thing the list shows of them."""
    cards = (
        select(Card, CategoryRow, User.name)
        .join(CategoryRow, CategoryRow.code == Card.category)
        .outerjoin(User, User.id == Card.leader_id)
        .where(Card.id.in_(chosen))
    )
    found = {card.id: Entry(card, sort.title, leader) for card, sort, leader in db.session.execute(cards)}
    for read in SHOWN[sheet]:
        read(found, chosen)
    return found


def _measures(found: dict[int, Entry], chosen: Select[int]) -> None:
    for measure, _doer, name in db.session.execute(TREE.where(Measure.card_id.in_(chosen))):
        if measure.card_id in found:
            found[measure.card_id].measures.append((measure, name))


def _events(found: dict[int, Entry], chosen: Select[int]) -> None:
    query = select(Event, User.name).join(User, User.id == Event.user_id)
    told = or_(
        Event.kind == EventKind.PROGRESS,
        Event.deed == "check",
        and_(
            Event.kind == EventKind.MOVED,
            or_(Event.to_stage == Stage.CLOSED, Event.from_stage == Stage.CLOSED),
        ),
    )
    for event, name in db.session.execute(query.where(Event.card_id.in_(chosen), told).order_by(Event.id)):
        if event.card_id in found:
            found[event.card_id].events.append((event, name))


def _helpers(found: dict[int, Entry], chosen: Select[int]) -> None:
    for helper in db.session.scalars(select(Helper).where(Helper.card_id.in_(chosen))):
        if helper.card_id in found:
            found[helper.card_id].helpers.add(helper.unit_id)


def _drives(found: dict[int, Entry], chosen: Select[int]) -> None:
    query = select(DriveCard.card_id, Drive.name).join(Drive, Drive.id == DriveCard.drive_id)
    for card_id, name in db.session.execute(query.where(DriveCard.card_id.in_(chosen)).order_by(Drive.name)):
        if card_id in found:
            found[card_id].drives.append(name)


def _publications(found: dict[int, Entry], chosen: Select[int]) -> None:
    """The oldest first, so that the last one stays."""
    here = Publication.card_id.in_(chosen), Publication.withdrawn_on.is_(None)
    for publication in db.session.scalars(select(Publication).where(*here).order_by(Publication.id)):
        if publication.card_id in found:
            found[publication.card_id].publication = publication


SHOWN: Mapping[Sheet, tuple[Callable[[dict[int, Entry], Select[int]], None], ...]] = {
    Sheet.LEDGER: (_measures, _events, _helpers, _drives, _publications),
    Sheet.PROBLEMS: (),
    Sheet.TASKS: (_measures,),
    Sheet.DUTIES: (_helpers,),
}
"""What hangs on a card and each list tells of. A card opened meanwhile has no entry and is left out."""
