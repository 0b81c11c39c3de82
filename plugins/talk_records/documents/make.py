"""Makes record.docx, the Word template of 谈心谈话记录表.

`python -m plugins.talk_records.documents.make` writes it anew; a test compares the two.
"""

from pathlib import Path
from typing import cast

from docx import Document
from docx.document import Document as Paper
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell

FILE = Path(__file__).with_name("record.docx")
SHORT = (
    (("谈话人", "hosts"), ("谈话对象", "subjects")),
    (("谈话日期", "day"), ("谈话方式", "way")),
    (("谈话地点", "place"), ("谈话类型", "kind")),
    (("政治面貌", "politics"), ("记录人", "recorder")),
)
LONG = (
    ("谈话提纲", "outline"),
    ("谈话内容", "content"),
    ("对对方的批评意见、指出的不足", "criticism"),
    ("对方的意见建议", "suggestions"),
    ("存在问题", "problems"),
    ("努力方向、整改打算", "intentions"),
    ("回访日期", "follow_up"),
    ("谈话双方签字", ""),
)
WIDTHS = (28, 50, 28, 50)


def record() -> Paper:
    """Unit, title and the form: what is short in two columns, what is long across."""
    made = Document()
    for name in ("author", "comments", "last_modified_by", "title"):
        setattr(made.core_properties, name, "")
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    style = cast("ParagraphStyle", made.styles["Normal"])
    style.font.name, style.font.size = "Times New Roman", Pt(12)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "仿宋")
    _title(made)
    table = made.add_table(rows=len(SHORT) + len(LONG), cols=4)
    _fill(table)
    made.add_paragraph("本表内容保密，由谈话双方保存，不得向无关人员透露。")
    return made


def _title(made: Paper) -> None:
    for words, size in (("{{ unit }}", Pt(16)), ("谈心谈话记录表", Pt(22))):
        line = made.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = line.add_run(words)
        run.font.size = size
        run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "方正小标宋简体")  # noqa: SLF001


def _fill(table: Table) -> None:
    table.style, table.autofit = "Table Grid", False
    for row, pairs in zip(table.rows, SHORT, strict=False):
        texts = [word for label, name in pairs for word in (label, f"{{{{ {name} }}}}")]
        for cell, text, width in zip(row.cells, texts, WIDTHS, strict=True):
            _say(cell, text, width)
    for row, (label, name) in zip(table.rows[len(SHORT) :], LONG, strict=True):
        _say(row.cells[0], label, WIDTHS[0])
        across = row.cells[1].merge(row.cells[3])
        _say(across, f"{{{{ {name} }}}}" if name else "", sum(WIDTHS[1:]))


def _say(cell: _Cell, words: str, width: int) -> None:
    cell.width = Mm(width)
    cell.paragraphs[0].text = words


if __name__ == "__main__":
    record().save(str(FILE))
