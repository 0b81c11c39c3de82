"""One comment of a card."""

from sqlalchemy import select

from intranet.extensions import db
from plugins.rectification.models import Card, Comment


def comment_of(card: Card, comment_id: int) -> Comment | None:
    """What was taken back is no longer there."""
    query = select(Comment).where(Comment.card_id == card.id, Comment.id == comment_id)
    return db.session.scalar(query.where(Comment.removed_at.is_(None)))
