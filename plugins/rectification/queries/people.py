"""Who may open a card: whom a comment may name, and who is told of it."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import ColumnElement, Date, Row, and_, bindparam, literal, or_, select, union_all

from intranet import clock
from intranet.asking import ask
from intranet.contracts import ADMINISTRATORS
from intranet.extensions import db
from intranet.gate import units_with
from intranet.ids import among, given
from intranet.models import Grant, Membership, Unit, User
from intranet.organisation import organisation
from intranet.people import called
from plugins.rectification.models import Card, Helper, Watch
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
WATCHING = select(Watch.user_id).where(Watch.card_id == bindparam("card"))
MAY_HEAR = or_(among(User.id, given("people")), User.id.in_(WATCHING))
HEARING = union_all(
    select(literal("reads"), User.id).where(MAY_HEAR, _reads()),
    WATCHING.with_only_columns(literal("watches"), Watch.user_id),
    HELPING.with_only_columns(literal("helps"), Helper.unit_id),
)


def _units(units: Collection[Unit]) -> dict[str, object]:
    """What these are asked with."""
    above = {unit_id for unit in units for unit_id in unit.line}
    return {"units": [unit.id for unit in units], "above": list(above), "today": clock.today()}


def units_reading(card: Card) -> list[Unit]:
    """Where the card may be read: its own unit first, then those that help with it."""
    own = _open(card)
    return [own, *_helping({row[0] for row in ask(HELPING, {"card": card.id})})] if own else []


def _open(card: Card) -> Unit | None:
    """Its own unit, if there are cards there now."""
    own = organisation().by_id.get(card.unit_id)
    return own if own and units_with(PLUGIN, [own]) else None


def _helping(ids: Collection[int]) -> list[Unit]:
    return units_with(PLUGIN, (unit for unit in organisation().units if unit.id in ids)) if ids else []


class Hearing(NamedTuple):
    """Who watches a card, and where those of whom was asked, and who watch it, may read it."""

    watchers: Collection[int]
    where: Mapping[int, Unit]


def hearing(card: Card, people: Collection[int]) -> Hearing:
    """One query, and one for each unit that helps where somebody is left who may not read in the card's own.

    Where the board is off nobody may read it.
    """
    own = _open(card)
    if own is None:
        return Hearing(set(), {})
    found: dict[str, set[int]] = {"reads": set(), "watches": set(), "helps": set()}
    for what, number in ask(HEARING, {**_units([own]), "people": people, "card": card.id}):
        found[what].add(number)
    where = dict.fromkeys(found["reads"], own)
    for unit in _helping(found["helps"]):
        if left := ({*people} | found["watches"]) - where.keys():
            where |= {row[0]: unit for row in ask(READERS, {**_units([unit]), "people": left})}
    return Hearing(found["watches"], where)


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
