"""What was promised: by one card, and to the people of a unit."""

from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVarTuple

from sqlalchemy import ColumnElement, Select, case, func, select, true

from intranet import clock
from intranet.extensions import db
from intranet.models import Unit
from plugins.rectification.lights import light_of
from plugins.rectification.models import Card, Commitment, Measure
from plugins.rectification.queries.rules import Rule
from plugins.rectification.queries.scope import Scope
from plugins.rectification.stages import Stage

PAGE = 50
Row = TypeVarTuple("Row")


@dataclass(frozen=True, slots=True)
class Promise:
    """A commitment and what has become of it."""

    made: Commitment
    done_on: date | None

    @property
    def light(self) -> str:
        """Kept, late, soon or in time: by the same days for all, wherever it is read."""
        if self.done_on:
            return "done"
        return light_of(Stage.IN_PROGRESS, self.made.due_on, clock.today(), Rule()).value


def commitments_of(card: Card) -> list[Promise]:
    """Those that stand, the next due first."""
    return _read(_standing().where(Commitment.card_id == card.id))


def committed(unit: Unit, scope: Scope, page: int, only: str = "") -> list[Promise]:
    """For the people of this unit and of those under it they may enter: open ones first, by their day.

    `only`: "kept" or "late"; any other word means all.
    """
    wanted = {"kept": Measure.done_on.is_not(None), "late": _is_late()}.get(only, true())
    query = _heard(unit, scope, _standing()).where(wanted)
    return _read(query.offset(page * PAGE).limit(PAGE + 1))


def how_many(unit: Unit, scope: Scope) -> tuple[int, int, int]:
    """Promised, kept, late."""
    late = case((_is_late(), 1), else_=0)
    numbers = select(func.count(), func.count(Measure.done_on), func.sum(late))
    row = db.session.execute(_heard(unit, scope, _joined(numbers)).order_by(None)).one()
    return int(row[0]), int(row[1]), int(row[2] or 0)


def _is_late() -> ColumnElement[bool]:
    return Measure.done_on.is_(None) & (Commitment.due_on < clock.today())


def _standing() -> Select[Commitment, date | None]:
    return _joined(select(Commitment, Measure.done_on)).order_by(
        Measure.done_on.is_not(None), Commitment.due_on, Commitment.id
    )


def _joined(query: Select[*Row]) -> Select[*Row]:
    joined = query.select_from(Commitment).join(Measure, Measure.id == Commitment.measure_id)
    return joined.where(Commitment.withdrawn_on.is_(None))


def _heard(unit: Unit, scope: Scope, query: Select[*Row]) -> Select[*Row]:
    return query.where(Commitment.audience_id.in_({*unit.line, *scope.units}))


def _read(query: Select[*tuple[Any, ...]]) -> list[Promise]:
    return [Promise(made, done_on) for made, done_on in db.session.execute(query)]
