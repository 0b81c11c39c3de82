"""Linking cards with one another and with addresses, and taking one apart into two."""

from flask_babel import gettext as _
from sqlalchemy import func, or_, select

from intranet import clock
from intranet.errors import Conflict, Forbidden, Invalid
from intranet.extensions import db
from intranet.models import Unit, User
from plugins.rectification import stages
from plugins.rectification.models import Card, Link
from plugins.rectification.rights import Rights
from plugins.rectification.services.cards import Facts, open_card
from plugins.rectification.services.fields import Contents
from plugins.rectification.services.history import record, remember
from plugins.rectification.stages import Stage
from plugins.rectification.wording import EventKind, Tie, number_of

MOST_LINKS = 50


def may_link(card: Card, unit: Unit, rights: Rights) -> bool:
    """Those who work on the card or may change it, until it is closed."""
    works = rights.may_work(card, unit) or rights.may(stages.OPEN, unit)
    return works and card.stage is not Stage.CLOSED


def link_cards(  # noqa: PLR0913 - both ends and how they are tied
    card: Card, tie: Tie, other: Card, unit: Unit, *, by: User, backwards: bool = False
) -> None:
    """`other` is a card this person may open. `backwards`: said from the other end, 被阻塞."""
    _refuse(card, unit, by)
    here, there = (other, card) if backwards else (card, other)
    ends = [(here.id, there.id), *([(there.id, here.id)] if tie is Tie.RELATED else [])]
    same = or_(*((Link.card_id == first) & (Link.other_id == last) for first, last in ends))
    if card.id == other.id:
        raise Invalid(_("卡片不能与自己关联。"))
    if db.session.scalar(select(Link.id).where(Link.tie == tie, same)):
        raise Conflict(_("这两张卡片已经这样关联了。"))
    _add(card, Link(card_id=here.id, tie=tie, other_id=there.id), other.number, by)


def link_address(card: Card, title: str, url: str, unit: Unit, *, by: User) -> None:
    _refuse(card, unit, by)
    _add(card, Link(card_id=card.id, tie=Tie.OUTSIDE, url=url, title=title), title, by)


def unlink(card: Card, link: Link, unit: Unit, *, by: User) -> None:
    """From either end."""
    if not may_link(card, unit, Rights(by)):
        raise Forbidden(_("只有责任部门、责任人和活动办可以改关联，已销号的卡片不能再改。"))
    record(card, "rectification:link", by=by)
    other = link.other_id if link.card_id == card.id else link.card_id
    told = link.title or number_of(other or 0)
    remember(card, EventKind.LINK, by=by).changes = [["link removed", told, ""]]
    db.session.delete(link)


def split_card(card: Card, unit: Unit, facts: Facts, *, by: User, own: Contents) -> Card:
    """A new card for a part of the problem, linked both ways. `unit` is that of the new card."""
    if facts.title == card.title:
        raise Invalid(_("新卡片只管问题的一部分，请改写问题，不要与原卡相同。"))
    made = open_card(unit, facts, by=by, own=own)
    link = Link(card_id=card.id, tie=Tie.SPLIT, other_id=made.id, added_by=by.id, added_at=clock.now())
    db.session.add(link)
    remember(card, EventKind.LINK, by=by).changes = [["split into", "", made.number]]
    return made


def _refuse(card: Card, unit: Unit, by: User) -> None:
    """The audit entry first: whoever is second waits here and then counts what the first has written."""
    if not may_link(card, unit, Rights(by)):
        raise Forbidden(_("只有责任部门、责任人和活动办可以改关联，已销号的卡片不能再改。"))
    record(card, "rectification:link", by=by)
    here = or_(Link.card_id == card.id, Link.other_id == card.id)
    if (db.session.scalar(select(func.count()).select_from(Link).where(here)) or 0) >= MOST_LINKS:
        raise Invalid(_("一张卡片最多 50 条关联，请先取消不用的。"))


def _add(card: Card, link: Link, told: str, by: User) -> None:
    """Of another card the history tells the number alone: not everybody may know its words."""
    link.added_by, link.added_at = by.id, clock.now()
    db.session.add(link)
    remember(card, EventKind.LINK, by=by).changes = [["link added", "", told]]
