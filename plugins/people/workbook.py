"""The hospital's own list as one Excel file with two sheets; its headings are Chinese in every language."""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from flask_babel import gettext as _
from openpyxl import load_workbook
from openpyxl.workbook import Workbook as Read
from xlsxwriter import Workbook

from intranet.errors import Invalid
from intranet.wording import listed
from plugins.people.models import Rows
from plugins.people.wording import KIND_WORDS

UNITS, PEOPLE = "单位", "人员"
COLUMNS = {
    UNITS: (("编码", 14), ("名称", 30), ("类型", 10), ("上级编码", 14), ("排序", 8)),
    PEOPLE: (("工号", 12), ("姓名", 12), ("单位编码", 14), ("职务", 16), ("开始", 12), ("结束", 12)),
}
NOTES = (
    "单位：一行一个单位。编码用小写字母、数字和短横线，是网址的一部分，定了就不再改。",
    "类型：" + "、".join(KIND_WORDS) + "。上级编码填已有单位或本表里的编码；只有医院和主管局可以没有上级。",
    "人员：一行一个人在一个单位的职务；同一个人在几个单位就写几行，工号和姓名相同。",
    "开始、结束写成 2026-03-01，可以空着；结束日当天仍算在内。",
    "导入只新增和修改，表里没有的单位和人员不会被删除；同一个文件再导入一次，什么也不会变。",
)
SAFE = {f"strings_to_{kind}": False for kind in ("formulas", "urls", "numbers")}
MOST_ROWS, MOST_BYTES, MOST_COLUMNS, TOP, OFFERED = 20_000, 50 * 2**20, 60, 10, 5_000


# Out ---------------------------------------------------------------------------------------------


def write(rows: Mapping[str, Iterable[Sequence[object]]]) -> bytes:
    """Both sheets, and what to know about them on a third. No cell becomes a formula."""
    stream = io.BytesIO()
    with Workbook(stream, SAFE) as book:
        bold, text = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "@"})
        for name, columns in COLUMNS.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            sheet.set_paper(9)
            for place, (heading, width) in enumerate(columns):
                sheet.set_column(place, place, width, text)
                sheet.write_string(0, place, heading, bold)
            for number, cells in enumerate(rows.get(name, ()), 1):
                for place, value in enumerate(cells):
                    sheet.write_string(number, place, "" if value is None else str(value), text)
        rule = {"validate": "list", "source": list(KIND_WORDS)}
        book.get_worksheet_by_name(UNITS).data_validation(1, 2, OFFERED, 2, rule)
        notes = book.add_worksheet("说明")
        notes.set_column(0, 0, 100)
        notes.write_column(0, 0, NOTES)
    return stream.getvalue()


# In ----------------------------------------------------------------------------------------------


def read(content: bytes) -> dict[str, Rows]:
    """The rows of both sheets as text, empty ones left out. Raises Invalid for what is no such file."""
    try:
        _refuse_vast(content)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        names = [name for name in COLUMNS if name in book.sheetnames]
        found = {name: _sheet(book, name) for name in names}
    except Invalid:
        raise
    except Exception as error:  # a file from anywhere, and libraries that raise anything
        raise Invalid(_("这不是完好的 .xlsx 文件。请用 Excel 或 WPS 另存为 .xlsx 再上传。")) from error
    if not found:
        raise Invalid(_("文件里没有名为“单位”或“人员”的工作表。请先下载模板，照着填写。"))
    return {name: found.get(name, []) for name in COLUMNS}


def _refuse_vast(content: bytes) -> None:
    """Before it is unpacked."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(part.file_size for part in archive.infolist()) > MOST_BYTES:
            raise Invalid(_("文件解开后过大。请把要用的内容复制到新的 Excel 文件里再上传。"))


def _sheet(book: Read, name: str) -> Rows:
    sheet = book[name]
    sheet.reset_dimensions()  # a file may claim any size
    places: list[int] = []
    rows: Rows = []
    for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True), 1):
        if number > MOST_ROWS:
            raise Invalid(_("工作表“%(name)s”超过 %(rows)s 行。请分几次上传。", name=name, rows=MOST_ROWS))
        texts = [_text(cell) for cell in cells]
        if not places:
            places = _places(name, texts, number)
        elif any(row := [texts[place] if place < len(texts) else "" for place in places]):
            rows.append((number, row))
    return rows


def _places(name: str, texts: list[str], number: int) -> list[int]:
    """Where each heading stands; none while this row is not the one with the headings."""
    headings = [heading for heading, _width in COLUMNS[name]]
    if headings[0] not in texts and number < TOP:
        return []
    missing = [heading for heading in headings if heading not in texts]
    if missing:
        sentence = _(
            "工作表“%(name)s”缺少这些列：%(columns)s。请先下载模板，照着填写。",
            name=name,
            columns=listed(missing),
        )
        raise Invalid(sentence)
    return [texts.index(heading) for heading in headings]


def _text(cell: object) -> str:
    """A day as 2026-03-01, a number without its .0, words without blanks around them."""
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = "" if cell is None else str(cell)
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
