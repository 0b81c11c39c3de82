"""关注: to be told what becomes of a card."""

from intranet.extensions import db
from intranet.models import User
from plugins.rectification.models import Card, Watch
from plugins.rectification.services.history import record


def set_watching(card: Card, *, watching: bool, by: User) -> None:
    """A second time changes nothing."""
    record(card, "rectification:watch", by=by)
    there = db.session.get(Watch, (card.id, by.id))
    if watching and there is None:
        db.session.add(Watch(card_id=card.id, user_id=by.id))
    elif there is not None and not watching:
        db.session.delete(there)
