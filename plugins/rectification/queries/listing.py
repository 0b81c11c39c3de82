"""Cards in a row: the window of a column, the list, and what waits for a person. Narrow rows, no objects."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, literal, or_, select, union_all

from intranet.asking import ask
from intranet.extensions import db
from intranet.ids import given
from intranet.models import User
from plugins.rectification.filters import Filters
from plugins.rectification.models import Card
from plugins.rectification.queries.counting import is_kept, sums
from plugins.rectification.queries.faces import FACES, Face
from plugins.rectification.queries.matching import matches
from plugins.rectification.queries.scope import UNITS, Scope, is_in
from plugins.rectification.stages import OPEN_STAGES, Stage

WINDOW = 15
PAGE = 50
PRINTED = 1000
"""As many rows as one printed list holds."""


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


# Columns -------------------------------------------------------------------------------------------


class Column(NamedTuple):
    """What to show of one stage: of whom, how many there are, from where on, and which only."""

    stage: Stage
    scope: Scope
    cards: int
    after: Cursor | None = None
    only: tuple[ColumnElement[bool], ...] = ()
    is_of_itself: bool = False
    """What `only` leaves is in this stage anyway: said once more, it would lead away from its index."""


class Window(NamedTuple):
    """What of a column the question depends on: the units are asked with it."""

    place: int
    stage: Stage
    is_of_one: bool
    """Of one unit PostgreSQL needs no look at which to choose the index, and so no new plan each time."""
    is_sorted: bool
    only: tuple[ColumnElement[bool], ...]
    is_of_itself: bool

    @classmethod
    def of(cls, place: int, column: Column) -> "Window":
        units, is_sorted = column.scope.units, column.scope.is_sorted(column.cards)
        return cls(place, column.stage, len(units) == 1, is_sorted, column.only, column.is_of_itself)

    @property
    def units(self) -> str:
        return f"units_{self.place}"

    @property
    def here(self) -> ColumnElement[bool]:
        if self.is_of_one:
            return Card.unit_id == bindparam(self.units)
        return is_in(given(self.units), is_sorted=self.is_sorted)

    def asked(self, scope: Scope) -> Collection[int] | int:
        return next(iter(scope.units)) if self.is_of_one else scope.units


def windows(
    columns: Iterable[Column], limit: int = WINDOW, conditions: Iterable[ColumnElement[bool]] = ()
) -> dict[Stage, list[Face]]:
    """The first cards of each column, one column a stage."""
    more = tuple(conditions)
    wanted = [column._replace(only=(*_from_on(column), *more)) for column in columns]
    found = first_of_each(wanted, limit, is_usual=not any(column.only for column in wanted))
    return dict(zip((column.stage for column in wanted), found, strict=True))


def first_of_each(
    columns: Sequence[Column], limit: int, *, is_usual: bool = True, **values: object
) -> list[list[Face]]:
    """The first cards of each column by deadline, the newest first once closed: one query.

    `is_usual`: others ask with the same conditions, which are built once and take these `values`.
    """
    found: list[list[Face]] = [[] for _column in columns]
    shown = [(place, column) for place, column in enumerate(columns) if column.cards and column.scope.units]
    parts = tuple(Window.of(place, column) for place, column in shown)
    if parts:
        asked = {part.units: part.asked(columns[part.place].scope) for part in parts} | values
        rows = ask(_kept_question(parts, limit), asked) if is_usual else _asked_once(parts, limit, asked)
        for *row, place in rows:
            found[place].append(Face(*row))
    pairs = zip(columns, found, strict=True)
    return [sorted(faces, key=_place_of, reverse=column.stage is Stage.CLOSED) for column, faces in pairs]


def _question(parts: tuple[Window, ...], limit: int) -> Select[Any]:
    """As in the list: which cards, from an index, and then what these few show."""
    windows = [select(_window(part, limit).subquery()) for part in parts]
    shown = (union_all(*windows) if len(windows) > 1 else windows[0]).subquery()
    question: Select[Any] = FACES.add_columns(shown.c.place).join(shown, shown.c.id == Card.id)
    return question


def _asked_once(parts: tuple[Window, ...], limit: int, asked: Mapping[str, Any]) -> Iterable[Any]:
    return db.session.execute(_question(parts, limit), asked)


_kept_question = lru_cache(maxsize=64)(_question)
"""Boards and home pages ask the same few questions, and building one takes longer than asking it."""


def _window(part: Window, limit: int) -> Select[int, int]:
    which = part.only if part.is_of_itself else (Card.stage == part.stage, *part.only)
    query = select(Card.id, literal(part.place).label("place")).where(*which, part.here)
    if part.stage is Stage.CLOSED:
        return query.order_by(Card.due_on.desc(), Card.id.desc()).limit(limit)
    return query.order_by(Card.due_on.asc().nulls_last(), Card.id).limit(limit)


def _place_of(face: Face) -> tuple[date, int]:
    """As the database orders a column: what has no deadline comes last."""
    return face.due_on or date.max, face.id


def _from_on(column: Column) -> Iterator[ColumnElement[bool]]:
    if column.after:
        yield _after(column.after, column.stage)


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


BY_DATE = (Card.due_on.asc().nulls_last(), Card.id)
ORDERS: Mapping[Sort, tuple[Any, ...]] = {
    Sort.DUE: (case((Card.stage == Stage.CLOSED, 1), else_=0), *BY_DATE),
    Sort.NEWEST: (Card.id.desc(),),
    Sort.STAY: (Card.stage_since, Card.id),
    Sort.UNIT: (Card.stage, Card.id),
}
"""By unit: behind the place of the unit in the tree, which the scope knows."""


def cards(scope: Scope, filters: Filters, user: User, sort: Sort, page: range) -> list[Face]:
    """A page of the list; `page` counts rows."""
    if not scope.units:
        return []
    place = {"start": page.start, "rows": len(page)}
    is_plain = is_kept(scope, filters) and not filters.stage
    if sort is Sort.DUE and is_plain and page.stop <= _open_ones(scope):
        question = MOST_URGENT[scope.is_sorted(_open_ones(scope))]
        rows: Iterable[Any] = ask(question, {**place, "units": scope.units, "end": page.stop})
    else:
        order = _order(scope, sort)
        rows = db.session.execute(_page_of(chosen(scope, filters, user), order, order), place)
    return [Face(*row) for row in rows]


def _page_of(wanted: Select[Any], within: Iterable[Any], order: Iterable[Any]) -> Select[Any]:
    """First only which cards, from an index, in the order `within`; what they show is read for these few."""
    page = wanted.order_by(*within).offset(bindparam("start")).limit(bindparam("rows")).subquery()
    question: Select[Any] = FACES.join(page, page.c.id == Card.id).order_by(*order)
    return question


def _most_urgent(*, is_sorted: bool) -> Select[Any]:
    """Of each stage no more than the page can hold, each in the order of an index."""
    here = select(Card.id, Card.due_on).where(is_in(UNITS, is_sorted=is_sorted))
    here = here.order_by(*BY_DATE).limit(bindparam("end"))
    parts = [select(here.where(Card.stage == stage).subquery()) for stage in OPEN_STAGES]
    first = union_all(*parts).subquery()
    return _page_of(select(first.c.id), (first.c.due_on.asc().nulls_last(), first.c.id), BY_DATE)


MOST_URGENT = {is_sorted: _most_urgent(is_sorted=is_sorted) for is_sorted in (True, False)}
"""The list as it opens: what is closed comes behind, so nobody sorts it. Built once."""


def _open_ones(scope: Scope) -> int:
    """How many cards are not closed."""
    return sum(number for stage, number in sums(scope).cards.items() if stage is not Stage.CLOSED)


def chosen(scope: Scope, filters: Filters, user: User) -> Select[int]:
    """The ids of the cards the filters leave: what is listed, and what may be taken away."""
    return select(Card.id).where(scope.own, *matches(filters, user))


def _order(scope: Scope, sort: Sort) -> tuple[Any, ...]:
    return (_place(scope), *ORDERS[sort]) if sort is Sort.UNIT else ORDERS[sort]


def _place(scope: Scope) -> ColumnElement[int]:
    return case({unit_id: place for place, unit_id in enumerate(scope.units)}, value=Card.unit_id)
