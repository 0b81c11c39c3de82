"""Excel files: every visible sheet as rows of cells, merged cells filled."""

import io
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import islice

from openpyxl import load_workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from .archive import Archive
from .lines import Line, LineBook
from .model import Unreadable

MAX_CELLS = 200_000
MAX_MERGED = 50_000
_CELL = re.compile(rb"<(?:\w{1,20}:)?c[ />]")
_MERGE = re.compile(rb"<(?:\w{1,20}:)?mergeCell\b[^>]{0,80}?\bref=\"([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})\"")


def read(archive: Archive, content: bytes) -> tuple[Line, ...]:
    """Read the cells that a person sees: values, not formulas."""
    parts = [archive.part(name) for name in archive.names if name.endswith((".xml", ".rels"))]
    _refuse_vast_tables(parts)
    _refuse_vast_merges(parts)
    book = load_workbook(io.BytesIO(content), data_only=True)
    lines = LineBook()
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            _add_sheet(lines, sheet)
    return lines.lines()


def _refuse_vast_tables(parts: Sequence[bytes]) -> None:
    """Refuse before a cell is built: empty ones with a border count too."""
    cells = (cell for part in parts for cell in _CELL.finditer(part))
    if next(islice(cells, MAX_CELLS, None), None) is not None:
        raise Unreadable(
            "工作表的单元格太多（超过 {} 个，带边框的空格也算），请把安排表复制到新的文件里再上传。",
            MAX_CELLS,
        )


def _refuse_vast_merges(parts: Sequence[bytes]) -> None:
    """Refuse a merge over the whole sheet: it would be unfolded cell by cell."""
    merged = 0
    for reference in (found for part in parts for found in _MERGE.findall(part)):
        left, top, right, bottom = range_boundaries(reference.decode())
        merged += ((right or 0) - (left or 0) + 1) * ((bottom or 0) - (top or 0) + 1)
    if merged > MAX_MERGED:
        raise Unreadable("表格里合并的单元格太多，请只保留安排表本身，另存一份后再上传。")


def _add_sheet(lines: LineBook, sheet: Worksheet) -> None:
    for texts in _rows(sheet):
        filled = {text for text in texts if text}
        if len(filled) == 1:
            lines.add_text(filled.pop())
        else:
            lines.add_row(texts)
    lines.add_text("")


def _rows(sheet: Worksheet) -> Iterator[tuple[str, ...]]:
    """Yield the rows that say something, all as wide as the widest."""
    texts = _texts(sheet)
    width = max((column for _, column in texts), default=0)
    for row in sorted({row for row, _ in texts}):
        yield tuple(texts.get((row, column), "") for column in range(1, width + 1))


def _texts(sheet: Worksheet) -> dict[tuple[int, int], str]:
    """Map places to texts; a merged range says the same in every place it covers."""
    # iter_rows() would make a cell for every empty place on its way, and a sheet has 17 billion.
    shown = {place: _shown(cell) for place, cell in sheet._cells.items()}  # noqa: SLF001
    for area in sheet.merged_cells.ranges:
        shown |= dict.fromkeys(area.cells, shown.get((area.min_row, area.min_col), ""))
    return {place: text for place, text in shown.items() if text}


def _shown(cell: Cell | MergedCell) -> str:
    value = cell.value
    if isinstance(value, datetime | date):
        return _day(value, str(cell.number_format))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip()


def _day(day: date, pattern: str) -> str:
    """Write a date cell as its format shows it: 2014年3月 has no day."""
    has_day = "d" in pattern.lower()
    return f"{day.year}年{day.month}月{day.day}日" if has_day else f"{day.year}年{day.month}月"
