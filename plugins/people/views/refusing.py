"""A form whose matter is refused comes back with the sentence, and nothing has happened."""

from collections.abc import Callable

from intranet.contracts import Text
from intranet.errors import Invalid
from intranet.extensions import db


def refusal_of(act: Callable[[], object]) -> Text | None:
    """Does it, or takes it back and says why not."""
    try:
        act()
    except Invalid as refusal:
        db.session.rollback()
        return refusal.message
    return None
