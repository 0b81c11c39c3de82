"""Cards in a row: the window of a column, the list, and what waits for a person. Narrow rows, no objects."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, union_all

from intranet.extensions import db
from intranet.models import User
from plugins.rectification.filters import Filters
from plugins.rectification.models import Card, Measure
from plugins.rectification.queries.matching import matches
from plugins.rectification.queries.scope import Scope
from plugins.rectification.stages import Stage
from plugins.rectification.words import SourceKind, Term

WINDOW = 15
PAGE = 50
PRINTED = 1000
"""As many rows as one printed list holds."""


class Face(NamedTuple):
    """What a card shows of itself from outside."""

    id: int
    version: int
    stage: Stage
    unit_id: int
    title: str
    category: str
    source_kind: SourceKind
    term: Term
    due_on: date | None
    stage_since: datetime
    round: int
    staged_on: date | None
    extension_on: date | None
    user_id: int | None
    claimed_by: int | None
    asked_by: int | None
    accepted_by: int | None
    extension_by: int | None
    person: str | None
    measures: int
    done: int

    @property
    def number(self) -> str:
        return f"{self.id:03d}"

    @property
    def cursor(self) -> str:
        """Names the place after this card in its column."""
        return f"{self.due_on or ''}.{self.id}"


class Cursor(NamedTuple):
    """A place in a column: after the card with this deadline and id."""

    due_on: date | None
    id: int

    @classmethod
    def of(cls, text: str) -> "Cursor | None":
        """None for anything that is not one."""
        due, _dot, number = text.partition(".")
        try:
            return cls(date.fromisoformat(due) if due else None, int(number))
        except ValueError:
            return None


# Built once: every board, list and home page asks it, and building costs more than asking.
MINE = and_(Measure.card_id == Card.id, Measure.parent_id.is_(None))
FACES: Any = select(
    Card.id,
    Card.version,
    Card.stage,
    Card.unit_id,
    Card.title,
    Card.category,
    Card.source_kind,
    Card.term,
    Card.due_on,
    Card.stage_since,
    Card.round,
    Card.staged_on,
    Card.extension_on,
    Card.user_id,
    Card.claimed_by,
    Card.asked_by,
    Card.accepted_by,
    Card.extension_by,
    User.name.label("person"),
    select(func.count()).where(MINE).scalar_subquery().label("measures"),
    select(func.count(Measure.done_on)).where(MINE).scalar_subquery().label("done"),
).outerjoin(User, User.id == Card.user_id)


# Columns -------------------------------------------------------------------------------------------


class Column(NamedTuple):
    """What to show of one stage: of whom, how many there are, and from where on."""

    stage: Stage
    scope: Scope
    cards: int
    after: Cursor | None = None


def windows(
    columns: Iterable[Column], limit: int = WINDOW, conditions: Iterable[ColumnElement[bool]] = ()
) -> dict[Stage, list[Face]]:
    """The first cards of each column by deadline, the newest first once closed: one query."""
    wanted = list(columns)
    found: dict[Stage, list[Face]] = {column.stage: [] for column in wanted}
    parts = [
        select(_window(column, limit, conditions).subquery())
        for column in wanted
        if column.cards and column.scope.units
    ]
    if parts:
        for row in db.session.execute(union_all(*parts) if len(parts) > 1 else parts[0]):
            face = Face(*row)
            found[face.stage].append(face)
    return found


def _window(column: Column, limit: int, conditions: Iterable[ColumnElement[bool]]) -> Select[Any]:
    query: Select[Any] = FACES.where(
        Card.stage == column.stage, column.scope.holds(column.cards), *conditions
    )
    if column.after:
        query = query.where(_after(column.after, column.stage))
    if column.stage is Stage.CLOSED:
        return query.order_by(Card.due_on.desc(), Card.id.desc()).limit(limit)
    return query.order_by(Card.due_on.asc().nulls_last(), Card.id).limit(limit)


def _after(place: Cursor, stage: Stage) -> ColumnElement[bool]:
    if place.due_on is None:
        return and_(Card.due_on.is_(None), Card.id > place.id)
    if stage is Stage.CLOSED:
        return and_(Card.due_on <= place.due_on, or_(Card.due_on < place.due_on, Card.id < place.id))
    later = and_(Card.due_on >= place.due_on, or_(Card.due_on > place.due_on, Card.id > place.id))
    return or_(later, Card.due_on.is_(None)) if stage is Stage.UNCLAIMED else later


# The list ------------------------------------------------------------------------------------------


class Sort(StrEnum):
    """Orders of the list."""

    DUE = "due"
    NEWEST = "newest"
    STAY = "stay"
    UNIT = "unit"


ORDERS: Mapping[Sort, tuple[Any, ...]] = {
    Sort.DUE: (case((Card.stage == Stage.CLOSED, 1), else_=0), Card.due_on.asc().nulls_last(), Card.id),
    Sort.NEWEST: (Card.id.desc(),),
    Sort.STAY: (Card.stage_since, Card.id),
    Sort.UNIT: (Card.stage, Card.id),
}
"""By unit: behind the place of the unit in the tree, which the scope knows."""


def cards(scope: Scope, filters: Filters, user: User, sort: Sort, page: range) -> list[Face]:
    """A page of the list; `page` counts rows."""
    if not scope.units:
        return []
    order = _order(scope, sort)
    # First only which cards, from an index; what they show is read for these few.
    shown = chosen(scope, filters, user).order_by(*order).offset(page.start).limit(len(page)).subquery()
    query = FACES.join(shown, shown.c.id == Card.id).order_by(*order)
    return [Face(*row) for row in db.session.execute(query)]


def chosen(scope: Scope, filters: Filters, user: User) -> Select[int]:
    """The ids of the cards the filters leave: what is listed, and what may be taken away."""
    return select(Card.id).where(scope.own, *matches(filters, user))


def _order(scope: Scope, sort: Sort) -> tuple[Any, ...]:
    return (_place(scope), *ORDERS[sort]) if sort is Sort.UNIT else ORDERS[sort]


def _place(scope: Scope) -> ColumnElement[int]:
    return case({unit_id: place for place, unit_id in enumerate(scope.units)}, value=Card.unit_id)
