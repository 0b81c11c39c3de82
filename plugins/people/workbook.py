"""The hospital's own list as one Excel file with two sheets; its headings are Chinese in every language."""

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from flask_babel import gettext as _

from intranet.documents import excel
from intranet.documents.excel import Column
from intranet.errors import Invalid
from plugins.people.models import Rows
from plugins.people.wording import KIND_WORDS

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

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
MOST_ROWS, OFFERED = 20_000, 5_000


# Out ---------------------------------------------------------------------------------------------


def write(rows: Mapping[str, Iterable[Sequence[object]]]) -> bytes:
    """Both sheets, and what to know about them on a third. No cell becomes a formula."""
    stream = io.BytesIO()
    with excel.new_book(stream) as book:
        bold, text = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "@"})
        for name, columns in COLUMNS.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            _to_print(sheet)
            sheet.repeat_rows(0)
            for place, (heading, width) in enumerate(columns):
                sheet.set_column(place, place, width, text)
                sheet.write_string(0, place, heading, bold)
            for number, cells in enumerate(rows.get(name, ()), 1):
                for place, value in enumerate(cells):
                    sheet.write_string(number, place, "" if value is None else str(value), text)
        rule = {"validate": "list", "source": list(KIND_WORDS)}
        book.get_worksheet_by_name(UNITS).data_validation(1, 2, OFFERED, 2, rule)
        notes = book.add_worksheet("说明")
        _to_print(notes)
        notes.set_column(0, 0, 100)
        notes.write_column(0, 0, NOTES)
    return stream.getvalue()


def _to_print(sheet: "Worksheet") -> None:
    """A4 upright, as wide as the paper, its pages numbered."""
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(0.5, 0.5, 0.6, 0.7)
    sheet.set_footer("&L&A&C第 &P 页，共 &N 页")


# In ----------------------------------------------------------------------------------------------


def read(content: bytes) -> dict[str, Rows]:
    """The rows of both sheets as text, empty ones left out. Raises Invalid for what is no such file."""
    tables = {name: [Column(heading, key=heading) for heading, _width in COLUMNS[name]] for name in COLUMNS}
    found = excel.read_sheets(content, tables)
    if not found:
        raise Invalid(_("文件里没有名为“单位”或“人员”的工作表。请先下载模板，照着填写。"))
    return {name: _sheet(name, *found[name]) if name in found else [] for name in COLUMNS}


def _sheet(
    name: str, rows: Mapping[int, Mapping[str, object]], bad: Mapping[int, str], _unknown: object
) -> Rows:
    if len(rows) > MOST_ROWS:
        raise Invalid(_("工作表“%(name)s”超过 %(rows)s 行。请分几次上传。", name=name, rows=MOST_ROWS))
    for number, why in bad.items():
        raise Invalid(_("工作表“%(name)s”第 %(number)s 行：%(why)s", name=name, number=number, why=why))
    return [(number, [_in_one_line(cell) for cell in row.values()]) for number, row in rows.items()]


def _in_one_line(cell: object) -> str:
    """Words without line breaks and double blanks between them."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in str(cell)).split())
