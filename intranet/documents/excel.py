"""Excel out, where no cell becomes a formula, and in: all rows or, with the reasons, none."""

import io
import re
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, cast
from unicodedata import normalize

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from intranet.contracts import Text
from intranet.documents.apart import SLOW, read_apart
from intranet.documents.sheets import BROKEN, LONG, MOST_ROWS, SECONDS, VAST
from intranet.errors import Invalid
from intranet.wording import listed, sentences

if TYPE_CHECKING:
    from xlsxwriter import Workbook

SAFE = {"constant_memory": True, **{f"strings_to_{kind}": False for kind in ("formulas", "urls", "numbers")}}
FONT = {"font_name": "宋体", "font_size": 12, "text_wrap": True, "valign": "vcenter", "align": "center"}
CELL = {**FONT, "border": 1}
LOOKS = {
    str: {**CELL, "align": "left", "num_format": "@"},
    date: {**CELL, "num_format": "yyyy-mm-dd"},
    int: CELL,
    float: CELL,
}
FIRST, FILLED, RULE, ABOVE, WIDEST = 3, 5_000, 255, 20, 200
"""WIDEST: columns of more signs in all would be too small to read on A4."""
ERRORS = {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"}
DAY = re.compile(r"(\d{4})(?:(?=\d{4}$)|[年/.-])(\d\d?)(?:(?<=^\d{6})|[月/.-])(\d\d?)日?")
READER = [sys.executable, "-P", str(Path(__file__).with_name("sheets.py"))]
REFUSALS = {
    VAST: _l("文件解开后过大。请把要用的内容复制到新的 Excel 文件里再上传。"),
    LONG: _l("表格超过 %(rows)s 行，或空格太多。请删去空行空列，分几次上传。", rows=MOST_ROWS),
    BROKEN: _l("这不是完好的 .xlsx 文件。请去掉密码，用 Excel 或 WPS 另存为 .xlsx。"),
    SLOW: _l("文件太复杂，没能读完。请把要用的内容只按值复制到新的 Excel 文件里再上传。"),
}
Cells = Sequence[object]
Sheet = list[list[str]]
Reading = tuple[dict[int, dict[str, object]], dict[int, str], list[str]]


@dataclass(frozen=True, slots=True)
class Column:
    """Of str, date, int or float. `key` names what is read; what follows it is for those who fill it in.

    `also`: other headings people give it. `optional`: a table may do without it.
    """

    heading: Text
    width: int = 12
    kind: type = str
    key: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()
    example: str = ""
    note: Text = ""
    also: tuple[str, ...] = ()
    optional: bool = False


def new_book(stream: io.BytesIO) -> "Workbook":
    """In which no cell becomes a formula. The library is read for the first who needs it."""
    from xlsxwriter import Workbook  # noqa: PLC0415

    return Workbook(stream, SAFE)


def template(title: str, columns: Sequence[Column]) -> bytes:
    """A table to fill in: an example, which `read` leaves out, notes and choices at the cells."""
    example = [column.example for column in columns]
    return write(title, columns, [example], _("从示例的下一行填起，示例不会读入。"), to_fill=True)


def write(
    title: str, columns: Sequence[Column], rows: Iterable[Cells], note: str, *, to_fill: bool = False
) -> bytes:
    """A table for A4 across, a wide one for A3: the title, a note under it, headings on every page."""
    stream = io.BytesIO()
    with new_book(stream) as book:
        looks = {kind: book.add_format(look) for kind, look in LOOKS.items()}
        head = book.add_format({**CELL, "bold": True})
        sheet = book.add_worksheet()
        sheet.set_paper(8 if sum(column.width for column in columns) > WIDEST else 9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(0.4, 0.4, 0.5, 0.6)
        sheet.set_footer("&C" + _("第 &P 页，共 &N 页"))
        sheet.repeat_rows(FIRST - 1)
        sheet.freeze_panes(FIRST, 0)
        for at, (said, size) in enumerate(((title, 16), (note, 12))):
            sheet.set_row(at, 1.7 * size)
            sheet.merge_range(at, 0, at, len(columns) - 1, said, book.add_format({**FONT, "font_size": size}))
        sheet.set_row(FIRST - 1, _height(columns, [column.heading for column in columns]))
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width, looks[column.kind] if to_fill else None)
            sheet.write(FIRST - 1, place, str(column.heading), head)
            if to_fill:
                sheet.data_validation(FIRST, place, FIRST + FILLED, place, _help(column))
        for row, cells in enumerate(rows, FIRST):
            sheet.set_row(row, _height(columns, cells))
            for place, value in enumerate(cells):
                sheet.write(row, place, value, looks.get(type(value), looks[str]))
    return stream.getvalue()


def _height(columns: Sequence[Column], cells: Cells) -> float:
    """Not every program makes room for wrapped text. In GBK a Chinese sign is twice as wide, as on paper."""
    lines = [str(cell).encode("gbk", "replace").split(b"\n") for cell in cells]
    wide = zip(lines, columns, strict=True)
    return min(
        18 * max(sum(1 + len(line) * 1.25 // column.width for line in each) for each, column in wide), 409
    )


def _help(column: Column) -> dict[str, object]:
    """What a cell offers; choices too long for Excel's rule are only checked when the table is read."""
    offered = column.choices and len(",".join(column.choices)) <= RULE
    rule = {"validate": "list", "source": list(column.choices)} if offered else {"validate": "any"}
    return {**rule, "input_title": str(column.heading), "input_message": str(column.note)}


def read(content: bytes, columns: Sequence[Column], others: Iterable[str] = ()) -> Reading:
    """Rows by number, none while one is bad; of each bad one what is wrong; headings nobody knows.

    Of the first visible sheet. Raises Invalid when the file as a whole cannot be read.
    `others` may stand behind a column they are taken for, which then is the one that is read.
    """
    return _understood(_unpacked(content, {""})[""], columns, set(map(heading_of, others)))


def read_sheets(content: bytes, tables: Mapping[str, Sequence[Column]]) -> dict[str, Reading]:
    """As `read`, of several sheets by name; one that is not in the file is left out."""
    found: dict[str, Reading] = {}
    for name, sheet in _unpacked(content, tables).items():
        try:
            found[name] = _understood(sheet, tables[name])
        except Invalid as error:
            raise Invalid(_("工作表“%(name)s”：%(why)s", name=name, why=error.message)) from error
    return found


def _unpacked(content: bytes, names: Collection[str]) -> dict[str, Sheet]:
    """The sheets of these names that are there; "" is the first visible one. Read in a process of its own."""
    return cast("dict[str, Sheet]", read_apart([*READER, *names], content, SECONDS, REFUSALS))


def _understood(sheet: Sheet, columns: Sequence[Column], others: Collection[str] = ()) -> Reading:
    first, places = _places(sheet, columns, others)
    examples = [column.example if place >= 0 else "" for column, place in zip(columns, places, strict=True)]
    rows: dict[int, dict[str, object]] = {}
    bad: dict[int, str] = {}
    for number, cells in enumerate(sheet[first:], first + 1):
        texts = [cells[place] if 0 <= place < len(cells) else "" for place in places]
        if any(texts) and texts != examples:
            values = [_value(column, text) for column, text in zip(columns, texts, strict=True)]
            rows[number] = dict(zip([column.key for column in columns], values, strict=True))
            wrong = [value.message for value in values if isinstance(value, Invalid)]
            bad |= {number: sentences(wrong)} if wrong else {}
    unknown = [cell for place, cell in enumerate(sheet[first - 1]) if place not in places and cell]
    return {} if bad else rows, bad, unknown


def _places(sheet: Sheet, columns: Sequence[Column], others: Collection[str]) -> tuple[int, list[int]]:
    """How many rows end with the headings, which may be merged over two, and where each stands, or -1."""
    names = [(column, name) for column in columns for name in (str(column.heading), *column.also)]
    wanted = {heading_of(name): column for column, name in names}
    end, best = 1, list[tuple[str, int]]()
    for last in range(1, min(len(sheet), ABOVE) + 1):
        two = [pair for row in sheet[max(last - 2, 0) : last] for pair in enumerate(row)]
        found = [(word, place) for place, cell in two if (word := heading_of(cell)) in wanted]
        end, best = (last, found) if len(found) > len(best) else (end, best)
    places = {wanted[word].key: place for word, place in reversed(best)}
    if missing := [
        str(column.heading) for column in columns if column.key not in places and not column.optional
    ]:
        raise Invalid(_("没有找到这些列：%(columns)s。请对照模板补上表头。", columns=listed(missing)))
    if len(places) < sum(word not in others or places[wanted[word].key] == at for word, at in best):
        raise Invalid(_("表头里有两列同名，请只留一列。"))
    return end, [places.get(column.key, -1) for column in columns]


def heading_of(cell: str) -> str:
    """Without what people add to it: spaces, a star, a colon, a remark in brackets."""
    return re.sub(r"\s|\([^)]*\)|[*:]", "", normalize("NFKC", cell))


def _value(column: Column, text: str) -> object:
    """The value, or an Invalid that says what is wrong."""
    words = {"column": column.heading, "text": text[:50]}
    if text in ERRORS:
        return Invalid(_("“%(column)s”是 %(text)s：公式出错，或数字太长。请改成文本重填。", **words))
    if column.required and not text:
        return Invalid(_("“%(column)s”没有填。", **words))
    if text and column.choices and text not in column.choices:
        return Invalid(_("“%(column)s”不能填“%(text)s”，请从可选的内容里选。", **words))
    if column.kind is not date or not text:
        return text if column.kind is not date else None
    return day_of(text) or Invalid(_("“%(column)s”里的“%(text)s”不是日期，请写成 2026-03-05 这样。", **words))


def day_of(text: str) -> date | None:
    """The day people mean: 2026-03-05, 2026年3月5日, 20260305. None when it is none."""
    day = DAY.fullmatch(re.sub(r"\s", "", normalize("NFKC", text)))
    try:
        return date(*map(int, day.groups() if day else ()))
    except (TypeError, ValueError):
        return None
