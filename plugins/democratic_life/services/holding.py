"""While a meeting is held: who is there, which item it is at, who was told afterwards."""

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import update

from intranet import clock
from intranet.db import change
from intranet.errors import Conflict, Forbidden, NotFound
from intranet.extensions import db
from intranet.models import User
from plugins.democratic_life.models import Meeting, Seat
from plugins.democratic_life.queries.meetings import Found, Sitter
from plugins.democratic_life.services.meetings import record, what_happened
from plugins.democratic_life.wording import PLANNING, Attendance, State


def attend(found: Found, user_id: int, attendance: Attendance | None, reason: str, *, by: User) -> None:
    """Takes attendance: who conducts the meeting for anybody, others for themselves that they are there."""
    sitter, meeting = sitter_of(found, user_id), found.meeting
    if meeting.state not in {State.AGREED, State.HELD}:
        raise Conflict(_("方案同意以后、记录定稿以前，才能签到。"))
    if attendance is Attendance.PRESENT and not found.is_open:
        raise Conflict(_("到会从开会那天起签；请假的现在就可以登记。"))
    is_own = user_id == by.id and attendance is Attendance.PRESENT
    if not (found.may_conduct or is_own):
        raise Forbidden(_("只能给自己签到；其他人的由主持人或记录人点。"))
    if attendance is Attendance.ABSENT and not reason:
        reason = sitter.seat.reason
    kept = reason if attendance is Attendance.ABSENT else ""
    mine = update(Seat).where(Seat.meeting_id == meeting.id, Seat.user_id == user_id)
    db.session.execute(mine.values(attendance=attendance, reason=kept, told_on=None))
    record(meeting, "attend", by, person=user_id, word=attendance or "-")


def sitter_of(found: Found, user_id: int) -> Sitter:
    for sitter in found.sitters:
        if sitter.user_id == user_id:
            return sitter
    raise NotFound(_("此人不在参加会议的人员里。"))


def tell_absent(found: Found, user_id: int, *, by: User) -> None:
    """What was said of somebody who was absent has been passed on to them, in person."""
    if not sitter_of(found, user_id).is_absent or found.meeting.state in PLANNING:
        raise Conflict(_("只有缺席的同志需要会后转告。"))
    if not found.may_keep and not found.may_read:
        raise Forbidden(_("转告由参加会议的人登记。"))
    mine = update(Seat).where(Seat.meeting_id == found.meeting.id, Seat.user_id == user_id)
    db.session.execute(mine.values(told_on=clock.today()))
    record(found.meeting, "told", by, person=user_id)


# Order of proceedings -------------------------------------------------------------------------------


def set_agenda(found: Found, items: Sequence[str], *, version: int, by: User) -> None:
    """Its items in their order, until the record is final."""
    meeting = found.meeting
    if not found.may_keep or meeting.state not in {*PLANNING, State.HELD}:
        raise Forbidden(_("议程由筹备会议的人在记录定稿以前修改。"))
    item = min(meeting.item, len(items) - 1)
    change(
        meeting,
        version,
        Meeting.state.in_([*PLANNING, State.HELD]),
        too_late=lambda: what_happened(meeting),
        agenda=list(items),
        item=item,
    )
    record(meeting, "agenda", by, count=len(items))


def go_to(found: Found, item: int, *, by: User) -> None:
    """The meeting is at this item now."""
    meeting = found.meeting
    if not found.may_conduct or meeting.state is not State.HELD:
        raise Forbidden(_("开会的时候，由主持人或记录人切换议程。"))
    if not 0 <= item < len(meeting.agenda):
        raise NotFound(_("没有这一项议程。"))
    now = clock.now()
    change(
        meeting,
        meeting.version,
        Meeting.state == State.HELD,
        too_late=lambda: what_happened(meeting),
        item=item,
        item_at=now,
    )
    record(meeting, "item", by, item=item + 1)
