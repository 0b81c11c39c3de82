"""What waits for a person: the badge in the menu and the duties of the home page."""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Row, case, func, select

from intranet import clock
from intranet.extensions import db
from intranet.models import User
from plugins.rectification.lights import soon
from plugins.rectification.models import Card, Helper, Measure
from plugins.rectification.queries.counting import kept
from plugins.rectification.queries.listing import Column, Face, first_of_each
from plugins.rectification.queries.matching import check_is_due
from plugins.rectification.queries.scope import Scope
from plugins.rectification.rights import Rights
from plugins.rectification.stages import Stage, Step
from plugins.rectification.steps import MAIN_STEP, STEP_OF

SHOWN = 4
"""Of each stage so many cards become duties; the list holds the rest."""
MANY = 10**6
"""The number of cards is unknown here and many is the safe guess: read in order, never sort them all."""
MOST_PARTS = 20
EXTEND, CHECK = (STEP_OF[Stage.IN_PROGRESS, Stage.IN_PROGRESS, name] for name in ("extend", "check"))


class Waiting(NamedTuple):
    """A card and the step it waits for."""

    face: Face
    step: Step


def waiting_units(scope: Scope, rights: Rights) -> dict[Stage, Scope]:
    """For each stage the units in which its next step is this person's to take."""
    return {stage: _units_for(step, scope, rights) for stage, step in MAIN_STEP.items()}


def _units_for(step: Step, scope: Scope, rights: Rights) -> Scope:
    wanted = set(step.permissions)
    return Scope({key: unit for key, unit in scope.units.items() if rights.in_unit(unit) & wanted})


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
    return shared + own + sum(_aside_count(scope, rights))


def _aside_count(scope: Scope, rights: Rights) -> Iterator[int]:
    """Extensions asked for and checks that are due: they wait beside the main line."""
    numbers = kept(scope, rights.user)
    for step, found in ((EXTEND, numbers.asked), (CHECK, numbers.checks)):
        units = _units_for(step, scope, rights).units
        yield sum(number for unit_id, number in found.items() if unit_id in units)


def waiting_cards(scope: Scope, rights: Rights) -> list[Waiting]:
    """The most urgent of them, stage by stage, the unit's and a person's own: one query."""
    where = waiting_units(scope, rights)
    mine = Column(Stage.IN_PROGRESS, scope, MANY, only=(Card.user_id == rights.user.id,))
    asked = [
        *_aside(scope, rights),
        *((Column(stage, where[stage], MANY), step) for stage, step in MAIN_STEP.items()),
        (mine, MAIN_STEP[Stage.IN_PROGRESS]),
    ]
    found = first_of_each([column for column, _step in asked], SHOWN)
    waiting = (
        Waiting(face, step) for (_column, step), faces in zip(asked, found, strict=True) for face in faces
    )
    return [each for each in dict.fromkeys(waiting) if _is_mine(each, scope, rights)]


def _aside(scope: Scope, rights: Rights) -> Iterator[tuple[Column, Step]]:
    """Extensions and checks are asked for only where the kept counts tell of any."""
    checks = check_is_due(soon(clock.today()))
    asked = Card.id.in_(select(Card.id).where(Card.extension_on.is_not(None)).correlate(None))
    numbers = _aside_count(scope, rights)
    for step, condition in ((EXTEND, asked), (CHECK, checks)):
        if next(numbers):
            yield Column(Stage.IN_PROGRESS, _units_for(step, scope, rights), MANY, only=(condition,)), step


def own_parts(scope: Scope, user: User) -> list[Row[Measure, int]]:
    """Measures and steps of cards at work that this person answers for, the earliest first.

    Each with the unit in which the card opens: its own, or one of these that helps with it.
    """
    helps = select(func.min(Helper.unit_id)).where(
        Helper.card_id == Card.id, Helper.unit_id.in_(list(scope.units))
    )
    here = Card.unit_id.in_(list(scope.units))
    query = (
        select(Measure, case((here, Card.unit_id), else_=helps.correlate(Card).scalar_subquery()))
        .join(Card, Card.id == Measure.card_id)
        .where(Measure.user_id == user.id, Measure.done_on.is_(None))
        .where(scope.readable, Card.stage == Stage.IN_PROGRESS)
    )
    ordered = query.order_by(Measure.due_on.asc().nulls_last(), Measure.id)
    return list(db.session.execute(ordered.limit(MOST_PARTS)))


def helped_by_stage(scope: Scope) -> dict[Stage, int]:
    """How many cards of others these units help with."""
    query = select(Card.stage, func.count()).where(scope.helped).group_by(Card.stage)
    return dict(db.session.execute(query).all())


def _is_mine(waiting: Waiting, scope: Scope, rights: Rights) -> bool:
    """The next step forward: sending back alone is nobody's duty."""
    face = waiting.face
    return rights.may_take(waiting.step, face, scope.units[face.unit_id])
