"""Makes taskbook.docx, the Word template of 整改任务书, on sheet.docx: an empty sheet as GB/T 9704-2012 asks.

`python -m plugins.rectification.documents.make` writes it anew; a test compares the two.
"""

from pathlib import Path

from docx import Document
from docx.document import Document as Paper
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Length, Mm, Pt
from docx.table import Table
from docx.text.paragraph import Paragraph

FILE = Path(__file__).with_name("taskbook.docx")
SHEET = Path(__file__).with_name("sheet.docx")
BODY, TABLE, HEAD = Pt(16), Pt(12), Pt(22)
COLUMNS = (
    ("序号", 12, "row.number"),
    ("整改措施与具体步骤", 84, "row.text"),
    ("责任人", 30, "row.owner"),
    ("完成期限", 30, "row.due"),
)
"""Heading, width in mm of 156, value."""
WHO = (
    "责任部门：{{ problem.unit }}{% if problem.helpers %}（{{ problem.helpers }}配合）{% endif %}；"
    "责任领导：{{ problem.leader }}；责任人：{{ problem.person }}；完成期限：{{ problem.due }}。"
)
FACTS = (
    WHO,
    "{%p if problem.goal %}",
    "整改目标：{{ problem.goal }}",
    "{%p endif %}",
    "{%p if problem.standard %}",
    "完成标准：{{ problem.standard }}",
    "{%p endif %}",
)


def taskbook() -> Paper:
    """Title, a sentence, a section a problem with its measures, and who signs."""
    made = Document(str(SHEET))
    for words in ("{{ title }}", "整改任务书"):
        line = made.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _say(line, words, "方正小标宋简体", HEAD)
    made.add_paragraph()
    _paragraph(made, "截至{{ day }}，{{ whose }}尚未销号的问题共{{ problems|length }}件，整改任务如下。")
    made.add_paragraph("{%p for problem in problems %}")
    _say(_paragraph(made, ""), "{{ problem.number }}、{{ problem.title }}", "黑体", BODY)
    for words in FACTS:
        _paragraph(made, words)
    _fill_table(made.add_table(rows=4, cols=len(COLUMNS)))
    made.add_paragraph("{%p endfor %}")
    made.add_paragraph()
    for words in ("责任领导（签字）：", "责任部门负责人（签字）：", "{{ day }}"):
        line = made.add_paragraph(words)
        line.paragraph_format.left_indent = Mm(72)
    return made


def _paragraph(made: Paper, words: str) -> Paragraph:
    line = made.add_paragraph(words)
    line.paragraph_format.first_line_indent = 2 * BODY
    return line


def _say(line: Paragraph, words: str, font: str, size: Length) -> None:
    run = line.add_run(words)
    run.font.size = size
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)  # noqa: SLF001


def _fill_table(table: Table) -> None:
    """Headings that return on every page; no row broken over two pages."""
    table.style, table.autofit = "Table Grid", False
    texts = [
        [heading for heading, _width, _value in COLUMNS],
        ["{%tr for row in problem.rows %}"],
        [f"{{{{ {value} }}}}" for _heading, _width, value in COLUMNS],
        ["{%tr endfor %}"],
    ]
    for place, (row, words) in enumerate(zip(table.rows, texts, strict=True)):
        row._tr.get_or_add_trPr().append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))  # noqa: SLF001
        for cell, word, (_heading, width, _value) in zip(row.cells, words, COLUMNS, strict=False):
            cell.width = Mm(width)
            cell.paragraphs[0].paragraph_format.line_spacing = Pt(18)
            _say(cell.paragraphs[0], word, "仿宋" if place else "黑体", TABLE)
    table.rows[0]._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))  # noqa: SLF001


if __name__ == "__main__":
    taskbook().save(str(FILE))
