"""The due dates of cards, as reminders and the calendar ask for them."""

from datetime import date
from typing import Protocol

from sqlalchemy import and_, or_, select

from intranet import clock
from intranet.contracts import Charge, Deadline
from intranet.extensions import db
from intranet.models import Unit
from intranet.web import path_to
from plugins.rectification.models import Card, Measure
from plugins.rectification.queries.scope import Scope
from plugins.rectification.stages import JUDGED, Stage

OUT_OF_HAND = JUDGED | {Stage.CLOSED}
"""The responsible person has done their part; what is left is up to those who judge it."""
MANY = 10**6
"""How many cards there are is unknown here."""
FACTS = (Card.id, Card.title, Card.due_on, Card.unit_id, Card.user_id, Card.leader_id, Card.stage)


class Dated(Protocol):
    """A card, or the row that stands for one."""

    @property
    def id(self) -> int: ...
    @property
    def title(self) -> str: ...
    @property
    def due_on(self) -> date | None: ...
    @property
    def user_id(self) -> int | None: ...
    @property
    def leader_id(self) -> int | None: ...
    @property
    def stage(self) -> Stage: ...


def deadlines(
    units: list[Unit], start: date, end: date, charge: Charge | None = None, most: int | None = None
) -> list[Deadline]:
    """Every card of these units that is due in [start, end), and every measure with an owner of its own."""
    known = {unit.id: unit for unit in units}
    # All stages are named so that the index by stage and day is read, and no card outside these days.
    here = (Scope(known).holds(MANY), Card.stage.in_(Stage))
    query = select(*FACTS).where(*here, Card.due_on >= start, Card.due_on < end)
    if charge:
        ownerless = and_(Card.user_id.is_(None), Card.unit_id.in_(charge.unit_ids))
        query = query.where(or_(ownerless, Card.user_id == charge.user_id, Card.leader_id == charge.user_id))
    rows = db.session.execute(query.order_by(Card.due_on, Card.id).limit(most))
    cards = [deadline_of(row, known[row.unit_id]) for row in rows]
    return [*cards, *_of_measures(known, start, end, charge, most)]


def _of_measures(
    known: dict[int, Unit], start: date, end: date, charge: Charge | None, most: int | None
) -> list[Deadline]:
    """What is due of a card at work: a measure or a step that somebody answers for."""
    query = (
        select(Measure, Card.unit_id)
        .join(Card, Card.id == Measure.card_id)
        .where(Measure.user_id.is_not(None), Measure.due_on >= start, Measure.due_on < end)
        .where(Scope(known).holds(MANY), Card.stage == Stage.IN_PROGRESS)
    )
    if charge:
        query = query.where(Measure.user_id == charge.user_id)
    rows = db.session.execute(query.order_by(Measure.due_on, Measure.id).limit(most))
    return [_measure_deadline(measure, known[unit_id]) for measure, unit_id in rows]


def _measure_deadline(measure: Measure, unit: Unit) -> Deadline:
    """Named by its place on the card's page."""
    page = path_to("rectification.card", unit=unit.code, card_id=measure.card_id)
    return Deadline(
        day=measure.due_on or date.max,
        title=measure.text,
        url=f"{page}#measure-{measure.id}",
        unit_id=unit.id,
        owner_id=measure.user_id,
        done=measure.done_on is not None,
    )


def deadline_of(card: Dated, unit: Unit) -> Deadline:
    """Named by the card's page in its own unit, wherever it is looked at."""
    return Deadline(
        day=card.due_on or date.max,
        title=card.title,
        url=path_to("rectification.card", unit=unit.code, card_id=card.id),
        unit_id=unit.id,
        owner_id=card.user_id,
        leader_id=card.leader_id,
        done=card.stage in OUT_OF_HAND,
    )


def is_late(card: Dated) -> bool:
    """Past its day, and still up to the unit."""
    return card.due_on is not None and card.due_on < clock.today() and card.stage not in OUT_OF_HAND
