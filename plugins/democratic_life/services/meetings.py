"""Planning a meeting: what it is about, when and where, who sits in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select

from intranet import audit, clock
from intranet.db import change
from intranet.errors import Conflict, Invalid
from intranet.extensions import db
from intranet.models import Unit, User
from intranet.organisation import organisation
from intranet.web import in_language
from intranet.wording import listed
from plugins.democratic_life.models import Meeting, Seat
from plugins.democratic_life.queries.handover import raised_in
from plugins.democratic_life.queries.meetings import Found, previous_seats
from plugins.democratic_life.queries.people import members_of, roster_of
from plugins.democratic_life.services.telling import home
from plugins.democratic_life.wording import AGENDA, STATE_TITLES, Kind, State

MOST_SEATS = 100
ROSTER, MEMBERS, LAST = "roster", "members", "last"
"""Where seats are taken over from."""


def plan_meeting(
    unit: Unit, values: Mapping[str, Any], *, by: User, again_of: Meeting | None = None
) -> Meeting:
    """A new meeting with its usual agenda; those who belong to it are seated at once.

    `again_of`: with the agenda and the people of that one.
    """
    meeting = Meeting(unit_id=unit.id, created_by=by.id, created_at=clock.now(), **values)
    meeting.again_of_id = again_of.id if again_of else None
    meeting.agenda = list(again_of.agenda) if again_of else _usual_agenda()
    meeting.state = State.PREPARING
    db.session.add(meeting)
    db.session.flush()
    source = MEMBERS if meeting.kind is Kind.ORGANISATIONAL else ROSTER
    _seat_from(meeting, unit, LAST if again_of else source)
    record(meeting, "meeting", by)
    return meeting


def _usual_agenda() -> list[str]:
    """Chinese, as the papers are."""
    with in_language("zh"):
        return [str(item) for item in AGENDA]


def change_meeting(found: Found, values: Mapping[str, Any], *, version: int, by: User) -> None:
    """What was planned, as long as it has not been handed in."""
    _only_while_preparing(found)
    meeting = found.meeting
    change(
        meeting, version, Meeting.state == State.PREPARING, too_late=lambda: what_happened(meeting), **values
    )
    record(meeting, "meeting", by)


def delete_meeting(found: Found, *, version: int, by: User) -> None:
    """What was never handed in goes with all that hangs on it, self-reviews and their sealed texts too."""
    meeting = found.meeting
    if not found.may_edit:
        raise Conflict(_("方案已经报上去了，不能删；不开了，先撤回再删。"))
    if raised_in(meeting):
        raise Conflict(_("这次会议已经有问题转交整改，不能删。"))
    change(meeting, version, Meeting.state == State.PREPARING, too_late=lambda: what_happened(meeting))
    record(meeting, "delete", by)
    db.session.execute(delete(Meeting).where(Meeting.id == meeting.id))


def _only_while_preparing(found: Found) -> None:
    if not found.may_edit:
        raise Conflict(_("方案已经报上去了；要改先撤回，改好重新报批。"))


# Who sits in it -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """A seat as somebody typed it."""

    user_id: int
    duty: str = ""
    charges: str = ""
    is_chief: bool = False


def save_seats(found: Found, places: Sequence[Place], *, version: int, by: User) -> None:
    """These, in this order, and nobody else."""
    _set_seats(found, places, version)
    record(found.meeting, "seats", by, count=len(places))


def take_over(found: Found, source: str, places: Sequence[Place], *, version: int, by: User) -> int:
    """These as they were typed, and behind them whom the roster, the unit or the last meeting adds."""
    _set_seats(found, places, version)
    added = _seat_from(found.meeting, found.unit, source)
    record(found.meeting, "seats", by, count=len(places) + added)
    return added


def _set_seats(found: Found, places: Sequence[Place], version: int) -> None:
    _only_while_preparing(found)
    meeting = found.meeting
    if len({place.user_id for place in places}) != len(places):
        raise Invalid(_("同一个人只能有一个席位。"))
    change(meeting, version, Meeting.state == State.PREPARING, too_late=lambda: what_happened(meeting))
    db.session.execute(delete(Seat).where(Seat.meeting_id == meeting.id))
    _add_seats(meeting, places, 0)


def _seat_from(meeting: Meeting, unit: Unit, source: str) -> int:
    there = set(db.session.scalars(select(Seat.user_id).where(Seat.meeting_id == meeting.id)))
    new = [place for place in _places(meeting, unit, source) if place.user_id not in there]
    _add_seats(meeting, new, len(there))
    return len(new)


def _add_seats(meeting: Meeting, places: Sequence[Place], first: int) -> None:
    if first + len(places) > MOST_SEATS:
        raise Invalid(_("参加会议的人最多 %(n)s 位，请分开召开。", n=MOST_SEATS))
    for number, place in enumerate(places, first):
        seat = Seat(meeting_id=meeting.id, user_id=place.user_id, duty=place.duty, charges=place.charges)
        seat.is_chief, seat.place = place.is_chief, number
        db.session.add(seat)
    db.session.flush()


def _places(meeting: Meeting, unit: Unit, source: str) -> list[Place]:
    if source == LAST:
        seats = previous_seats(unit, meeting)
        return [Place(seat.user_id, seat.duty, seat.charges, seat.is_chief) for seat in seats]
    posts = members_of(unit) if source == MEMBERS else roster_of(unit, clock.today())
    known = organisation().by_id
    return [
        Place(
            post.user_id,
            post.duty,
            listed(known[key].name for key in post.charges if key in known)[:300],
            post.is_chief,
        )
        for post in posts
    ]


def what_happened(meeting: Meeting) -> str:
    state = str(STATE_TITLES[meeting.state])
    return str(_("这次会议刚刚有了变化，现在是“%(state)s”，请刷新页面查看后再办理。", state=state))


def record(meeting: Meeting, deed: str, by: User, /, **detail: object) -> None:
    """The entry in the audit log: in which meeting, by kind and day. No words of the unit."""
    subject = f"democratic_life_meeting:{meeting.id}"
    audit.record(by, f"democratic_life:{deed}", subject, unit=home(meeting), **which(meeting), **detail)


def which(meeting: Meeting) -> dict[str, object]:
    """What tells one meeting from another, and is no word of the unit."""
    day = clock.local(meeting.meets_at).date() if meeting.meets_at else ""
    return {"meeting": meeting.kind, "meets_on": day}
