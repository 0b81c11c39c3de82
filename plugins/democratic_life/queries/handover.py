"""What of a meeting went on to the board: the numbers and the plain words, nothing of who said what."""

from collections.abc import Sequence

from sqlalchemy import select

from intranet.extensions import db
from plugins.democratic_life.models import Meeting, Raised


def raised_in(meeting: Meeting) -> Sequence[Raised]:
    """All problems of this meeting, wherever in it they were named."""
    query = select(Raised).where(Raised.meeting_id == meeting.id)
    return db.session.scalars(query.order_by(Raised.id)).all()
