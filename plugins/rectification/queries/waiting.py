"""What waits for a person: the badge in the menu and the duties of the home page."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal,
    not_,
    select,
    union_all,
)

from intranet import clock
from intranet.asking import ask
from intranet.ids import among
from intranet.models import User
from plugins.rectification.lights import soon
from plugins.rectification.models import Card, Helper, Measure
from plugins.rectification.queries.counting import kept
from plugins.rectification.queries.faces import Face
from plugins.rectification.queries.listing import Column, first_of_each
from plugins.rectification.queries.matching import check_is_due
from plugins.rectification.queries.scope import HELPED, READABLE, UNITS, Scope
from plugins.rectification.rights import Rights
from plugins.rectification.stages import Stage, Step
from plugins.rectification.steps import EXTEND, MAIN_STEP, STEP_OF

SHOWN = 4
"""Of each stage so many cards become duties; the list holds the rest."""
MANY = 10**6
"""The number of cards is unknown here and many is the safe guess: read in order, never sort them all."""
MOST_PARTS = 20

Held = Mapping[int, frozenset[str]]
"""By unit the permissions a person has there."""
USER = bindparam("user", type_=Integer)
# Built once: home pages ask these, and building costs more than asking.
HELPING = select(func.min(Helper.unit_id)).where(Helper.card_id == Card.id, among(Helper.unit_id, UNITS))
ROOM = case((among(Card.unit_id, UNITS), Card.unit_id), else_=HELPING.correlate(Card).scalar_subquery())
DUE = func.coalesce(Measure.due_on, Card.due_on)
"""A part without a day of its own is done when the card is due."""
PARTS = (
    select(Measure.id, Measure.card_id, Measure.text, DUE, ROOM)
    .join(Card, Card.id == Measure.card_id)
    .where(Measure.user_id == USER, Measure.done_on.is_(None))
    .where(READABLE, Card.stage == Stage.IN_PROGRESS)
    .order_by(DUE.asc().nulls_last(), Measure.id)
    .limit(MOST_PARTS)
)
HELPED_BY_STAGE = select(Card.stage, func.count()).where(HELPED).group_by(Card.stage)


Only = tuple[ColumnElement[bool], ...]


def _by_others(step: Step) -> Only:
    """Four eyes, as `Step.judges_own_work` has it: cards this person has no part in."""
    names = ("user_id", *step.not_by) if step.not_by else ()
    return tuple(getattr(Card, name).is_distinct_from(USER) for name in names)


class Aside(NamedTuple):
    """What waits beside the main line: for which step, and which cards."""

    step: Step
    only: Only
    is_of_itself: bool = False
    """As of a `Column`."""

    @property
    def by_unit(self) -> Select[str, int, int]:
        which = self.only if self.is_of_itself else (Card.stage == Stage.IN_PROGRESS, *self.only)
        # "+ 0" keeps SQLite from the index of all cards by unit: small ones hold just these.
        unit = Card.unit_id + 0
        return select(literal(self.step.name), unit, func.count()).where(*which).group_by(unit)

    def column(self, units: Scope) -> Column:
        return Column(Stage.IN_PROGRESS, units, MANY, only=self.only, is_of_itself=self.is_of_itself)


CHECK = STEP_OF[Stage.IN_PROGRESS, Stage.IN_PROGRESS, "check"]
EXTENSIONS = Aside(EXTEND, (Card.extension_on.is_not(None), *_by_others(EXTEND)), is_of_itself=True)
"""The table allows to ask for one only while a card is worked on; an index holds just these cards."""
CHECKS = Aside(CHECK, (check_is_due(bindparam("soon", type_=Date)), *_by_others(CHECK)))
OWN = Aside(MAIN_STEP[Stage.IN_PROGRESS], (Card.user_id == USER,))
BY_OTHERS: Mapping[Stage, Only] = {stage: _by_others(step) for stage, step in MAIN_STEP.items()}


def _own_work(step: Step) -> Select[str, int, int]:
    """To be taken from what the stage counts: this person may not judge these."""
    own = not_(and_(*BY_OTHERS[step.start]))
    less = select(literal(step.name), Card.unit_id, -func.count())
    return less.where(Card.stage == step.start, own).group_by(Card.unit_id)


OWN_WORK = [_own_work(step) for step in MAIN_STEP.values() if step.not_by]
BESIDE = union_all(EXTENSIONS.by_unit, CHECKS.by_unit, OWN.by_unit, *OWN_WORK)
"""They are few, and an index holds just them: counted in all units, those of others are left out when read.

