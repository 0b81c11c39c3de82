"""Excel files: every visible sheet as rows of cells, merged cells filled."""

import io
import re
from datetime import date, datetime

from openpyxl import load_workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from .archive import Archive
from .lines import Line, LineBook
from .model import Unreadable

MAX_ROWS = 5_000
MAX_COLUMNS = 60
MAX_MERGED = 50_000
_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]{0,80}?\bref=\"([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})\"")


def read(archive: Archive, content: bytes) -> tuple[Line, ...]:
    """Read the cells that a person sees: values, not formulas."""
    for name in archive.names:
        if name.endswith((".xml", ".rels")):
            _refuse_vast_merges(archive.part(name))
    book = load_workbook(io.BytesIO(content), data_only=True)
    lines = LineBook()
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            _add_sheet(lines, sheet)
    return lines.lines()


def _refuse_vast_merges(part: bytes) -> None:
    """Refuse a merge over the whole sheet: it would be unfolded cell by cell."""
    merged = 0
    for reference in _MERGE.findall(part):
        left, top, right, bottom = range_boundaries(reference.decode())
        merged += ((right or 0) - (left or 0) + 1) * ((bottom or 0) - (top or 0) + 1)
    if merged > MAX_MERGED:
        raise Unreadable("表格里合并的单元格太多，请只保留安排表本身，另存一份后再上传。")


def _add_sheet(lines: LineBook, sheet: Worksheet) -> None:
    merged = _merged(sheet)
    rows = sheet.iter_rows(max_row=min(sheet.max_row, MAX_ROWS), max_col=min(sheet.max_column, MAX_COLUMNS))
    for row in rows:
        texts = [_shown(merged.get(cell.coordinate, cell)) for cell in row]
        filled = {text for text in texts if text}
        if len(filled) == 1:
            lines.add_text(filled.pop())
        elif filled:
            lines.add_row(tuple(texts))
    lines.add_text("")


def _merged(sheet: Worksheet) -> dict[str, Cell | MergedCell]:
    """Map every place of a merged range to the cell that holds its value."""
    return {
        sheet.cell(row, column).coordinate: sheet.cell(area.min_row, area.min_col)
        for area in sheet.merged_cells.ranges
        for row, column in area.cells
    }


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
