"""What goes on paper: the rows of the ledger, and the words of the Word files, which are always Chinese."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import Row

from intranet import clock
from intranet.documents.excel import Column
from intranet.wording import spelt
from plugins.study_logs.models import TENTHS, Attendance, Makeup, Session, Sitting
from plugins.study_logs.queries.listing import Line
from plugins.study_logs.queries.roster import Counts
from plugins.study_logs.wording import ATTENDED, MAKEUP_TITLES, MARK_TITLES, OWING, MakeupState, Mark

Rows = Sequence[Row[Attendance, str, Makeup | None]]
COLUMNS = (
    Column(_l("序号"), 5, int),
    Column(_l("日期"), 11, date),
    Column(_l("登记单位"), 12),
    Column(_l("形式"), 10),
    Column(_l("主题"), 26),
    Column(_l("学习内容"), 26),
    Column(_l("主持人"), 8),
    Column(_l("主讲人"), 8),
    Column(_l("记录人"), 8),
    Column(_l("学时"), 6),
    Column(_l("应到"), 6, int),
    Column(_l("实到"), 6, int),
    Column(_l("补课未结"), 8, int),
    Column(_l("环节"), 8),
)


def as_cells(lines: Sequence[Line], names: Mapping[int, str]) -> list[tuple[object, ...]]:
    """In the order of COLUMNS."""
    return [
        (
            number,
            line.session.day,
            names.get(line.session.unit_id, ""),
            str(line.session.form_title),
            line.session.title,
            line.session.content,
            line.session.host,
            line.session.speaker,
            line.session.clerk,
            f"{line.session.hours:g}",
            line.expected,
            line.came,
            line.owing,
            str(line.session.stage_title),
        )
        for number, line in enumerate(lines, 1)
    ]


def session_words(  # noqa: PLR0913 - what the two forms show
    session: Session,
    unit: str,
    *,
    sittings: Sequence[Sitting],
    invited: Sequence[str],
    counts: Counts,
    rows: Rows,
    names: Mapping[int, str],
) -> dict[str, object]:
    """What the templates of sign-in sheet and record form name."""
    return {
        "title": session.title,
        "unit": unit,
        "form": str(session.form_title),
        "day": spelt(session.day),
        "times": "；".join(_sitting(sitting) for sitting in sittings),
        "host": session.host,
        "clerk": session.clerk,
        "speaker": session.speaker,
        "hours": f"{session.tenths / TENTHS:g}",
        "invited": "、".join(invited),
        "content": session.content,
        "speeches": session.speeches.splitlines(),
        "expected": counts.expected,
        "came": counts.came,
        "absent": _absent(counts),
        "absentees": [_absentee(row, name, makeup) for row, name, makeup in rows if row.mark in OWING],
        "rows": [_row(number, row, name, names) for number, (row, name, _m) in enumerate(rows, 1)],
    }


def _absent(counts: Counts) -> str:
    told = [f"{MARK_TITLES[mark]} {number} 人" for mark, number in counts.marks.items() if mark in OWING]
    return "，".join(told) or "无"


def _absentee(row: Attendance, name: str, makeup: Makeup | None) -> str:
    told = [str(MARK_TITLES[row.mark or Mark.ABSENT]), row.reason]
    told += [f"批准人 {row.approver}"] if row.approver else []
    told += [str(MAKEUP_TITLES[makeup.state])] if makeup else []
    return f"{name}（{'，'.join(filter(None, told))}）"


def _row(number: int, row: Attendance, name: str, names: Mapping[int, str]) -> dict[str, object]:
    signed = _clock(row.signed_at) if row.signed_at and row.mark in ATTENDED else ""
    mark = str(MARK_TITLES[row.mark]) if row.mark else ""
    unit = names.get(row.unit_id, "")
    return {"number": number, "name": name, "unit": unit, "mark": mark, "signed": signed, "note": row.reason}


def _sitting(sitting: Sitting) -> str:
    day = clock.local(sitting.starts_at).date()
    place = f" {sitting.place}" if sitting.place else ""
    return f"{spelt(day)} {_clock(sitting.starts_at)}—{_clock(sitting.ends_at)}{place}"


def _clock(moment: datetime) -> str:
    return f"{clock.local(moment):%H:%M}"


def circular_words(
    unit: str,
    span: tuple[date, date],
    lines: Sequence[Line],
    absent: Sequence[Row[Session, Attendance, str, MakeupState]],
    names: Mapping[int, str],
) -> dict[str, object]:
    """What the template of the circular names."""
    start, end = span
    expected, came = sum(line.expected for line in lines), sum(line.came for line in lines)
    return {
        "unit": unit,
        "quarter": f"{start.year}年第{'一二三四'[(start.month - 1) // 3]}季度",
        "span": f"{spelt(start)}至{spelt(end)}",
        "number": len(lines),
        "hours": f"{sum(line.session.tenths for line in lines) / TENTHS:g}",
        "expected": expected,
        "came": came,
        "rate": f"{100 * came / expected:.1f}%" if expected else "—",
        "open": sum(line.owing for line in lines),
        "sessions": [_line(number, line, names) for number, line in enumerate(lines, 1)],
        "absentees": [_missed(number, row, names) for number, row in enumerate(absent, 1)],
        "day": spelt(clock.today()),
    }


def _line(number: int, line: Line, names: Mapping[int, str]) -> dict[str, object]:
    session = line.session
    return {
        "number": number,
        "day": spelt(session.day),
        "title": session.title,
        "form": str(session.form_title),
        "unit": names.get(session.unit_id, ""),
        "came": f"{line.came}/{line.expected}",
    }


def _missed(
    number: int, row: Row[Session, Attendance, str, MakeupState], names: Mapping[int, str]
) -> dict[str, object]:
    session, attendance, name, state = row
    return {
        "number": number,
        "name": name,
        "unit": names.get(attendance.unit_id, ""),
        "day": spelt(session.day),
        "title": session.title,
        "mark": str(MARK_TITLES[attendance.mark or Mark.ABSENT]),
        "makeup": str(MAKEUP_TITLES[state]),
    }