To ask for some units would lead PostgreSQL to plan anew each time, which takes longer.
"""


class Part(NamedTuple):
    """A measure or a step of a card, and the unit in which it opens: the card's own, or one that helps."""

    id: int
    card_id: int
    text: str
    due_on: date | None
    unit_id: int


class Waiting(NamedTuple):
    """A card and the step it waits for."""

    face: Face
    step: Step


def waiting_units(scope: Scope, rights: Rights) -> dict[Stage, Scope]:
    """For each stage the units in which its next step is this person's to take."""
    held = _held(scope, rights)
    return {stage: _units_for(step, scope, held) for stage, step in MAIN_STEP.items()}


def _held(scope: Scope, rights: Rights) -> Held:
    return {key: rights.in_unit(unit) for key, unit in scope.units.items()}


def _units_for(step: Step, scope: Scope, held: Held) -> Scope:
    """Those where this person has what the step asks for."""
    return Scope({key: scope.units[key] for key, own in held.items() if not own.isdisjoint(step.permissions)})


def waiting_count(scope: Scope, rights: Rights) -> int:
    """How many deeds wait for this person: one card may ask for two."""
    where, numbers = waiting_units(scope, rights), kept(scope).all
    shared = sum(
        numbers.get(unit_id, {}).get(stage, 0) for stage, units in where.items() for unit_id in units.units
    )
    rooms = {step.name: set(where[stage].units) for stage, step in MAIN_STEP.items()}
    rooms |= {aside.step.name: set(units.units) for aside, units in _beside(scope, rights)}
    rooms[OWN.step.name] -= where[Stage.IN_PROGRESS].units.keys()
    rows = ask(BESIDE, {"user": rights.user.id, "soon": soon(clock.today())})
    return shared + sum(int(number) for name, unit_id, number in rows if unit_id in rooms[name])


def _beside(scope: Scope, rights: Rights) -> Iterator[tuple[Aside, Scope]]:
    """With the units where it waits for this person."""
    held = _held(scope, rights)
    for aside in (EXTENSIONS, CHECKS):
        yield aside, _units_for(aside.step, scope, held)
    yield OWN, scope


def waiting_cards(scope: Scope, rights: Rights) -> list[Waiting]:
    """The most urgent of them, stage by stage, the unit's and a person's own: one query."""
    where = waiting_units(scope, rights)
    asked = [
        *((aside.column(units), aside.step) for aside, units in _beside(scope, rights)),
        *(
            (Column(stage, where[stage], MANY, only=BY_OTHERS[stage]), step)
            for stage, step in MAIN_STEP.items()
        ),
    ]
    columns, today = [column for column, _step in asked], clock.today()
    found = first_of_each(columns, SHOWN, user=rights.user.id, soon=soon(today))
    waiting = (
        Waiting(face, step) for (_column, step), faces in zip(asked, found, strict=True) for face in faces
    )
    return list(dict.fromkeys(waiting))


def own_parts(scope: Scope, user: User) -> list[Part]:
    """Measures and steps of cards at work that this person answers for, the earliest first."""
    rows = ask(PARTS, {**scope.values, "user": user.id})
    return [Part(*row) for row in rows]


def helped_by_stage(scope: Scope) -> dict[Stage, int]:
    """How many cards of others these units help with."""
    return dict(ask(HELPED_BY_STAGE, scope.values))
