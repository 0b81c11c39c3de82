"""会议记录: each saving is a text of its own, sealed; what stood there before stays to be compared."""

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from intranet import clock
from intranet.errors import Conflict
from intranet.extensions import db
from intranet.models import User
from intranet.sealing import seal, unseal
from plugins.democratic_life.models import Minutes
from plugins.democratic_life.queries.meetings import Found
from plugins.democratic_life.queries.said import minutes_of
from plugins.democratic_life.services.meetings import record, what_happened
from plugins.democratic_life.steps import CHAIR, RECORDER
from plugins.democratic_life.wording import State


def open_minutes(
    found: Found, *, by: User, deed: str = "read", number: int = 0
) -> tuple[Minutes | None, str]:
    """A text of it, the last one if none is asked for; and the entry that somebody looked."""
    record(found.meeting, deed, by)
    minutes = minutes_of(found.meeting, number)
    return minutes, text_of(minutes) if minutes else ""


def open_both(found: Found, pair: Sequence[Minutes], *, by: User) -> list[str]:
    """Two texts to compare, as one look."""
    record(found.meeting, "read", by)
    return [text_of(each) for each in pair]


def text_of(minutes: Minutes) -> str:
    return str(unseal(minutes).get("text", ""))


def may_write_minutes(found: Found) -> bool:
    return bool(found.parts & {CHAIR, RECORDER}) and found.meeting.state is State.HELD


def write_minutes(found: Found, text: str, *, version: int, by: User) -> None:
    """Beside what was saved before; `version` is the number of the text this person saw, 0 for none."""
    if not may_write_minutes(found):
        raise Conflict(_("会议记录由记录人和主持人在开会以后、定稿以前写。"))
    last = minutes_of(found.meeting)
    if last is None and version:
        raise Conflict(what_happened(found.meeting))
    if last and text_of(last) == text:
        return
    if (last.number if last else 0) != version:
        raise _late()
    minutes = Minutes(meeting_id=found.meeting.id, number=version + 1, key_id="", sealed=b"")
    minutes.written_by, minutes.written_at = by.id, clock.now()
    try:
        with db.session.begin_nested():
            db.session.add(minutes)
    except IntegrityError:
        raise _late() from None
    seal(minutes, {"text": text})
    record(found.meeting, "minutes", by)


def _late() -> Conflict:
    return Conflict(_("会议记录刚刚被别人改过，请核对以后再保存一次。"))
