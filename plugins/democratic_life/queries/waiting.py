"""Meetings that want something done, of a person and of units: one query each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Integer, bindparam, or_, select

from intranet import clock
from intranet.asking import ask, attached, columns_of
from intranet.extensions import db
from intranet.gate import open_units
from intranet.ids import among, given
from intranet.models import Unit, User
from intranet.permissions import allowed
from plugins.democratic_life.models import Meeting, Seat
from plugins.democratic_life.queries.meetings import PLUGIN, at_work, may_agree, sits_in
from plugins.democratic_life.steps import PREPARE
from plugins.democratic_life.wording import State

MOST = 100
USER = bindparam("user", type_=Integer)
SITS = sits_in(USER)
# Built once: every home page asks it, and building costs more than asking.
WAITING = (
    select(SITS, *columns_of(Meeting))
    .where(Meeting.state != State.CLOSED)
    .where(or_(SITS, among(Meeting.unit_id, given("units")), Meeting.created_by == USER))
    .order_by(Meeting.id.desc())
    .limit(MOST)
)
WIDEST = timedelta(days=90)
"""No day count is larger, so what is due in a span of days belongs to a meeting within this of it."""


@dataclass(frozen=True, slots=True)
class Due:
    """What a meeting wants next, and by when. `what` is the step it waits for."""

    what: str
    day: date | None
    is_done: bool = False


def day_of(meeting: Meeting) -> date | None:
    return clock.local(meeting.meets_at).date() if meeting.meets_at else None


def dues_of(meeting: Meeting) -> list[Due]:
    """In the order they come: plan, notice, meeting, report, circular. A meeting that is over wants none."""
    day = day_of(meeting)
    days = (
        ("submit", -meeting.plan_days, meeting.submitted_at),
        ("notify", -meeting.notice_days, meeting.noticed_at),
        ("begin", 0, meeting.held_at),
        ("report", meeting.report_days, meeting.reported_at),
        ("announce", meeting.announce_days, meeting.announced_at),
    )
    is_over = meeting.state is State.CLOSED
    return [
        Due(what, day + timedelta(n) if day else None, is_over or done is not None) for what, n, done in days
    ]


NEXT: dict[State, str] = {
    State.PREPARING: "submit",
    State.SUBMITTED: "agree",
    State.HELD: "record",
    State.RECORDED: "report",
    State.REPORTED: "announce",
    State.ANNOUNCED: "correct",
    State.CORRECTING: "close",
}


def next_of(meeting: Meeting) -> Due:
    """The step it waits for now."""
    what = NEXT.get(meeting.state) or ("begin" if meeting.noticed_at else "notify")
    by_name = {due.what: due.day for due in dues_of(meeting)}
    same = {"agree": "begin", "record": "report", "correct": "announce"}
    return Due(what, by_name.get(same.get(what, what)))


def waiting_for(user: User, units: Sequence[Unit]) -> list[tuple[Meeting, Due]]:
    """What this person has a hand in next: they keep it, agree to it, or sit in it."""
    kept = {unit.id for unit in units if allowed(user, PREPARE, unit)}
    below = {each.id: each for unit in units for each in open_units(PLUGIN, unit, user)}
    above = {key for key, unit in below.items() if may_agree(user, unit)}
    rows = ask(WAITING, {"user": user.id, "units": kept | above})
    there, read = at_work(), [(attached(Meeting, row), bool(sits)) for sits, *row in rows]
    found = [(meeting, next_of(meeting), sits) for meeting, sits in read if meeting.unit_id in there]
    return [
        (meeting, due) for meeting, due, sits in found if _is_mine(meeting, due, user, kept, above, sits=sits)
    ]


def _is_mine(  # noqa: PLR0913 - what a person can be to a meeting
    meeting: Meeting, due: Due, user: User, kept: set[int], above: set[int], *, sits: bool
) -> bool:
    if due.what == "agree":
        return meeting.unit_id in above and not sits
    keeps = meeting.unit_id in kept or meeting.recorder_id == user.id
    if due.what == "record":
        return user.id in {meeting.chair_id, meeting.recorder_id}
    return keeps or (due.what == "begin" and sits)


def dated(units: Sequence[Unit], start: date, end: date) -> list[tuple[Meeting, list[int]]]:
    """Meetings of these units with something due about then, with those who sit in them. One query."""
    first, last = (_begins(day) for day in (start - WIDEST, end + WIDEST))
    query = select(Meeting, Seat.user_id).outerjoin(Seat, Seat.meeting_id == Meeting.id)
    query = query.where(Meeting.unit_id.in_([unit.id for unit in units]))
    query = query.where(Meeting.meets_at >= first, Meeting.meets_at < last)
    found: dict[int, tuple[Meeting, list[int]]] = {}
    for meeting, user_id in db.session.execute(query.order_by(Meeting.id, Seat.user_id)):
        found.setdefault(meeting.id, (meeting, []))[1].extend([user_id] if user_id else [])
    return list(found.values())


def _begins(day: date) -> datetime:
    return datetime.combine(day, time(), clock.ZONE)
