"""催办: once a day, to whoever has the card in hand; it stays in the card's history when notices are gone."""

from intranet.deadlines import urge
from intranet.models import Unit, User
from plugins.rectification.deadlines import deadline_of
from plugins.rectification.models import Card
from plugins.rectification.services.history import remember
from plugins.rectification.wording import EventKind


def urge_on(card: Card, unit: Unit, *, by: User) -> None:
    """Raises Conflict when it was done today, Invalid when there is nobody to tell."""
    urge("rectification", deadline_of(card, unit), by=by)
    remember(card, EventKind.URGED, by=by)
