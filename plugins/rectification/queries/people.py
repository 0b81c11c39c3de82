"""Who may open a card: whom a comment may name, and who is told of it."""

from collections.abc import Collection, Iterable

from sqlalchemy import ColumnElement, Date, Row, and_, bindparam, or_, select

from intranet import clock
from intranet.asking import among, ask, given
from intranet.contracts import ADMINISTRATORS
from intranet.extensions import db
from intranet.gate import units_with
from intranet.models import Grant, Membership, Unit, User
from intranet.organisation import organisation
from intranet.people import called
from plugins.rectification.models import Card, Helper
from plugins.rectification.queries.scope import PLUGIN

OFFERED = 10


def _reads() -> ColumnElement[bool]:
    """In one of the units, or in a role over it that sees content: the rule of `may_enter`, for many."""
    today = bindparam("today", type_=Date)
    works = select(Membership.user_id).where(
        among(Membership.unit_id, given("units")), Membership.in_force(today)
    )
    serves = select(Grant.user_id).where(
        among(Grant.unit_id, given("above")),
        Grant.role.not_in(ADMINISTRATORS),
        Grant.in_force(today),
    )
    return and_(or_(User.id.in_(works), User.id.in_(serves)), User.disabled.is_(False))


# Built once: every deed that tells others asks them.
NAMED = select(User.id, User.name, User.username).where(_reads())
READERS = select(User.id).where(among(User.id, given("people")), _reads())
HELPING = select(Helper.unit_id).where(Helper.card_id == bindparam("card"))


def _units(units: Collection[Unit]) -> dict[str, object]:
    """What these are asked with."""
    above = {unit_id for unit in units for unit_id in unit.line}
    return {"units": [unit.id for unit in units], "above": list(above), "today": clock.today()}


def units_reading(card: Card) -> list[Unit]:
    """Where the card may be read: its own unit first, then those that help with it."""
    helping = {row[0] for row in ask(HELPING, {"card": card.id})}
    own = organisation().by_id.get(card.unit_id)
    if own is None or not units_with(PLUGIN, [own]):
        return []
    return [own, *units_with(PLUGIN, (unit for unit in organisation().units if unit.id in helping))]


def reading_where(rooms: Iterable[Unit], people: Collection[int]) -> dict[int, Unit]:
    """Those of these people who may read in one of the units, each with the first in which they may."""
    found: dict[int, Unit] = {}
    for unit in rooms:
        left = set(people) - set(found)
        if left:
            asked = {**_units([unit]), "people": left}
            found |= {row[0]: unit for row in ask(READERS, asked)}
    return found


def readers_like(card: Card, word: str) -> list[Row[int, str, str]]:
    """Id, name and number of those a comment may name who are called so."""
    query = NAMED.where(called(word)).order_by(User.name, User.id).limit(OFFERED)
    return list(db.session.execute(query, _units(units_reading(card))))


def readers_named(card: Card, words: Iterable[str]) -> list[Row[int, str, str]]:
    """Those whose name or number stands at the beginning of one of these."""
    heads = [word[:length] for word in words for length in range(1, len(word) + 1)]
    like = or_(User.name.in_(heads), User.username.in_(heads))
    query = NAMED.where(like).order_by(User.id)
    return list(db.session.execute(query, _units(units_reading(card))))
