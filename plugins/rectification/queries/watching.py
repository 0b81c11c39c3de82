"""Who wants to hear of a card."""

from sqlalchemy import bindparam, select

from intranet.asking import ask
from intranet.models import User
from plugins.rectification.models import Card, Watch

WATCHERS = (
    select(User.id, User.name)
    .join(Watch, Watch.user_id == User.id)
    .where(Watch.card_id == bindparam("card"))
    .order_by(User.name, User.id)
)
"""Every move asks it, so it is built once."""


def watchers_of(card: Card) -> dict[int, str]:
    """By id their names."""
    return dict(ask(WATCHERS, {"card": card.id}))
