"""Who may open a card: whom a comment may name, and who is told of it."""

from collections.abc import Collection, Iterable

from sqlalchemy import ColumnElement, Row, Select, and_, or_, select

from intranet import clock
from intranet.contracts import ADMINISTRATORS
from intranet.extensions import db
from intranet.gate import units_with
from intranet.models import Grant, Membership, Unit, User
from intranet.organisation import organisation
from plugins.rectification.models import Card, Helper
from plugins.rectification.queries.scope import PLUGIN

OFFERED = 10


def units_reading(card: Card) -> list[Unit]:
    """Where the card may be read: its own unit first, then those that help with it."""
    helping = set(db.session.scalars(select(Helper.unit_id).where(Helper.card_id == card.id)))
    own = organisation().by_id.get(card.unit_id)
    if own is None or not units_with(PLUGIN, [own]):
        return []
    return [own, *units_with(PLUGIN, (unit for unit in organisation().units if unit.id in helping))]


def reading_where(card: Card, people: Collection[int]) -> dict[int, Unit]:
    """Those of these people who may open the card, each with the unit in which it opens for them."""
    found: dict[int, Unit] = {}
    for unit in units_reading(card) if people else ():
        left = set(people) - set(found)
        if left:
            found |= dict.fromkeys(
                db.session.scalars(select(User.id).where(User.id.in_(left), _reads([unit]))), unit
            )
    return found


def readers_like(card: Card, word: str) -> list[Row[int, str, str]]:
    """Id, name and number of those a comment may name, by a piece of either."""
    like = or_(User.name.icontains(word, autoescape=True), User.username.icontains(word, autoescape=True))
    return list(db.session.execute(_named(card).where(like).order_by(User.name, User.id).limit(OFFERED)))


def readers_named(card: Card, words: Iterable[str]) -> list[Row[int, str, str]]:
    """Those whose name or number stands at the beginning of one of these."""
    heads = [word[:length] for word in words for length in range(1, len(word) + 1)]
    like = or_(User.name.in_(heads), User.username.in_(heads))
    return list(db.session.execute(_named(card).where(like).order_by(User.id)))


def _named(card: Card) -> Select[int, str, str]:
    return select(User.id, User.name, User.username).where(_reads(units_reading(card)))


def _reads(units: Collection[Unit]) -> ColumnElement[bool]:
    """In one of the units, or in a role over it that sees content: the rule of `may_enter`, for many."""
    today = clock.today()
    above = {unit_id for unit in units for unit_id in unit.line}
    works = select(Membership.user_id).where(
        Membership.unit_id.in_([unit.id for unit in units]), Membership.in_force(today)
    )
    serves = select(Grant.user_id).where(
        Grant.unit_id.in_(above), Grant.role.not_in(ADMINISTRATORS), Grant.in_force(today)
    )
    return and_(or_(User.id.in_(works), User.id.in_(serves)), User.disabled.is_(False))
