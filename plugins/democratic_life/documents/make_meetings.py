"""Makes the Word templates of meetings: 通知, 议程, 签到表, 会议记录, 情况报告, 通报.

`python -m plugins.democratic_life.documents.make_meetings` writes them anew; a test compares.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import cast

from docx import Document
from docx.document import Document as Paper
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Length, Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.table import _Cell
from docx.text.paragraph import Paragraph

FOLDER = Path(__file__).parent
BODY, TABLE, TITLE = Pt(16), Pt(12), Pt(22)
"""公文: the text 3号, a table 小四, the title 2号."""
COLUMNS = (
    ("序号", 14, "row.number"),
    ("姓名", 30, "row.name"),
    ("职务", 40, "row.duty"),
    ("签名", 42, "row.signed"),
    ("备注", 34, "row.mark"),
)
"""Heading, width in mm, value."""


def paper() -> Paper:
    """An empty sheet: A4 with the margins of 公文, 仿宋, 28 points from line to line."""
    made = Document()
    for name in ("author", "comments", "last_modified_by", "title"):
        setattr(made.core_properties, name, "")
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    style = cast("ParagraphStyle", made.styles["Normal"])
    style.font.name, style.font.size = "Times New Roman", BODY
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "仿宋")
    style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
    style.paragraph_format.line_spacing = Pt(28)
    return made


def notice() -> Paper:
    """会议通知."""
    made = paper()
    _title(made, "关于召开{{ name }}的通知")
    made.add_paragraph("{{ people }}：")
    _texts(
        made,
        (
            "根据工作安排，定于近期召开{{ kind }}，现将有关事项通知如下。",
            "一、时间：{{ when }}。",
            "二、地点：{{ place }}。",
            "三、主题：{{ theme }}。",
            "四、主持：{{ chair }}；记录：{{ recorder }}。",
            "五、列席：{{ observers }}。",
            "请认真准备对照检查材料，开展谈心谈话，按时参加会议；确有特殊原因不能到会的，会前请假并提交书面发言。",
        ),
    )
    return _signed(made)


def agenda() -> Paper:
    """会议议程."""
    made = paper()
    _title(made, "{{ name }}议程")
    _texts(
        made,
        ("时间：{{ when }}", "地点：{{ place }}", "主题：{{ theme }}", "主持：{{ chair }}"),
    )
    _each(made, "items")
    return made


def sign_in() -> Paper:
    """签到表: a line for everybody, with room to sign."""
    made = paper()
    _title(made, "{{ name }}签到表")
    made.add_paragraph("时间：{{ when }}　地点：{{ place }}")
    _table(made)
    made.add_paragraph("应到 {{ expected }} 人，实到 {{ came }} 人。列席：{{ observers }}")
    return made


def minutes() -> Paper:
    """会议记录: its own lines, the first of them its title."""
    made = paper()
    made.add_paragraph("密封件　不得外传")
    _each(made, "lines")
    return made


def report() -> Paper:
    """情况报告."""
    made = paper()
    _title(made, "{{ unit }}{{ name }}情况报告")
    _each(made, "lines")
    _texts(made, ("特此报告。",))
    return _signed(made)


def circular() -> Paper:
    """情况通报."""
    made = paper()
    _title(made, "{{ unit }}{{ name }}情况通报")
    _each(made, "lines")
    _texts(made, ("特此通报。",))
    return _signed(made)


# Pieces ---------------------------------------------------------------------------------------------


def _title(made: Paper, words: str) -> None:
    line = made.add_paragraph()
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    line.paragraph_format.space_after = Pt(20)
    line.paragraph_format.line_spacing = Pt(32)
    _say(line, words, "方正小标宋简体", TITLE)


def _texts(made: Paper, lines: Sequence[str]) -> None:
    for words in lines:
        made.add_paragraph(words).paragraph_format.first_line_indent = 2 * BODY


def _each(made: Paper, rows: str) -> None:
    """A paragraph for each line."""
    made.add_paragraph(f"{{%p for line in {rows} %}}")
    _texts(made, ("{{ line }}",))
    made.add_paragraph("{%p endfor %}")


def _signed(made: Paper) -> Paper:
    made.add_paragraph()
    for words in ("{{ unit }}", "{{ day }}"):
        line = made.add_paragraph(words)
        line.alignment, line.paragraph_format.right_indent = WD_ALIGN_PARAGRAPH.RIGHT, 2 * BODY
    return made


def _table(made: Paper) -> None:
    """Headings that return on every page; a row for each, never broken over two pages."""
    table = made.add_table(rows=4, cols=len(COLUMNS))
    table.style, table.autofit = "Table Grid", False
    texts = (
        [heading for heading, _width, _value in COLUMNS],
        ["{%tr for row in rows %}"],
        [f"{{{{ {value} }}}}" for _heading, _width, value in COLUMNS],
        ["{%tr endfor %}"],
    )
    for place, (row, words) in enumerate(zip(table.rows, texts, strict=True)):
        row._tr.get_or_add_trPr().append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))  # noqa: SLF001
        for cell, word, (_heading, width, _value) in zip(row.cells, words, COLUMNS, strict=False):
            _fill(cell, word, "仿宋" if place else "黑体", width)
    table.rows[0]._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))  # noqa: SLF001


def _fill(cell: _Cell, words: str, font: str, width: int) -> None:
    cell.width = Mm(width)
    cell.paragraphs[0].paragraph_format.line_spacing = Pt(22)
    _say(cell.paragraphs[0], words, font, TABLE)


def _say(line: Paragraph, words: str, font: str, size: Length) -> None:
    run = line.add_run(words)
    run.font.size = size
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)  # noqa: SLF001 - no other way


PAPERS = {
    "notice": notice,
    "agenda": agenda,
    "sign_in": sign_in,
    "minutes": minutes,
    "report": report,
    "circular": circular,
}

if __name__ == "__main__":
    for name, make in PAPERS.items():
        make().save(str(FOLDER / f"{name}.docx"))
