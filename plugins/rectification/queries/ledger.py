"""What the 整改台账 tells of a card beyond its face."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Select, select

from intranet.extensions import db
from intranet.models import User
from plugins.rectification.models import Card, Event, EventKind, Measure


@dataclass(slots=True)
class Entry:
    """Of one card: goal, leader, when it was opened, its measures and its progress in their order."""

    goal: str
    leader: str | None
    opened_at: datetime
    measures: list[Measure] = field(default_factory=list)
    progress: list[Event] = field(default_factory=list)


def entries(chosen: Select[int]) -> dict[int, Entry]:
    """By the id of the card: three queries, however many cards."""
    cards = select(Card.id, Card.goal, User.name, Card.opened_at).outerjoin(User, User.id == Card.leader_id)
    rows = db.session.execute(cards.where(Card.id.in_(chosen)))
    found = {card_id: Entry(goal, leader, opened_at) for card_id, goal, leader, opened_at in rows}
    measures, progress = _measures(chosen), _progress(chosen)
    for card_id, entry in found.items():
        entry.measures, entry.progress = measures[card_id], progress[card_id]
    return found


def _measures(chosen: Select[int]) -> defaultdict[int, list[Measure]]:
    query = select(Measure).where(Measure.card_id.in_(chosen)).order_by(Measure.position, Measure.id)
    found: defaultdict[int, list[Measure]] = defaultdict(list)
    for measure in db.session.scalars(query):
        found[measure.card_id].append(measure)
    return found


def _progress(chosen: Select[int]) -> defaultdict[int, list[Event]]:
    told = Event.card_id.in_(chosen), Event.kind == EventKind.PROGRESS
    found: defaultdict[int, list[Event]] = defaultdict(list)
    for event in db.session.scalars(select(Event).where(*told).order_by(Event.id)):
        found[event.card_id].append(event)
    return found
