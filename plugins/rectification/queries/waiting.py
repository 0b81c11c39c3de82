"""What waits for a person: the badge in the menu and the duties of the home page."""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select

from intranet import clock
from plugins.rectification.lights import last_amber_day
from plugins.rectification.models import Card
from plugins.rectification.queries.counting import kept
from plugins.rectification.queries.listing import Column, Face, windows
from plugins.rectification.queries.matching import check_is_due
from plugins.rectification.queries.scope import Scope
from plugins.rectification.rights import Rights
from plugins.rectification.stages import Stage, Step
from plugins.rectification.steps import MAIN_STEP, STEP_OF

SHOWN = 4
"""Of each stage so many cards become duties; the list holds the rest."""
ASIDE = tuple(STEP_OF[Stage.IN_PROGRESS, Stage.IN_PROGRESS, name] for name in ("extend", "check"))
EXTEND, CHECK = ASIDE


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
    """The most urgent of them, stage by stage: one query for the unit's, one for a person's own.

    Extensions and checks are asked for only where the kept counts tell of any.
    """
    where = waiting_units(scope, rights)
    # The number of cards is unknown here and many is the safe guess: read in order, never sort them all.
    shared = windows([Column(stage, units, 10**6) for stage, units in where.items()], SHOWN)
    found = [face for faces in shared.values() for face in faces]
    seen = {face.id for face in found}
    found += [face for face in _under_way(scope, Card.user_id == rights.user.id) if face.id not in seen]
    main = [Waiting(face, MAIN_STEP[face.stage]) for face in found if face.stage in MAIN_STEP]
    return [each for each in (*_aside(scope, rights), *main) if _is_mine(each, scope, rights)]


def _aside(scope: Scope, rights: Rights) -> Iterator[Waiting]:
    """Both in one query: a card that waits for more time has a date, one that is checked has none to move."""
    soon = check_is_due(last_amber_day(clock.today()))
    asked = Card.id.in_(select(Card.id).where(Card.extension_on.is_not(None)).correlate(None))
    found = [
        and_(condition, Card.unit_id.in_(list(_units_for(step, scope, rights).units)))
        for number, step, condition in zip(_aside_count(scope, rights), ASIDE, (asked, soon), strict=True)
        if number
    ]
    for face in _under_way(scope, or_(*found), SHOWN * len(found)) if found else ():
        yield Waiting(face, CHECK if face.extension_on is None else EXTEND)


def _under_way(scope: Scope, condition: ColumnElement[bool], most: int = SHOWN) -> list[Face]:
    return windows([Column(Stage.IN_PROGRESS, scope, 10**6)], most, [condition])[Stage.IN_PROGRESS]


def _is_mine(waiting: Waiting, scope: Scope, rights: Rights) -> bool:
    """The next step forward: sending back alone is nobody's duty."""
    face = waiting.face
    return rights.may_take(waiting.step, face, scope.units[face.unit_id])
