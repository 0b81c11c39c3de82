"""Whose task books there are, and what stands in one."""

from sqlalchemy import Select, func, select, tuple_

from intranet.extensions import db
from intranet.models import User
from plugins.rectification.models import Card, Event
from plugins.rectification.queries.details import AGAIN
from plugins.rectification.queries.ledger import Entry, entries
from plugins.rectification.queries.scope import Scope
from plugins.rectification.stages import OPEN_STAGES
from plugins.rectification.wording import EventKind, Sheet


def open_by_leader(scope: Scope) -> list[tuple[int, str, int]]:
    """Leaders with the number of their open cards in these units."""
    query = (
        select(User.id, User.name, func.count())
        .join(Card, Card.leader_id == User.id)
        .where(Card.unit_id.in_(list(scope.units)), Card.stage.in_(OPEN_STAGES))
        .group_by(User.id, User.name)
        .order_by(User.name, User.id)
    )
    return [(user_id, name, number) for user_id, name, number in db.session.execute(query)]


def open_cards(scope: Scope, leader_id: int | None, most: int) -> list[Entry]:
    """Open cards of these units, of one leader only if one is named: unit by unit, the next due first."""
    chosen = (
        _chosen(scope, leader_id).order_by(Card.unit_id, Card.due_on.asc().nulls_last(), Card.id).limit(most)
    )
    ids = list(db.session.scalars(chosen))
    found = entries(select(Card.id).where(Card.id.in_(ids)), Sheet.LEDGER)
    return [found[card_id] for card_id in ids if card_id in found]


def _chosen(scope: Scope, leader_id: int | None) -> Select[int]:
    query = select(Card.id).where(Card.unit_id.in_(list(scope.units)), Card.stage.in_(OPEN_STAGES))
    return query.where(Card.leader_id == leader_id) if leader_id else query


def begun_again(found: list[Entry]) -> dict[int, Event]:
    """By card: the relapse, or what had to be done again, with which its present round began."""
    ids = [entry.card.id for entry in found if entry.card.round > 1]
    begins = tuple_(Event.from_stage, Event.to_stage).in_(AGAIN)
    query = select(Event).where(Event.card_id.in_(ids), Event.kind == EventKind.MOVED, begins)
    return {event.card_id: event for event in db.session.scalars(query.order_by(Event.id))}


def names_of(found: list[Entry]) -> dict[int, str]:
    """Who is responsible, by id."""
    ids = {entry.card.user_id for entry in found if entry.card.user_id}
    return dict(db.session.execute(select(User.id, User.name).where(User.id.in_(ids))).all())
