"""From the rows of a table to entries: one a row, and one more for a second time in a cell."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from .clauses import Piece, numbering, sentences
from .draft import Draft
from .glyphs import Plain, plain
from .headers import Role, is_ledger
from .model import remark
from .prose import counts
from .tables import Row, Table, row_number
from .times import Time, find_times
from .units import labelled_units, split_units

SECOND_TIME = remark("一行两个时间，已拆成两项")
_WHAT = (Role.CONTENT, Role.NAME, Role.MEASURE, Role.PHASE, Role.OTHER)
_INNER = re.compile(r"\((?P<time>[^()]{2,40})\)")
_EDGES = " ，,、：:；;"
_SHORTEST = 3
_AFTER_TIME = re.compile(r"(?:基本)?(?:完成|结束|前)?")


def ledger_items(tables: Sequence[Table]) -> list[Draft]:
    """Rectification items of every ledger."""
    return [draft for table in tables if is_ledger(table.roles) for draft in _items(table)]


def _items(table: Table) -> Iterator[Draft]:
    for place, row in enumerate(table.rows):
        title = "；".join(filter(None, dict.fromkeys(map(_joined, _item_cells(table, row)))))
        if title:
            cell = table.cell(row, Role.MEASURE)
            yield from _with_second_times(table, _draft(table, row, place, title), cell)


def _item_cells(table: Table, row: Row) -> list[str]:
    cells = [table.cell(row, Role.PROBLEM), table.cell(row, Role.MEASURE)]
    return cells if any(cells) else [table.cell(row, *_WHAT)]


def activities(table: Table) -> list[Draft]:
    """Activities of one schedule, in the order of its rows."""
    drafts: list[Draft] = []
    for place, row in enumerate(table.rows):
        title = table.cell(row, *_WHAT)
        if title and not _is_total(title) and not _is_section(table, row):
            drafts.extend(_with_second_times(table, _draft(table, row, place, _joined(title)), title))
    return drafts


def _is_section(table: Table, row: Row) -> bool:
    """Tell 一 专题学习 over rows 1, 2, 3: it only names what the rows below it share."""
    number = plain(table.cell(row, Role.NUMBER)).text
    if not number or number.strip("().、").isdecimal():
        return False
    says_more = table.cell(row, Role.TIME, Role.BEGIN, Role.UNITS, Role.PERSON)
    others = (plain(table.cell(other, Role.NUMBER)).text for other in table.rows)
    return not says_more and any(other.isdecimal() for other in others)


def _is_total(title: str) -> bool:
    return plain(title).text in {"合计", "总计", "小计"}


def _joined(cell: str) -> str:
    return " ".join(part.strip() for part in cell.split("\n") if part.strip())


def _draft(table: Table, row: Row, place: int, title: str) -> Draft:
    number = row_number(table.cell(row, Role.NUMBER))
    if number is None and table.has(Role.NUMBER) and _is_unnumbered(table):
        number = place + 1
    return Draft(title, row.line, _time_cell(table, row), units=_units(table, row), row=number)


def _is_unnumbered(table: Table) -> bool:
    """Word numbers rows by itself: the cells of the column are then empty in the file."""
    return not any(table.cell(row, Role.NUMBER) for row in table.rows)


def _time_cell(table: Table, row: Row) -> str | None:
    """Return the time as the row gives it; two columns for begin and end make one range."""
    begin, end = table.cell(row, Role.BEGIN), table.cell(row, Role.TIME)
    words = f"{begin}至{end}" if begin and end else begin or end
    return "".join(part.strip() for part in words.split("\n")) or None


def _units(table: Table, row: Row) -> tuple[str, ...]:
    """Departments first, then those who help; people only where no department is named."""
    departments = _in_columns(table, row, Role.UNITS, Role.HELPERS)
    if departments:
        return departments
    people = _in_columns(table, row, Role.PERSON)
    return people or labelled_units(plain(table.cell(row, *_WHAT)))


def _in_columns(table: Table, row: Row, *roles: Role) -> tuple[str, ...]:
    cells = [
        cell for wanted in roles for role, cell in zip(table.roles, row.cells, strict=True) if role is wanted
    ]
    return tuple(dict.fromkeys(name for cell in dict.fromkeys(cells) for name in split_units(cell)))


def _with_second_times(table: Table, draft: Draft, cell: str) -> Iterator[Draft]:
    """Yield the row, and each act in its content that has a time of its own."""
    has_column = table.has(Role.TIME, Role.BEGIN)
    inner = list(_inner_times(cell, 1 if has_column else 0))
    if draft.time_text is None and not has_column and len(inner) == 1:
        _, time, shown = inner[0]
        yield Draft(draft.title, draft.line, shown, time, draft.units, draft.row)
        return
    split = (SECOND_TIME,) if inner else ()
    yield Draft(draft.title, draft.line, draft.time_text, None, draft.units, draft.row, split)
    for title, time, shown in inner:
        yield Draft(title, draft.line, shown, time, draft.units, draft.row, (SECOND_TIME,))


def _inner_times(cell: str, first: int) -> Iterator[tuple[str, Time, str]]:
    """Acts in a cell with a time of their own: in brackets, or at their head from the `first` on."""
    words = plain(_joined(cell))
    for place, sentence in enumerate(sentences(words.text)):
        yield from _in_brackets(words, sentence)
        if place >= first:
            yield from _at_the_head(words, sentence)


def _at_the_head(words: Plain, sentence: Piece) -> Iterator[tuple[str, Time, str]]:
    """Read an act that begins with its time: ；11月底前完成制度修订."""
    begun = numbering(sentence.text)
    time = next(find_times(sentence.text[begun:]), None)
    if time is None or time.start > 0 or not time.names_a_month or counts(sentence.text):
        return
    start, end = sentence.start + begun, sentence.start + begun + time.end
    title = words.verbatim(end, sentence.end).strip(_EDGES)
    if len(title) >= _SHORTEST:
        shown = words.verbatim(start, end)
        yield title, replace(time, words=shown), shown


def _in_brackets(words: Plain, sentence: Piece) -> Iterator[tuple[str, Time, str]]:
    """Read acts followed by their time: …系列教育活动（5月-12月）."""
    for bracket in _INNER.finditer(sentence.text):
        time = _only_time(bracket["time"])
        before = sentence.text[: bracket.start()]
        if time is None or not before or counts(before):
            continue
        shown = words.verbatim(sentence.start + bracket.start("time"), sentence.start + bracket.end("time"))
        title = words.verbatim(sentence.start, sentence.start + bracket.start())
        yield title.strip(_EDGES), time, shown


def _only_time(text: str) -> Time | None:
    """Return the time if the text is a time and nothing else."""
    time = next(find_times(text), None)
    if time is None or time.start > 0 or not time.names_a_month:
        return None
    return time if _AFTER_TIME.fullmatch(text, time.end) else None
