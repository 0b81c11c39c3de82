"""Self-reviews in lists: of a meeting, of a person, of a unit and those under it."""

from collections.abc import Sequence
from datetime import datetime

from intranet.models import Unit, User
from plugins.democratic_life.models import Meeting, Review
from plugins.democratic_life.queries.meetings import counted_in, in_use
from plugins.democratic_life.queries.reviews import FEW, LINES, MOST, PAGE, Line, has_reached, lines
from plugins.democratic_life.wording import PASSED


def lines_of(meeting: Meeting) -> list[Line]:
    return lines(LINES.where(Review.meeting_id == meeting.id).limit(FEW))


def written_by(user: User) -> list[Line]:
    return lines(LINES.where(in_use(), Review.writer_id == user.id).limit(PAGE))


def reviewed_by(user: User) -> list[Line]:
    """Those that are with this person come first."""
    found = lines(LINES.where(in_use(), has_reached(user)).limit(PAGE))
    return sorted(found, key=lambda line: line.place is None or line.place.user_id != user.id)


def reviews_under(user: User, unit: Unit, page: int, *, is_passed: bool | None) -> list[Line]:
    """A page of them, the newest meeting first; one more than a page says there is another."""
    query = LINES.where(counted_in(user, unit))
    if is_passed is not None:
        known = Review.state.in_(PASSED)
        query = query.where(known if is_passed else ~known)
    return lines(query.limit(PAGE + 1).offset((page - 1) * PAGE))


def dated(units: Sequence[Unit], start: datetime, end: datetime) -> list[Line]:
    """Of meetings of these units that are held between these moments. One query."""
    held = LINES.where(Meeting.meets_at >= start, Meeting.meets_at < end).limit(MOST)
    return lines(held.where(Meeting.unit_id.in_([unit.id for unit in units])))
