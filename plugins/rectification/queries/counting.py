"""Numbers: of the board's columns, of its lights, and of the supervisor's table."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from sqlalchemy import (
    ColumnElement,
    case,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)

from intranet import clock
from intranet.asking import ask
from intranet.extensions import db, read_once
from intranet.gate import units_with
from intranet.ids import among, given
from intranet.models import Unit, User
from intranet.organisation import organisation
from intranet.permissions import may_enter
from plugins.rectification.filters import Filters
from plugins.rectification.lights import COUNTED, Light, shows
from plugins.rectification.models import Card, CategoryRow, Drive, Field, Tally
from plugins.rectification.queries.lighting import counted_lights, lights_of
from plugins.rectification.queries.matching import matches
from plugins.rectification.queries.scope import PLUGIN, Scope
from plugins.rectification.stages import OPEN_STAGES, Stage

HERE = among(Tally.unit_id, given("units"))
FACTOR = 2**20
"""Keeps two parts of a state apart."""
KEPT_NUMBERS, KEPT_SUMS, KEPT_WORK = "rectification_kept", "rectification_sums", "rectification_work"


@dataclass(slots=True)
class Counts:
    """Cards by stage and by light."""

    stages: dict[Stage, int] = field(default_factory=lambda: dict.fromkeys(Stage, 0))
    lights: dict[Light, int] = field(default_factory=lambda: dict.fromkeys(Light, 0))
    cells: Counter[tuple[Stage, Light]] = field(default_factory=Counter)
    """Open cards by both at once; only the supervisor's table fills it."""

    @property
    def total(self) -> int:
        return sum(self.stages.values())

    def settle(self) -> "Counts":
        """Fills in the two lights that need no counting."""
        closed = self.stages[Stage.CLOSED]
        self.lights[Light.DONE] = closed
        self.lights[Light.GREEN] = self.total - closed - sum(self.lights[light] for light in COUNTED)
        return self

    def add(self, other: "Counts") -> None:
        for stage, number in other.stages.items():
            self.stages[stage] += number
        for light, number in other.lights.items():
            self.lights[light] += number
        self.cells += other.cells

    def only(self, light: Light) -> "Counts":
        """The stages of the open cards with this light."""
        return Counts({stage: self.cells[stage, light] for stage in Stage}, self.lights)


def cards_of_closed(unit: Unit, user: User) -> dict[Unit, int]:
    """Of closed units under this one, which no number above counts. No query where there are none."""
    under = [each for each in organisation().closed if each.is_under(unit.path) and may_enter(user, each)]
    closed = {each.id: each for each in units_with(PLUGIN, under)} if unit.closed_on is None else {}
    if not closed:
        return {}
    query = select(Tally.unit_id, func.sum(Tally.cards)).where(Tally.unit_id.in_(closed))
    rows = dict(db.session.execute(query.group_by(Tally.unit_id)).all())
    return {each: int(rows[key]) for key, each in closed.items() if rows.get(key)}


def counts(scope: Scope, filters: Filters, user: User) -> Counts:
    """For the board: kept counts when nothing but units is asked for, counted ones otherwise."""
    if not scope.units:
        return Counts()
    return _from_kept(scope) if is_kept(scope, filters) else _counted(scope, filters, user)


def is_kept(scope: Scope, filters: Filters) -> bool:
    """Whether the kept numbers say how many cards each stage has."""
    return not (filters.of_cards or scope.helping)


@dataclass(slots=True)
class Kept:
    """What the tally says: cards by unit and stage."""

    all: dict[int, dict[Stage, int]] = field(default_factory=dict)
    changes: Counter[int] = field(default_factory=Counter)
    """Of each unit, as of a stage in `Sums`."""


KEPT = select(Tally.unit_id, Tally.stage, Tally.cards, Tally.changes).where(HERE)
"""Built once: home pages ask it."""


def kept(scope: Scope) -> Kept:
    """One query a request: the duties and the bars of the home page both read it."""
    known: dict[object, Kept] = read_once().setdefault(KEPT_NUMBERS, {})
    key = tuple(scope.units)
    if key not in known:
        known[key] = _read_kept(key)
    return known[key]


def forget() -> None:
    """Something counted has changed in this request: who asks from now on reads anew."""
    for name in (KEPT_NUMBERS, KEPT_SUMS, KEPT_WORK):
        read_once().pop(name, None)


def _read_kept(ids: Collection[int]) -> Kept:
    found = Kept()
    for unit_id, stage, number, changes in ask(KEPT, {"units": ids}):
        found.all.setdefault(unit_id, {})[stage] = number
        found.changes[unit_id] += changes
    return found


