"""Finding the tables of a document, however they came, and laying out their rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from .columns import (
    aligned_cells,
    aligned_header,
    cells_of,
    is_time,
    stacked_header,
    stacked_rows,
)
from .glyphs import fold
from .headers import Role, roles_of
from .lines import Line

_MOST_DIGITS = 3
_PATIENCE = 3  # lines that may interrupt a table: a page number, a blank, a running title
_MAX_INTERRUPTION = 40
_RUNNING_OVER = (Role.CONTENT, Role.NAME, Role.UNITS, Role.MEASURE, Role.PROBLEM)
_DITTO = {"同上", "〃", "″", '"', "同前"}


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line it stands on and what its columns hold."""

    line: int
    cells: tuple[str, ...]


@dataclass(slots=True)
class Table:
    """A header and its rows; `lines` are the numbers of all lines it takes."""

    roles: tuple[Role, ...]
    rows: list[Row] = field(default_factory=list)
    lines: set[int] = field(default_factory=set)
    bands: list[Line] = field(default_factory=list)  # rows merged across: headings inside the table

    def cell(self, row: Row, *roles: Role) -> str:
        """Return what the row says in the first of these columns that says anything."""
        for wanted in roles:
            for role, text in zip(self.roles, row.cells, strict=True):
                if role is wanted and text.strip():
                    return text.strip()
        return ""

    def has(self, *roles: Role) -> bool:
        """Tell whether any of these columns exists."""
        return any(role in self.roles for role in roles)


def find_tables(lines: Sequence[Line]) -> list[Table]:
    """Every table of a document that plans or accounts for something."""
    tables: list[Table] = []
    at = 0
    while at < len(lines):
        found = _celled(lines, at) or _aligned(lines, at) or _stacked(lines, at)
        if found is None:
            at += 1
            continue
        table, at = found
        tables.append(table)
    return [table for table in tables if table.rows]


def _celled(lines: Sequence[Line], at: int) -> tuple[Table, int] | None:
    """Read a table whose lines have cells of their own."""
    cells = cells_of(lines[at])
    roles = roles_of(cells) if cells else None
    if roles is None:
        return None
    table = Table(roles, lines={lines[at].number})
    end = at + 1
    for place, line in _until_broken(lines, at + 1):
        own = cells_of(line)
        header = roles_of(own)
        if header is not None and table.rows and header != table.roles:
            break
        if header is not None:
            table.roles = header
        elif not _add(table, line, own):
            break
        table.lines.add(line.number)
        end = place + 1
    return table, end


def _until_broken(lines: Sequence[Line], start: int) -> Iterator[tuple[int, Line]]:
    """Yield rows, stepping over the few lines that a page break leaves between them."""
    skipped = 0
    for place in range(start, len(lines)):
        line = lines[place]
        if cells_of(line):
            skipped = 0
            yield place, line
            continue
        skipped += not line.is_blank
        if skipped > _PATIENCE or len(line.text) > _MAX_INTERRUPTION:
            return


def _add(table: Table, line: Line, cells: tuple[str, ...]) -> bool:
    """Add a row, or what a row goes on with; False if the line is no row of this table."""
    if len(cells) > len(table.roles) and any(cell for cell in cells[len(table.roles) :]):
        return False
    width = len(table.roles)
    padded = (*cells, *[""] * (width - len(cells)))[:width]
    row = Row(line.number, _without_dittos(table, padded))
    if _goes_on(table, row):
        table.rows[-1] = _merged(table.rows[-1], row)
    else:
        table.rows.append(row)
    return True


def _without_dittos(table: Table, cells: tuple[str, ...]) -> tuple[str, ...]:
    if not table.rows:
        return cells
    above = table.rows[-1].cells
    return tuple(above[place] if cell.strip() in _DITTO else cell for place, cell in enumerate(cells))


def _goes_on(table: Table, row: Row) -> bool:
    """Tell the second half of a row that a page break cut in two."""
    if not table.rows or table.cell(row, Role.NUMBER, Role.TIME, Role.BEGIN):
        return False
    filled = [role for role, cell in zip(table.roles, row.cells, strict=True) if cell.strip()]
    is_numbered = bool(table.cell(table.rows[-1], Role.NUMBER))
    return is_numbered and len(filled) == 1 and filled[0] in _RUNNING_OVER


def _merged(above: Row, below: Row) -> Row:
    pairs = zip(above.cells, below.cells, strict=True)
    return Row(above.line, tuple("\n".join(filter(None, pair)) for pair in pairs))


def _aligned(lines: Sequence[Line], at: int) -> tuple[Table, int] | None:
    """Read a table whose columns are held apart by blanks."""
    header = aligned_header(lines[at])
    if header is None:
        return None
    roles, starts = header
    table, end = Table(roles, lines={lines[at].number}), at + 1
    for place in range(at + 1, len(lines)):
        line = lines[place]
        if line.is_blank or aligned_header(line) == header:
            continue
        cells = aligned_cells(line, roles, starts)
        if not _add_aligned(table, line, cells):
            break
        table.lines.add(line.number)
        end = place + 1
    return table, end


def _add_aligned(table: Table, line: Line, cells: tuple[str, ...]) -> bool:
    row = Row(line.number, cells)
    if _is_headed(table, row):
        table.rows.append(row)
        return True
    indented = fold(line.text).startswith("  ")
    if not table.rows or not indented:
        return False
    pairs = zip(table.rows[-1].cells, cells, strict=True)
    table.rows[-1] = Row(table.rows[-1].line, tuple(above + below for above, below in pairs))
    return True


def _is_headed(table: Table, row: Row) -> bool:
    """Tell a row that begins with its number, or with its time if the table has no numbers."""
    if table.has(Role.NUMBER):
        return row_number(table.cell(row, Role.NUMBER)) is not None
    if table.has(Role.TIME):
        return is_time(table.cell(row, Role.TIME))
    return all(cell.strip() for cell in row.cells)


def _stacked(lines: Sequence[Line], at: int) -> tuple[Table, int] | None:
    """Read a table copied as one cell a line."""
    if lines[at].is_blank or len(lines[at].text.strip()) > _MAX_INTERRUPTION:
        return None
    header = stacked_header(lines[at : at + 2 * 8])
    if header is None:
        return None
    taken, roles = header
    rows = stacked_rows(lines[at + taken :], roles)
    if not rows:
        return None
    last = _last_line(lines, at + taken, rows, roles)
    table = Table(roles, [Row(line.number, cells) for line, cells in rows])
    table.lines = {line.number for line in lines[at:last]}
    return table, last


def _last_line(
    lines: Sequence[Line],
    start: int,
    rows: list[tuple[Line, tuple[str, ...]]],
    roles: tuple[Role, ...],
) -> int:
    """Find the line after the last cell of the last row."""
    final = next(place for place in range(start, len(lines)) if lines[place] is rows[-1][0])
    left = sum(len(cell.split("\n")) for cell in rows[-1][1]) or len(roles)
    while left and final < len(lines):
        left -= not lines[final].is_blank
        final += 1
    return final


def row_number(text: str) -> int | None:
    """Read 1, 01, （1） or 一 as the number of a row."""
    digits = "".join(glyph for glyph in fold(text) if glyph.isdecimal())
    bare = fold(text).strip(" ().、")
    if digits and bare == digits and len(digits) <= _MOST_DIGITS:
        return int(digits)
    return _CHINESE.get(bare)


_CHINESE = {glyph: place for place, glyph in enumerate("一二三四五六七八九十", start=1)}
_CHINESE |= {f"十{glyph}": 10 + place for place, glyph in enumerate("一二三四五六七八九", start=1)}
