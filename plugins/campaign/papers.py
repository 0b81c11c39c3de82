"""The schedule as people take it away: the rows of an Excel table and the words of a Word file."""

from collections.abc import Mapping, Sequence
from datetime import date

from flask_babel import lazy_gettext as _l

from intranet.documents.excel import Column
from intranet.wording import spelt
from plugins.campaign.models import Phase, Plan
from plugins.campaign.queries.plans import Scheduled
from plugins.campaign.states import WORDS

COLUMNS = (
    Column(_l("序号"), 5, int),
    Column(_l("环节"), 16),
    Column(_l("内容"), 36),
    Column(_l("开始日期"), 12, date),
    Column(_l("结束日期"), 12, date),
    Column(_l("方案所写时间"), 16),
    Column(_l("责任单位"), 22),
    Column(_l("状态"), 8),
    Column(_l("实际完成"), 12, date),
    Column(_l("取消原因"), 12),
)


def as_cells(rows: Sequence[Scheduled], phases: Mapping[int, str]) -> list[tuple[object, ...]]:
    """In the order of COLUMNS."""
    return [
        (
            row.activity.row,
            phases.get(row.activity.phase_id or 0, ""),
            row.activity.title,
            row.activity.start_on,
            row.activity.end_on,
            row.activity.time_text,
            _units(row),
            str(WORDS[row.state]),
            row.ended_on,
            row.activity.cancelled_reason,
        )
        for row in rows
    ]


def as_words(plan: Plan, rows: Sequence[Scheduled], phases: Sequence[Phase]) -> dict[str, object]:
    """What the template names: title, unit, phases and rows. Always Chinese, as the document is."""
    return {
        "title": plan.title,
        "unit": plan.unit.name,
        "phases": [{"title": phase.title, "time": _period(phase.start_on, phase.end_on)} for phase in phases],
        "rows": [
            {
                "number": row.activity.row or "",
                "title": row.activity.title,
                "time": row.activity.own_words or _period(row.activity.start_on, row.activity.end_on),
                "units": _units(row),
                "state": str(WORDS[row.state]),
            }
            for row in rows
        ],
    }


def _units(row: Scheduled) -> str:
    """As the plan names them; of an activity added by hand the units that have duties."""
    return row.activity.units_text or "、".join(share.name for share in row.shares)


def _period(start: date | None, end: date | None) -> str:
    if start and end and start != end:
        same_year = start.year == end.year
        return f"{spelt(start)}至{spelt(end)[5:] if same_year else spelt(end)}"
    if start and not end:
        return f"{spelt(start)}起"
    return (spelt(end) if start else f"{spelt(end)}前") if end else "时间待定"
