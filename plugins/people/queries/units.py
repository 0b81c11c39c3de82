"""The tree with its closed units, and what still lies in a part of it."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, or_, select

from intranet import clock
from intranet.contracts import ADMINISTRATORS
from intranet.errors import NotFound
from intranet.extensions import db
from intranet.models import Grant, Membership, Unit
from intranet.organisation import in_tree_order


class Line(NamedTuple):
    """A unit as a row of the tree."""

    unit: Unit
    depth: int
    people: int


def all_units() -> list[Unit]:
    """Open and closed, each followed by those below it."""
    return list(in_tree_order(list(db.session.scalars(select(Unit).order_by(Unit.position, Unit.id)))))


def tree() -> list[Line]:
    """Every unit with how many work there today."""
    works = select(Membership.unit_id, func.count()).where(Membership.in_force(clock.today()))
    counts = dict(db.session.execute(works.group_by(Membership.unit_id)).all())
    return [Line(unit, len(unit.line) - 1, counts.get(unit.id, 0)) for unit in all_units()]


def open_units() -> list[Unit]:
    """What one may choose."""
    return [unit for unit in all_units() if unit.closed_on is None]


def unit_or_404(unit_id: int) -> Unit:
    unit = db.session.get(Unit, unit_id)
    if unit is None:
        raise NotFound(_("没有这个单位。"))
    return unit


@dataclass(frozen=True, slots=True)
class Standing:
    """What is still open in a unit and below it on a day."""

    below: int
    memberships: int
    grants: int
    administrators: int

    @property
    def any(self) -> bool:
        return bool(self.below or self.memberships or self.grants)


def standing(unit: Unit, day: date) -> Standing:
    """Counted over the whole subtree; what has not begun yet counts too."""

    def count(table: type[Membership | Grant], *more: ColumnElement[bool]) -> int:
        rows = select(func.count()).select_from(table).join(Unit, Unit.id == table.unit_id)
        return db.session.scalar(rows.where(unit.subtree(), not_over(table, day), *more)) or 0

    below = select(func.count()).where(unit.subtree(), Unit.id != unit.id, Unit.closed_on.is_(None))
    return Standing(
        below=db.session.scalar(below) or 0,
        memberships=count(Membership),
        grants=count(Grant),
        administrators=count(Grant, Grant.role.in_(ADMINISTRATORS)),
    )


def not_over(table: type[Membership | Grant], day: date) -> ColumnElement[bool]:
    """In force after this day or later."""
    return or_(table.ends_on.is_(None), table.ends_on > day)
