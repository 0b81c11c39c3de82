"""What became of problems found elsewhere, as those who found them are told."""

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select

from intranet import clock
from intranet.contracts import Problem
from intranet.extensions import db
from intranet.gate import units_with
from intranet.models import User
from intranet.organisation import organisation
from intranet.permissions import may_enter
from plugins.rectification.models import Card


def outcomes(source: str, keys: list[str], user: User) -> list[Problem]:
    """Of those with a card: its number and stage, and its page for who may enter its unit."""
    query = select(Card).where(Card.source == source, Card.source_key.in_(keys))
    return [_outcome(card, user) for card in db.session.scalars(query.order_by(Card.id))]


def _outcome(card: Card, user: User) -> Problem:
    unit = organisation().by_id.get(card.unit_id)
    opens = unit is not None and may_enter(user, unit) and units_with("rectification", [unit])
    url = url_for("rectification.card", unit=unit.code, card_id=card.id) if unit and opens else ""
    title = _("整改卡片 %(number)s：%(stage)s", number=card.number, stage=str(card.stage_title))
    day = clock.local(card.opened_at).date()
    return Problem(card.source or "", card.source_key or "", title, url, day, card.due_on)
