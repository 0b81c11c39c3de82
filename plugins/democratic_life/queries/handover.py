"""What of a meeting went on to the board: the numbers and the plain words, nothing of who said what."""

from collections.abc import Sequence

from sqlalchemy import select

from intranet.extensions import db
from plugins.democratic_life.models import Meeting, Raised
from plugins.democratic_life.wording import PLANNING


def raised_in(meeting: Meeting) -> Sequence[Raised]:
    """All problems of this meeting, wherever in it they were named."""
    query = select(Raised).where(Raised.meeting_id == meeting.id)
    return db.session.scalars(query.order_by(Raised.id)).all()


def raised_before(meeting: Meeting) -> Sequence[Raised]:
    """The problems that earlier meetings of the same kind in this unit have passed on."""
    earlier = select(Meeting.id).where(
        Meeting.unit_id == meeting.unit_id,
        Meeting.kind == meeting.kind,
        Meeting.id < meeting.id,
        Meeting.state.not_in(PLANNING),
    )
    query = select(Raised).where(Raised.meeting_id.in_(earlier))
    return db.session.scalars(query.order_by(Raised.id.desc())).all()
