"""The links of a card, and the cards that may be meant by a new one."""

from sqlalchemy import or_, select

from intranet.extensions import db
from intranet.models import User
from intranet.organisation import organisation
from plugins.rectification.models import Card, Link, Outcome
from plugins.rectification.queries.scope import scope_anywhere
from plugins.rectification.stages import Stage

OFFERED = 10


def link_of(card: Card, link_id: int) -> Link | None:
    query = select(Link).where(or_(Link.card_id == card.id, Link.other_id == card.id), Link.id == link_id)
    return db.session.scalar(query)


def cards_like(words: str, user: User, but: int) -> list[Card]:
    """Cards of open units this person may read, by number or a piece of the problem; open and new first."""
    like = Card.title.icontains(words, autoescape=True)
    if words.isdecimal() and len(words) <= 9:  # noqa: PLR2004 - longer is no number of a card
        like = or_(like, Card.id == int(words))
    closed = [unit.id for unit in organisation().closed]
    query = select(Card).where(like, Card.id != but, Card.unit_id.not_in(closed))
    query = query.where(scope_anywhere(user).readable)
    ordered = query.order_by(Card.stage == Stage.CLOSED, Card.id.desc())
    return list(db.session.scalars(ordered.limit(OFFERED)))


def card_meant(words: str, user: User, but: int) -> list[Card]:
    """The card with this number, else those with these words."""
    number = words.strip().lstrip("#").partition(" ")[0]
    found = cards_like(number, user, but) if number.isdecimal() else []
    exact = [card for card in found if card.id == int(number)]
    return exact or cards_like(words.strip(), user, but)


def problems_in(card: Card) -> dict[str, list[str]]:
    """By source, the keys of the problems this card answers for: its own, and those merged into it."""
    found: dict[str, list[str]] = {card.source: [card.source_key or ""]} if card.source else {}
    query = select(Outcome.source, Outcome.source_key).where(Outcome.card_id == card.id)
    for source, key in db.session.execute(query.order_by(Outcome.id)):
        found.setdefault(source, []).append(key)
    return found
