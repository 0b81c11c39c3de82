"""What waits for a person: the badge in the menu and the duties of the home page."""

from plugins.rectification.models import Card
from plugins.rectification.queries.counting import kept
from plugins.rectification.queries.listing import Column, Face, windows
from plugins.rectification.queries.scope import Scope
from plugins.rectification.rights import Rights
from plugins.rectification.stages import MAIN_STEP, Stage

SHOWN = 10
"""Of each stage so many cards become duties; the list holds the rest."""


def waiting_units(scope: Scope, rights: Rights) -> dict[Stage, Scope]:
    """For each stage the units in which its next step is this person's to take."""
    return {
        stage: Scope(
            {key: unit for key, unit in scope.units.items() if rights.in_unit(unit) & set(step.permissions)}
        )
        for stage, step in MAIN_STEP.items()
    }


def waiting_count(scope: Scope, rights: Rights) -> int:
    """How many cards wait for this person."""
    where, numbers = waiting_units(scope, rights), kept(scope, rights.user)
    shared = sum(
        numbers.all.get(unit_id, {}).get(stage, 0)
        for stage, units in where.items()
        for unit_id in units.units
    )
    mine = where[Stage.IN_PROGRESS].units
    return shared + sum(number for unit_id, number in numbers.own.items() if unit_id not in mine)


def waiting_cards(scope: Scope, rights: Rights) -> list[Face]:
    """The most urgent of them, stage by stage: one query for the unit's, one for a person's own."""
    where = waiting_units(scope, rights)
    # The number of cards is unknown here and many is the safe guess: read in order, never sort them all.
    shared = windows([Column(stage, units, 10**6) for stage, units in where.items()], SHOWN)
    found = [face for faces in shared.values() for face in faces]
    seen = {face.id for face in found}
    own = windows([Column(Stage.IN_PROGRESS, scope, 10**6)], SHOWN, [Card.user_id == rights.user.id])
    found += [face for face in own[Stage.IN_PROGRESS] if face.id not in seen]
    return [face for face in found if _is_mine(face, scope, rights)]


def _is_mine(face: Face, scope: Scope, rights: Rights) -> bool:
    """The next step forward: sending back alone is nobody's duty."""
    return rights.may_take(MAIN_STEP[face.stage], face, scope.units[face.unit_id])
