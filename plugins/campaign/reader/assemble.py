"""From the lines of one document to everything understood in it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from . import phases, prose, runs, schedule
from .acts import Act
from .documents import Part
from .draft import Draft, dated, dated_in_order
from .glyphs import plain
from .headers import Role, is_ledger
from .ledgers import find_ledger
from .lines import Line
from .model import Document, Entry, Remark, remark
from .notices import topic_of
from .stamps import is_furniture, plans_nothing
from .tables import Table, find_tables
from .years import YearFound, find_year

_LATE = 11
_LOOKS_BACK = re.compile(r"总结|报告|讲话|发言|汇报|小结")
_MASKED_RUN = re.compile(r"(?:自|从)?[*×xX]{1,4}年\d{1,2}月份?(?:以来|开始)")
_NOTHING = remark("没有找到阶段、活动或整改事项，请检查文件内容，或直接在页面上录入。")


@dataclass(frozen=True, slots=True)
class Understood:
    """The drafts of one document, before its year is applied."""

    headings: tuple[Draft, ...]
    runs: tuple[Draft, ...]
    schedules: tuple[tuple[Draft, ...], ...]
    told: tuple[Draft, ...]
    rectifications: tuple[Draft, ...]


def understand(
    part: Part, *, given: int | None, foreword: Sequence[Line] = (), neighbour: int | None = None
) -> Document:
    """Read one document; without a year of its own it takes its neighbour's, with a warning."""
    found = find_year(part.lines, part.title, given=given, foreword=foreword)
    found = _from_neighbour(found, neighbour)
    looks_back = _LOOKS_BACK.search(plain(part.title).text) is not None
    drafts = _drafts(part.lines, prose.Setting(topic_of(part.title), looks_back=looks_back))
    entries = _Entries(drafts, found, looks_back=looks_back)
    return Document(
        title=part.title,
        year=found.year,
        year_basis=found.basis,
        phases=entries.phases,
        activities=entries.activities,
        rectifications=entries.rectifications,
        warnings=(*found.doubts, *_masked_runs(part.lines), *entries.warnings()),
        first_line=part.lines[0].number,
        last_line=part.lines[-1].number,
    )


def _from_neighbour(found: YearFound, neighbour: int | None) -> YearFound:
    is_firm = found.basis is not None and not found.basis.words.startswith("活动开展")
    if is_firm or neighbour is None:
        return found
    doubt = remark("这一篇没有写明年份，按同一文件里另一篇的{}年理解，请核对。", neighbour)
    basis = remark("同一文件里另一篇的年份{}年", neighbour)
    return YearFound(neighbour, basis, found.signed, (doubt,))


def _drafts(lines: Sequence[Line], setting: prose.Setting) -> Understood:
    tables = find_tables([line for line in lines if not is_furniture(line)])
    in_tables = {number for table in tables for number in table.lines}
    text = [line for line in lines if line.number not in in_tables and not plans_nothing(line)]
    ledger = find_ledger(text)
    text = [line for line in text if line.number not in ledger.lines]
    headings = phases.find_headings(text)
    spans = [run for line in text for run in runs.campaign_runs(line)]
    taken = {heading.taken for heading in headings if heading.taken}
    taken |= {(run.line, time.start) for run, time in spans}
    acts = list(prose.tell(text, taken, setting))
    whole = [run for run, _ in spans] or [
        replace(act.draft, title=runs.NAMELESS) for act in acts if _spans_campaign(act)
    ]
    acts = [act for act in acts if not _spans_campaign(act)]
    return Understood(
        headings=_named_phases(headings, tables, text),
        runs=tuple(whole[:1]),
        schedules=tuple(tuple(schedule.activities(t)) for t in tables if not is_ledger(t.roles)),
        told=tuple(act.draft for act in acts if not act.is_rectification),
        rectifications=(
            *schedule.ledger_items(tables),
            *ledger.items,
            *(act.draft for act in acts if act.is_rectification),
        ),
    )


def _named_phases(
    headings: Sequence[phases.Heading], tables: Sequence[Table], text: Sequence[Line]
) -> tuple[Draft, ...]:
    """Take phases from headings; else from a column of their own; else from one sentence."""
    drafts = [heading.draft for heading in headings]
    return tuple(drafts or _from_tables(tables) or phases.listed(text))


def _spans_campaign(act: Act) -> bool:
    """Under 时间安排 a range is the time of the whole campaign, not of an act."""
    time = act.draft.time
    is_range = time is not None and (len(time.stretches) > 1 or time.lasts)
    return is_range and prose.says_when(act.draft.title)


def _from_tables(tables: Iterable[Table]) -> list[Draft]:
    """Take phases from a column of their own."""
    found: dict[str, Draft] = {}
    for table in tables:
        if not table.has(Role.PHASE) or not table.has(Role.CONTENT, Role.NAME):
            continue
        for row in table.rows:
            name = "".join(table.cell(row, Role.PHASE).split())
            if name:
                found.setdefault(name, Draft(name, row.line))
    return list(found.values())


class _Entries:
    """The dated entries of one document."""

    def __init__(self, drafts: Understood, found: YearFound, *, looks_back: bool) -> None:
        year, signed = found.year, found.signed
        after = signed if signed and signed.month >= _LATE and not looks_back else None
        after = after if after and after.year == year else None
        self.phases = (*dated(drafts.runs, year=year), *dated_in_order(drafts.headings, year=year))
        self.activities = tuple(_sorted(drafts, year, after))
        self.rectifications = tuple(dated(drafts.rectifications, year=year))

    def warnings(self) -> Iterable[Remark]:
        """Repeat every doubt with a pointer to its entry."""
        groups = (
            (remark("阶段"), self.phases),
            (remark("活动"), self.activities),
            (remark("整改"), self.rectifications),
        )
        for kind, entries in groups:
            for entry in entries:
                yield from (remark("{}：{}", _pointer(kind, entry), doubt) for doubt in entry.doubts)
        if not any(entries for _, entries in groups):
            yield _NOTHING


def _sorted(drafts: Understood, year: int | None, after: date | None) -> list[Entry]:
    rows = [e for table in drafts.schedules for e in dated_in_order(table, year=year, after=after)]
    told = [entry for entry in dated(drafts.told, year=year) if not _is_history(entry, drafts, year)]
    return sorted([*rows, *told], key=lambda entry: entry.line)


def _is_history(entry: Entry, drafts: Understood, year: int | None) -> bool:
    """Tell an act of years before the plan: when the hospital was founded, say."""
    if year is None or entry.end is None:
        return False
    planned = [y for d in (*drafts.headings, *drafts.runs) if d.time for y in d.time.years]
    return entry.end.year < min([year, *planned]) - (0 if planned else 1)


def _pointer(kind: Remark, entry: Entry) -> Remark:
    place = remark("原文第{}行", entry.line) if entry.row is None else remark("表格第{}行", entry.row)
    title = entry.title if len(entry.title) <= 20 else f"{entry.title[:20]}…"  # noqa: PLR2004
    return remark("{}{}“{}”", place, kind, title)


def _masked_runs(lines: Sequence[Line]) -> Iterable[Remark]:
    for line in lines:
        match = _MASKED_RUN.match(line.plain.text) or _MASKED_RUN.search(line.plain.text[:60])
        if match is not None:
            shown = line.plain.verbatim(match.start(), match.end())
            yield remark("原文第{}行“{}”的年份被隐去，没有作为活动的总时间。", line.number, shown)
