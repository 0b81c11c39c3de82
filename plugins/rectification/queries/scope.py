"""Which units a page is about."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, bindparam, cast, func, or_, select
from sqlalchemy.orm import aliased

from intranet.asking import ask, attached, columns_of
from intranet.extensions import db, read_once
from intranet.gate import open_units, units_with
from intranet.ids import Ids, among, given
from intranet.models import Unit, User
from intranet.organisation import organisation
from intranet.permissions import readable_units
from plugins.rectification.models import Card, CategoryRow, Helper

PLUGIN = "rectification"
FEW = 200
"""Up to so many cards are found through their units and sorted; more are read in order and picked."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Units the person may enter where the board is on, by id, in the order of the tree."""

    units: dict[int, Unit]
    helping: bool = False
    """Not the units' own cards are listed but those they help with."""

    def narrowed(self, codes: Iterable[str]) -> "Scope":
        """Only these of them; an unknown code finds nothing."""
        wanted = set(codes)
        return Scope({key: unit for key, unit in self.units.items() if unit.code in wanted})

    @property
    def own(self) -> ColumnElement[bool]:
        """The condition on cards that are listed."""
        return self.helped if self.helping else among(Card.unit_id, self.units)

    @property
    def helped(self) -> ColumnElement[bool]:
        """配合: cards of other units that one of these helps with, where the board is on there too."""
        return _helped(list(self.units), _on())

    @property
    def readable(self) -> ColumnElement[bool]:
        """The condition on cards whose page opens: the units' own, and those they help with."""
        return readable(list(self.units), _on())

    @property
    def values(self) -> dict[str, list[int]]:
        """What HELPED and READABLE are asked with."""
        return {"units": list(self.units), "on": _on()}

    def is_sorted(self, cards: int) -> bool:
        """Whether so many cards of these units are found through them, and sorted then."""
        return len(self.units) == 1 or cards <= FEW

    def holds(self, cards: int) -> ColumnElement[bool]:
        """The condition on cards. `cards`: about how many there are, so that the right index is read."""
        return is_in(list(self.units), is_sorted=self.is_sorted(cards))


def is_in(units: Ids, *, is_sorted: bool) -> ColumnElement[bool]:
    """The condition on cards of these units."""
    # "+ 0" keeps the database from the index by unit: it would sort all cards to find the first twenty.
    return among(Card.unit_id if is_sorted else Card.unit_id + 0, units)


def _helped(units: Ids, on: Ids) -> ColumnElement[bool]:
    asked = select(Helper.card_id).where(among(Helper.unit_id, units))
    return and_(among(Card.unit_id, on), Card.id.in_(asked.correlate(None)))


def readable(units: Ids, on: Ids) -> ColumnElement[bool]:
    return or_(among(Card.unit_id, units), _helped(units, on))


def _on() -> list[int]:
    return [unit.id for unit in units_with(PLUGIN, organisation().units)]


# The same conditions for questions that are built once; `Scope.values` says of which units.
UNITS, ON = given("units"), given("on")
HELPED, READABLE = _helped(UNITS, ON), readable(UNITS, ON)


def scope_of(unit: Unit, user: User) -> Scope:
    """The unit and those under it. Kept for the request: the menu and the page both ask."""
    known: dict[tuple[int, int], Scope] = read_once().setdefault("rectification_scopes", {})
    key = (unit.id, user.id)
    if key not in known:
        known[key] = scope_over([unit], user)
    return known[key]


def scope_over(units: Iterable[Unit], user: User) -> Scope:
    """Several units and those under them: a person's dashboard."""
    return Scope({below.id: below for unit in units for below in open_units(PLUGIN, unit, user)})


def scope_anywhere(user: User) -> Scope:
    """All units whose cards the person may read, closed ones too: which linked card may be told of."""
    known: dict[int, Scope] = read_once().setdefault("rectification_anywhere", {})
    if user.id not in known:
        read = units_with(PLUGIN, readable_units(user))
        known[user.id] = Scope({unit.id: unit for unit in read})
    return known[user.id]


@dataclass(frozen=True, slots=True)
class FoundCard:
    """A card with the names on it: the responsible person, the leader, who opened it, category, who helps."""

    card: Card
    sort: CategoryRow
    person: str | None
    leader: str | None
    opener: str
    helper_ids: str | None
    """As the database strings them together: 4,7."""

    @property
    def helpers(self) -> list[Unit]:
        """配合部门, in the order of the tree; closed units are left out."""
        ids = {int(word) for word in (self.helper_ids or "").split(",") if word}
        return [unit for unit in organisation().units if unit.id in ids]


PERSON, LEADER, OPENER = aliased(User), aliased(User), aliased(User)
HELPERS = (
    select(func.aggregate_strings(cast(Helper.unit_id, String), ","))
    .where(Helper.card_id == Card.id)
    .scalar_subquery()
)


# Built once: it costs more than asking them.


@cache
def _held_card() -> Select[Any]:
    here: Select[Any] = select(*columns_of(Card)).where(Card.id == bindparam("card"), READABLE)
    return here.with_for_update(of=Card)


@cache
def _card_with_names() -> Select[Any]:
    names = (PERSON.name, LEADER.name, OPENER.name, HELPERS)
    return (
        select(*columns_of(Card), *columns_of(CategoryRow), *names)
        .outerjoin(PERSON, PERSON.id == Card.user_id)
        .outerjoin(LEADER, LEADER.id == Card.leader_id)
        .join(OPENER, OPENER.id == Card.opened_by)
        .join(CategoryRow, CategoryRow.code == Card.category)
        .where(Card.id == bindparam("card"), READABLE)
    )


def find_cards(scope: Scope, ids: Sequence[int], *, to_change: bool = False) -> list[Card]:
    """Those of them in the scope. Held all at once and in their order, so that no two hold each other up."""
    query = select(Card).where(Card.id.in_(ids), Card.unit_id.in_(list(scope.units))).order_by(Card.id)
    if to_change:
        query = query.with_for_update().execution_options(populate_existing=True)
    return list(db.session.scalars(query))


def hold_card(scope: Scope, card_id: int) -> Card | None:
    """The card to change, if it may be read here. Its row is held until the transaction ends."""
    rows = ask(_held_card(), {**scope.values, "card": card_id})
    return attached(Card, rows[0]) if rows else None


def find_card(scope: Scope, card_id: int) -> FoundCard | None:
    """The card to read, if it may be read here."""
    rows = ask(_card_with_names(), {**scope.values, "card": card_id})
    if not rows:
        return None
    columns = iter(rows[0])
    card = attached(Card, islice(columns, len(columns_of(Card))))
    sort = attached(CategoryRow, islice(columns, len(columns_of(CategoryRow))))
    return FoundCard(card, sort, *columns)
