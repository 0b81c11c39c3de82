"""Who wants to hear of a card."""

from sqlalchemy import select

from intranet.extensions import db
from intranet.models import User
from plugins.rectification.models import Card, Watch


def watchers_of(card: Card) -> dict[int, str]:
    """By id their names."""
    query = select(User.id, User.name).join(Watch, Watch.user_id == User.id)
    rows = db.session.execute(query.where(Watch.card_id == card.id).order_by(User.name, User.id))
    return dict(rows.all())
