"""What units have set for their boards: kept with the picture of the units, it costs no query."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, cast

from sqlalchemy import bindparam, func, select

from intranet.asking import ask
from intranet.extensions import db
from intranet.ids import among, given
from intranet.models import Unit
from intranet.organisation import organisation
from plugins.rectification.models import Board, Tally
from plugins.rectification.stages import Stage

NAME = "rectification.rules"
LIMITED = tuple(stage for stage in Stage if stage not in {Stage.UNCLAIMED, Stage.CLOSED})
"""A problem is always registered and a closed card takes up nobody's time."""


class Rule(NamedTuple):
    """From how many days before its deadline a card is amber; after how many in one stage it is marked."""

    amber_days: int = 7
    stay_days: int = 14


class Limit(NamedTuple):
    """How many cards a stage may hold on a board. `hard`: one more is refused, else only marked."""

    most: int
    hard: bool


@dataclass(frozen=True)
class Rules:
    """Of every unit of the site."""

    by_unit: Mapping[int, Rule]
    limits: Mapping[int, Mapping[Stage, Limit]]

    @cached_property
    def usual(self) -> int:
        """The days that hold for most units."""
        days = Counter(rule.amber_days for rule in self.by_unit.values())
        return days.most_common(1)[0][0] if days else Rule().amber_days

    @cached_property
    def unusual(self) -> Mapping[int, int]:
        """By unit, where other days hold."""
        days = {unit_id: rule.amber_days for unit_id, rule in self.by_unit.items()}
        return {unit_id: number for unit_id, number in days.items() if number != self.usual}


def rules() -> Rules:
    known = organisation().answers
    if NAME not in known:
        known[NAME] = _read()
    return cast("Rules", known[NAME])


def _read() -> Rules:
    boards = {board.unit_id: board for board in db.session.scalars(select(Board))}
    by_unit: dict[int, Rule] = {}
    for unit in sorted(organisation().by_id.values(), key=lambda unit: len(unit.line)):  # parents first
        above = by_unit.get(unit.parent_id or 0, Rule())
        own = boards.get(unit.id)
        by_unit[unit.id] = _with(above, own) if own else above
    return Rules(by_unit, {unit_id: _limits(board) for unit_id, board in boards.items()})


def _with(above: Rule, own: Board) -> Rule:
    amber, stay = own.amber_days, own.stay_days
    return Rule(above.amber_days if amber is None else amber, above.stay_days if stay is None else stay)


def _limits(board: Board) -> Mapping[Stage, Limit]:
    return {Stage(name): Limit(*limit) for name, limit in board.limits.items()}


def rule_of(unit_id: int) -> Rule:
    """Of closed ones too: their own boards are still read. None above the topmost."""
    return rules().by_unit.get(unit_id, Rule())


def rule_above(unit: Unit) -> Rule:
    """What holds in a unit as long as it sets nothing itself."""
    return rule_of(unit.parent_id or 0)


def limits_over(unit_id: int, stage: Stage) -> Iterator[tuple[Unit, Limit]]:
    """Every board a card of this unit is on and that limits the stage, the topmost first."""
    known = organisation().by_id
    for above in known[unit_id].line:
        limit = rules().limits.get(above, {}).get(stage)
        if limit and above in known:
            yield known[above], limit


CARDS_IN = select(func.sum(Tally.cards)).where(
    among(Tally.unit_id, given("units")), Tally.stage == bindparam("of_stage", type_=Tally.stage.type)
)
"""Every move asks it, so it is built once."""


def cards_in(unit: Unit, stage: Stage) -> int:
    """How many cards of this unit and those under it are in the stage."""
    units = [below.id for below in organisation().under(unit.path)]
    [(cards,)] = ask(CARDS_IN, {"units": units, "of_stage": stage})
    return int(cards or 0)
