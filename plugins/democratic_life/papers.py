"""What people take away, as the words its templates name. Always Chinese, as the papers are."""

from datetime import timedelta

from intranet import clock
from intranet.organisation import organisation
from intranet.web import in_language
from plugins.democratic_life.drafts import names_of, spelt, spelt_moment
from plugins.democratic_life.models import Paper
from plugins.democratic_life.queries.meetings import Found, Sitter
from plugins.democratic_life.wording import ATTENDANCE_TITLES, KIND_TITLES, PaperKind, State

LASTS = timedelta(hours=3)
"""What a calendar shows as its length; nobody plans the end of such a meeting."""
UNSETTLED = (State.PREPARING, State.SUBMITTED)
"""The day may still change, or has been taken back."""


def plain_words(found: Found) -> dict[str, object]:
    """Of 通知, 议程 and 签到表."""
    meeting = found.meeting
    with in_language("zh"):
        kind = str(KIND_TITLES[meeting.kind])
    return {
        "unit": found.unit.name,
        "name": meeting.name,
        "kind": kind,
        "theme": meeting.theme,
        "when": spelt_moment(meeting.meets_at),
        "place": meeting.place,
        "chair": found.chair or "",
        "recorder": found.recorder or "",
        "people": names_of([sitter.name for sitter in found.sitters]),
        "observers": meeting.observers or "无",
        "items": [f"{number}. {item}" for number, item in enumerate(meeting.agenda, 1)],
        "rows": [_row(number, sitter) for number, sitter in enumerate(found.sitters, 1)],
        "expected": len(found.sitters),
        "came": len(found.present),
        "day": spelt(clock.local(meeting.noticed_at or clock.now()).date()),
    }


def _row(number: int, sitter: Sitter) -> dict[str, object]:
    seat = sitter.seat
    with in_language("zh"):
        mark = str(ATTENDANCE_TITLES[seat.attendance]) if seat.attendance else ""
    note = f"{mark}：{seat.reason}" if seat.reason else mark
    return {"number": number, "name": sitter.name, "duty": seat.duty, "signed": "", "mark": note}


def minutes_words(found: Found, text: str) -> dict[str, object]:
    """Its first line is its title if it calls itself a record, as the draft's does."""
    first, *rest = text.strip().splitlines() or [""]
    title, lines = f"{found.meeting.name}记录", [first, *rest]
    if first.strip().endswith("记录"):
        title, lines = first.strip(), rest
    lines = [line.strip() for line in lines if line.strip()]
    return {"unit": found.unit.name, "name": found.meeting.name, "title": title, "lines": lines}


def sent_words(found: Found, paper: Paper) -> dict[str, object]:
    """Of 情况报告 and 通报: of the day it went out, until then of the day it was written."""
    lines = [line.strip() for line in paper.body.splitlines() if line.strip()]
    meeting = found.meeting
    out = meeting.reported_at if paper.kind is PaperKind.REPORT else meeting.announced_at
    day = clock.local(out or paper.written_at).date()
    above = organisation().by_id.get(found.unit.parent_id or 0)
    to = above.name if above else "上级党组织"
    return {"unit": found.unit.name, "to": to, "name": meeting.name, "lines": lines, "day": spelt(day)}


def invitation(found: Found) -> bytes:
    """An iCalendar file (RFC 5545) with this one event."""
    from icalendar import Calendar, Event  # noqa: PLC0415 - it is read for the first who needs it

    meeting, calendar, event = found.meeting, Calendar(), Event()
    starts = meeting.meets_at or clock.now()
    calendar.add("prodid", "-//Hospital intranet//Meetings//ZH")
    calendar.add("version", "2.0")
    event.add("uid", f"democratic-life-{meeting.id}-{meeting.created_at:%Y%m%d%H%M%S}@intranet")
    event.add("dtstamp", clock.now().replace(microsecond=0))
    event.add("sequence", meeting.version)
    event.add("status", "TENTATIVE" if meeting.state in UNSETTLED else "CONFIRMED")
    event.add("dtstart", starts)
    event.add("dtend", starts + LASTS)
    event.add("summary", meeting.name)
    event.add("location", meeting.place)
    calendar.add_component(event)
    return bytes(calendar.to_ical())
