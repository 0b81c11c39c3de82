"""How far the self-reviews of a meeting are."""

from sqlalchemy import func, select

from intranet.extensions import db
from plugins.democratic_life.models import Meeting, Review, Seat
from plugins.democratic_life.wording import PASSED, ReviewState


def reviews_passed(meeting: Meeting) -> tuple[int, int]:
    """How many the chain has agreed to, of how many there must be: one a seat, and the group's own."""
    passed = select(func.count()).where(Review.meeting_id == meeting.id, Review.state.in_(PASSED))
    seats = select(func.count()).where(Seat.meeting_id == meeting.id)
    row = db.session.execute(select(passed.scalar_subquery(), seats.scalar_subquery())).one()
    return row[0], row[1] + 1


def reviews_read_out(meeting: Meeting) -> frozenset[int | None]:
    """By author: what was filed may never have been read out, so it is not among them."""
    read = (ReviewState.READ_OUT, ReviewState.ADDED_TO)
    query = select(Review.author_id).where(Review.meeting_id == meeting.id, Review.state.in_(read))
    return frozenset(db.session.scalars(query))
