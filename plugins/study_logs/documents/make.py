"""Makes the Word templates of studying: sign-in sheet, record form, circular.

`python -m plugins.study_logs.documents.make` writes them anew; a test compares.
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
WIDTH, LABEL = 160, 30
"""Millimetres between the margins, and of the first column of a form."""
Columns = Sequence[tuple[str, int, str]]
"""Heading, width in mm, value."""

SESSIONS = (
    ("序号", 12, "row.number"),
    ("日期", 34, "row.day"),
    ("主题", 54, "row.title"),
    ("形式", 26, "row.form"),
    ("单位", 20, "row.unit"),
    ("到会", 14, "row.came"),
)
ABSENT = (
    ("序号", 12, "row.number"),
    ("姓名", 22, "row.name"),
    ("单位", 26, "row.unit"),
    ("日期", 34, "row.day"),
    ("学习", 32, "row.title"),
    ("考勤", 14, "row.mark"),
    ("补课", 20, "row.makeup"),
)
"""The two tables of the circular."""


def paper() -> Paper:
    """An empty sheet: A4, 仿宋 3号."""
    made = Document()
    for name in ("author", "comments", "last_modified_by", "title"):
        setattr(made.core_properties, name, "")
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(28)
    section.left_margin = section.right_margin = Mm(25)
    style = cast("ParagraphStyle", made.styles["Normal"])
    style.font.name, style.font.size = "Times New Roman", BODY
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "仿宋")
    style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
    style.paragraph_format.line_spacing = Pt(28)
    return made


def sign_in_sheet() -> Paper:
    """签到表: a line for every person on the roster, with room to sign."""
    made = paper()
    _title(made, "学习签到表")
    _cells(
        made,
        (
            ("主题", "{{ title }}"),
            ("时间地点", "{{ times }}"),
            ("单位", "{{ unit }}"),
            ("主持人", "{{ host }}"),
        ),
    )
    columns = (
        ("序号", 14, "row.number"),
        ("单位", 38, "row.unit"),
        ("姓名", 28, "row.name"),
        ("签名", 40, "row.signed"),
        ("备注", 40, "row.mark"),
    )
    _table(made, "rows", columns)
    made.add_paragraph("应到 {{ expected }} 人，实到 {{ came }} 人。")
    return made


def record_form() -> Paper:
    """学习记录表: everything about one session on a form."""
    made = paper()
    _title(made, "学习记录表")
    _cells(
        made,
        (
            ("主题", "{{ title }}"),
            ("形式", "{{ form }}，{{ hours }} 学时"),
            ("时间地点", "{{ times }}"),
            ("登记单位", "{{ unit }}"),
            ("参加单位", "{{ invited }}"),
            ("主持人", "{{ host }}"),
            ("主讲人", "{{ speaker }}"),
            ("记录人", "{{ clerk }}"),
            ("学习内容", "{{ content }}"),
            ("出席情况", "应到 {{ expected }} 人，实到 {{ came }} 人；未到：{{ absent }}。"),
        ),
    )
    _heading(made, "发言摘要")
    _each(made, "speeches", "{{ line }}")
    _heading(made, "未到人员及补课")
    _each(made, "absentees", "{{ line }}")
    return made


def circular() -> Paper:
    """季度通报: sums, the sessions, and who was absent."""
    made = paper()
    _title(made, "{{ unit }}{{ quarter }}学习情况通报")
    text = made.add_paragraph(
        "{{ span }}，共组织学习 {{ number }} 次、{{ hours }} 学时，应到 {{ expected }} 人次，"
        "实到 {{ came }} 人次，出勤率 {{ rate }}；还有 {{ open }} 人次的补课没有办结。"
    )
    text.paragraph_format.first_line_indent = 2 * BODY
    _heading(made, "一、学习活动")
    _table(made, "sessions", SESSIONS)
    _heading(made, "二、未到人员")
    _table(made, "absentees", ABSENT)
    for words in ("{{ unit }}", "{{ day }}"):
        made.add_paragraph(words).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    return made


# Pieces --------------------------------------------------------------------------------------------


def _title(made: Paper, words: str) -> None:
    line = made.add_paragraph()
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    line.paragraph_format.space_after = Pt(12)
    _say(line, words, "方正小标宋简体", TITLE)


def _heading(made: Paper, words: str) -> None:
    _say(made.add_paragraph(), words, "黑体", BODY)


def _each(made: Paper, rows: str, words: str) -> None:
    """A paragraph for each."""
    for text in (f"{{%p for line in {rows} %}}", words, "{%p endfor %}"):
        made.add_paragraph(text)


def _say(line: Paragraph, words: str, font: str, size: Length) -> None:
    run = line.add_run(words)
    run.font.size = size
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)  # noqa: SLF001 - no other way


def _cells(made: Paper, facts: Sequence[tuple[str, str]]) -> None:
    """Two columns: what it is, and what it says."""
    table = made.add_table(rows=len(facts), cols=2)
    table.style, table.autofit = "Table Grid", False
    for row, (label, value) in zip(table.rows, facts, strict=True):
        _fill(row.cells[0], label, "黑体", LABEL)
        _fill(row.cells[1], value, "仿宋", WIDTH - LABEL)
    made.add_paragraph()


def _table(made: Paper, rows: str, columns: Columns) -> None:
    """Headings that return on every page; a row for each, never broken over two pages."""
    table = made.add_table(rows=4, cols=len(columns))
    table.style, table.autofit = "Table Grid", False
    texts = [
        [heading for heading, _width, _value in columns],
        [f"{{%tr for row in {rows} %}}"],
        [f"{{{{ {value} }}}}" for _heading, _width, value in columns],
        ["{%tr endfor %}"],
    ]
    for place, (row, words) in enumerate(zip(table.rows, texts, strict=True)):
        row._tr.get_or_add_trPr().append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))  # noqa: SLF001
        for cell, word, (_heading, width, _value) in zip(row.cells, words, columns, strict=False):
            _fill(cell, word, "仿宋" if place else "黑体", width)
    table.rows[0]._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))  # noqa: SLF001
    made.add_paragraph()


def _fill(cell: _Cell, words: str, font: str, width: int) -> None:
    cell.width = Mm(width)
    line = cell.paragraphs[0]
    line.paragraph_format.line_spacing = Pt(20)
    _say(line, words, font, TABLE)


PAPERS = {"sign_in_sheet": sign_in_sheet, "record_form": record_form, "circular": circular}

if __name__ == "__main__":
    for name, make in PAPERS.items():
        make().save(str(FOLDER / f"{name}.docx"))
