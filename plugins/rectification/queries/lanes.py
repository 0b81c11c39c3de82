"""泳道: the rows of a board by unit, leader or category, with how many cards each has."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from intranet.contracts import Text
from intranet.extensions import db
from intranet.models import User
from plugins.rectification.filters import NOBODY, Filters, Lanes
from plugins.rectification.models import Card
from plugins.rectification.queries.matching import matches
from plugins.rectification.queries.scope import Scope
from plugins.rectification.stages import Stage

KEYS: Mapping[Lanes, Any] = {
    Lanes.UNIT: Card.unit_id,
    Lanes.LEADER: Card.leader_id,
    Lanes.CATEGORY: Card.category,
}


@dataclass(slots=True)
class Lane:
    """`filters`: those of the board, narrowed to this row; its cells are a board of their own."""

    key: str
    title: Text
    filters: Filters
    stages: dict[Stage, int] = field(default_factory=lambda: dict.fromkeys(Stage, 0))

    @property
    def cards(self) -> int:
        return sum(self.stages.values())


def lanes(scope: Scope, filters: Filters, user: User, categories: Mapping[str, Text]) -> list[Lane]:
    """Those with cards: units as the tree has them, leaders by name, categories as the table has them."""
    if not scope.units or filters.lanes is None:
        return []
    counted = _counted(scope, filters, user)
    found = []
    for key, word, title in _titles(filters.lanes, scope, counted, categories):
        lane = Lane(word, title, narrowed(filters, word))
        lane.stages.update(counted[key])
        found.append(lane)
    return found


def narrowed(filters: Filters, word: str) -> Filters:
    """The filters of one row; its word names it in the address."""
    many = filters.lanes in {Lanes.UNIT, Lanes.CATEGORY}
    return filters.but(**{str(filters.lanes): (word,) if many else word})


def word_of(card: Card, filters: Filters, scope: Scope) -> str:
    """The row this card is in."""
    if filters.lanes is Lanes.UNIT:
        return scope.units[card.unit_id].code
    return card.category if filters.lanes is Lanes.CATEGORY else str(card.leader_id or NOBODY)


def _counted(scope: Scope, filters: Filters, user: User) -> dict[object, dict[Stage, int]]:
    key = KEYS[filters.lanes or Lanes.UNIT]
    units = scope.narrowed(filters.unit) if filters.unit else scope
    query = select(key, Card.stage, func.count()).where(
        Card.unit_id.in_(list(units.units)), *matches(filters.but(stage=()), user)
    )
    found: dict[object, dict[Stage, int]] = {}
    for name, stage, number in db.session.execute(query.group_by(key, Card.stage)):
        found.setdefault(name, {})[stage] = number
    return found


def _titles(
    kind: Lanes, scope: Scope, counted: Mapping[object, object], categories: Mapping[str, Text]
) -> Iterable[tuple[object, str, Text]]:
    """Key in the database, word in the address, name on the page."""
    if kind is Lanes.UNIT:
        return [(key, unit.code, unit.name) for key, unit in scope.units.items() if key in counted]
    if kind is Lanes.CATEGORY:
        return [(code, code, title) for code, title in categories.items() if code in counted]
    named = select(User.id, User.name).where(User.id.in_([key for key in counted if key]))
    rows = db.session.execute(named.order_by(User.name, User.id))
    nobody = [(None, NOBODY, _l("未定责任领导"))] if None in counted else []
    return [*((key, str(key), name) for key, name in rows), *nobody]
