"""What waits for a person: the badge in the menu and the duties of the home page."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, Date, Integer, bindparam, case, func, select

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
from plugins.rectification.steps import MAIN_STEP, STEP_OF

SHOWN = 4
"""Of each stage so many cards become duties; the list holds the rest."""
MANY = 10**6
"""The number of cards is unknown here and many is the safe guess: read in order, never sort them all."""
MOST_PARTS = 20
EXTEND, CHECK = (STEP_OF[Stage.IN_PROGRESS, Stage.IN_PROGRESS, name] for name in ("extend", "check"))

Held = Mapping[int, frozenset[str]]
"""By unit the permissions a person has there."""
USER = bindparam("user", type_=Integer)
# Built once: home pages ask these, and building costs more than asking.
IS_OWN = Card.user_id == USER
IS_ASKED = Card.extension_on.is_not(None)
IS_CHECKED = check_is_due(bindparam("soon", type_=Date))
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


class Aside(NamedTuple):
    """A step beside the main line, which cards want it, where it is this person's, and how many there are."""

    step: Step
    only: ColumnElement[bool]
    units: Scope
    cards: int


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
    """How many cards wait for this person."""
    where, numbers = waiting_units(scope, rights), kept(scope, rights.user)
    shared = sum(
        numbers.all.get(unit_id, {}).get(stage, 0)
        for stage, units in where.items()
        for unit_id in units.units
    )
    mine = where[Stage.IN_PROGRESS].units
    own = sum(number for unit_id, number in numbers.own.items() if unit_id not in mine)
    return shared + own + sum(aside.cards for aside in _asides(scope, rights))


def _asides(scope: Scope, rights: Rights) -> Iterator[Aside]:
    """Extensions asked for and checks that are due: they wait beside the main line."""
    numbers, held = kept(scope, rights.user), _held(scope, rights)
    for step, only, found in ((EXTEND, IS_ASKED, numbers.asked), (CHECK, IS_CHECKED, numbers.checks)):
        units = _units_for(step, scope, held)
        yield Aside(step, only, units, sum(found.get(unit_id, 0) for unit_id in units.units))


def waiting_cards(scope: Scope, rights: Rights) -> list[Waiting]:
    """The most urgent of them, stage by stage, the unit's and a person's own: one query."""
    where = waiting_units(scope, rights)
    own = MANY if kept(scope, rights.user).own else 0
    mine = Column(Stage.IN_PROGRESS, scope, own, only=(IS_OWN,))
    asked = [
        *((_of_aside(aside), aside.step) for aside in _asides(scope, rights) if aside.cards),
        *((Column(stage, where[stage], MANY), step) for stage, step in MAIN_STEP.items()),
        (mine, MAIN_STEP[Stage.IN_PROGRESS]),
    ]
    columns, today = [column for column, _step in asked], clock.today()
    found = first_of_each(columns, SHOWN, user=rights.user.id, soon=soon(today))
    waiting = (
        Waiting(face, step) for (_column, step), faces in zip(asked, found, strict=True) for face in faces
    )
    return [each for each in dict.fromkeys(waiting) if _is_mine(each, scope, rights)]


def _of_aside(aside: Aside) -> Column:
    """The table allows to ask for an extension in one stage only; an index holds just these cards."""
    is_of_itself = aside.only is IS_ASKED
    return Column(Stage.IN_PROGRESS, aside.units, MANY, only=(aside.only,), is_of_itself=is_of_itself)


def own_parts(scope: Scope, user: User) -> list[Part]:
    """Measures and steps of cards at work that this person answers for, the earliest first."""
    rows = ask(PARTS, {**scope.values, "user": user.id})
    return [Part(*row) for row in rows]


def helped_by_stage(scope: Scope) -> dict[Stage, int]:
    """How many cards of others these units help with."""
    return dict(ask(HELPED_BY_STAGE, scope.values))


def _is_mine(waiting: Waiting, scope: Scope, rights: Rights) -> bool:
    """The next step forward: sending back alone is nobody's duty."""
    face = waiting.face
    return rights.may_take(waiting.step, face, scope.units[face.unit_id])