@dataclass(slots=True)
class Sums:
    """Of all units of a scope together, by stage."""

    cards: dict[Stage, int] = field(default_factory=lambda: dict.fromkeys(Stage, 0))
    changes: dict[Stage, int] = field(default_factory=lambda: dict.fromkeys(Stage, 0))
    """Grow with everything a board of these units shows of its cards."""
    of_units: dict[int, int] = field(default_factory=dict)
    """The same by unit."""
    words: int = 0
    """The state of the tables of categories, of the units' own fields and of 专项整治."""


WORDS = (
    select(func.sum(CategoryRow.version)).scalar_subquery() * FACTOR
    + select(func.coalesce(func.sum(Field.version), 0)).scalar_subquery()
    + select(func.coalesce(func.sum(Drive.version), 0)).scalar_subquery()
)
NO_STAGE, CHANGED = cast(null(), Tally.stage.type), func.sum(Tally.changes)
SUMS = union_all(
    select(Tally.stage, literal(0), func.sum(Tally.cards), CHANGED).where(HERE).group_by(Tally.stage),
    select(NO_STAGE, Tally.unit_id, literal(0), CHANGED).where(HERE).group_by(Tally.unit_id),
    select(NO_STAGE, literal(0), literal(0), WORDS),
)
"""Every look at a board begins with it, and most end there. Built once."""


def sums(scope: Scope) -> Sums:
    """One small query a request."""
    known: dict[object, Sums] = read_once().setdefault(KEPT_SUMS, {})
    key = tuple(scope.units)
    if key not in known:
        known[key] = _read_sums(key)
    return known[key]


def _read_sums(ids: Collection[int]) -> Sums:
    found = Sums()
    for stage, unit_id, cards, changes in ask(SUMS, {"units": ids}):
        if stage:
            found.cards[stage], found.changes[stage] = int(cards), int(changes)
        elif unit_id:
            found.of_units[unit_id] = int(changes)
        else:
            found.words = int(changes)
    return found


def _from_kept(scope: Scope) -> Counts:
    """Cards are counted only in units where anything has changed."""
    known = sums(scope)
    found = Counts(dict(known.cards))
    for lights in lights_of(known.of_units).values():
        for (_stage, light), number in lights.items():
            found.lights[light] += number
    return found.settle()


def _counted(scope: Scope, filters: Filters, user: User) -> Counts:
    query = (
        select(Card.stage, func.count(), *_light_sums())
        .where(scope.own, *matches(filters, user))
        .group_by(Card.stage)
    )
    found = Counts()
    for stage, number, *sums in db.session.execute(query):
        found.stages[stage] = number
        for light, part in zip(COUNTED, sums, strict=True):
            found.lights[light] += int(part or 0)
    return found.settle()


def _light_sums() -> list[ColumnElement[int]]:
    today = clock.today()
    return [func.sum(case((shows(light, today), 1), else_=0)) for light in COUNTED]


# The supervisor's table ----------------------------------------------------------------------------


def counts_by_unit(scope: Scope, *only: ColumnElement[bool]) -> dict[int, Counts]:
    """A line a unit of the scope: units × stages × lights. `only`: conditions on the cards."""
    table = {unit_id: Counts() for unit_id in scope.units}
    for unit_id, stage, number in _totals(scope, only):
        table[unit_id].stages[stage] = number
    lights = counted_lights(scope.units, only) if only else lights_of(kept(scope).changes)
    for unit_id, cells in lights.items():
        table[unit_id].cells.update(cells)
    return {unit_id: _settled(line) for unit_id, line in table.items()}


def _totals(scope: Scope, only: Collection[ColumnElement[bool]]) -> Iterable[tuple[int, Stage, int]]:
    """Of all cards the kept numbers say it."""
    if not only:
        lines = kept(scope).all.items()
        return [(unit_id, stage, number) for unit_id, line in lines for stage, number in line.items()]
    query = select(Card.unit_id, Card.stage, func.count()).where(Card.unit_id.in_(list(scope.units)), *only)
    rows = db.session.execute(query.group_by(Card.unit_id, Card.stage))
    return [(unit_id, stage, number) for unit_id, stage, number in rows]


def _settled(line: Counts) -> Counts:
    """What is open and has no other light is green."""
    for stage in OPEN_STAGES:
        line.cells[stage, Light.GREEN] = line.stages[stage] - sum(
            line.cells[stage, light] for light in COUNTED
        )
    for light in COUNTED:
        line.lights[light] = sum(line.cells[stage, light] for stage in OPEN_STAGES)
    return line.settle()
