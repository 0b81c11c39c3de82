"""Makes schedule.docx, the Word template of the schedule, laid out as GB/T 9704-2012 asks.

`python -m plugins.campaign.documents.make` writes it anew; a test compares the two.
"""

from pathlib import Path
from typing import cast

from docx import Document
from docx.document import Document as Paper
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.section import Section
from docx.shared import Length, Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

FILE = Path(__file__).with_name("schedule.docx")
LINE = Pt(28.95)
"""Twenty-two lines fill the 225 mm between the margins."""
CLOSER = -5
"""Twentieths of a point between two signs: twenty-eight of 16 pt fill the 156 mm."""
BODY, TABLE, NUMBER = Pt(16), Pt(12), Pt(14)
COLUMNS = (
    ("序号", 14, "row.number"),
    ("内容", 58, "row.title"),
    ("时间", 36, "row.time"),
    ("责任单位", 30, "row.units"),
    ("状态", 18, "row.state"),
)
"""Heading, width in mm of 156, value."""


def paper() -> Paper:
    """An empty sheet: A4, the margins, 22 lines of 28 signs, 仿宋 3号, a page number between dashes."""
    made = Document()
    for name in ("author", "comments", "last_modified_by", "title"):
        setattr(made.core_properties, name, "")
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    for grid in section._sectPr.findall(qn("w:docGrid")):  # noqa: SLF001 - the library knows no grid
        section._sectPr.remove(grid)  # noqa: SLF001
    _write_as(cast("ParagraphStyle", made.styles["Normal"]), "仿宋", BODY)
    _number_pages(made, section)
    return made


def _write_as(style: ParagraphStyle, font: str, size: Length) -> None:
    style.font.name, style.font.size = "Times New Roman", size
    letters = style.element.get_or_add_rPr()
    letters.get_or_add_rFonts().set(qn("w:eastAsia"), font)
    letters.append(parse_xml(f'<w:spacing {nsdecls("w")} w:val="{CLOSER}"/>'))
    shape = style.paragraph_format
    shape.space_before = shape.space_after = Pt(0)
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, LINE


def _number_pages(made: Paper, section: Section) -> None:
    """— 1 — under the text, a sign from the outer edge: odd pages right, even ones left."""
    made.settings.odd_and_even_pages_header_footer = True
    section.footer_distance = Mm(23)
    right, left = section.footer.paragraphs[0], section.even_page_footer.paragraphs[0]
    right.alignment, right.paragraph_format.right_indent = WD_ALIGN_PARAGRAPH.RIGHT, NUMBER
    left.alignment, left.paragraph_format.left_indent = WD_ALIGN_PARAGRAPH.LEFT, NUMBER
    for line in (right, left):
        _say(line, "— ", "宋体", NUMBER)
        number = '<w:r><w:rPr><w:sz w:val="28"/></w:rPr><w:t>1</w:t></w:r>'
        field = f'<w:fldSimple {nsdecls("w")} w:instr="PAGE">{number}</w:fldSimple>'
        line._p.append(parse_xml(field))  # noqa: SLF001 - the library knows no fields
        _say(line, " —", "宋体", NUMBER)


def _say(line: Paragraph, words: str, font: str, size: Length) -> None:
    run = line.add_run(words)
    run.font.size = size
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)  # noqa: SLF001


def schedule() -> Paper:
    """Title, phases with their dates, the table, who says so and when."""
    made = paper()
    _centred(made, "{{ title }}")
    _centred(made, "活动安排表{% if excerpt %}（摘录）{% endif %}")
    made.add_paragraph()
    made.add_paragraph("{%p for phase in phases %}")
    made.add_paragraph("{{ phase.title }}：{{ phase.time }}。").paragraph_format.first_line_indent = 2 * BODY
    made.add_paragraph("{%p endfor %}")
    _fill_table(made.add_table(rows=4, cols=len(COLUMNS)))
    made.add_paragraph()
    for words in ("{{ unit }}", "{{ day }}"):
        line = made.add_paragraph(words)
        line.alignment, line.paragraph_format.right_indent = WD_ALIGN_PARAGRAPH.RIGHT, 2 * BODY
    return made


def _centred(made: Paper, words: str) -> None:
    line = made.add_paragraph()
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _say(line, words, "方正小标宋简体", Pt(22))


def _fill_table(table: Table) -> None:
    """Headings that return on every page; one row for each activity, never broken over two pages."""
    table.style, table.autofit = "Table Grid", False
    for column, (_heading, width, _value) in zip(table.columns, COLUMNS, strict=True):
        column.width = Mm(width)
    texts = [
        [heading for heading, _width, _value in COLUMNS],
        ["{%tr for row in rows %}"],
        [f"{{{{ {value} }}}}" for _heading, _width, value in COLUMNS],
        ["{%tr endfor %}"],
    ]
    for row, words in zip(table.rows, texts, strict=True):
        row._tr.get_or_add_trPr().append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))  # noqa: SLF001
        for cell, word, (_heading, width, _value) in zip(row.cells, words, COLUMNS, strict=False):
            cell.width = Mm(width)
            _fill_cell(cell, word, "黑体" if row._index == 0 else "仿宋")  # noqa: SLF001
    table.rows[0]._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))  # noqa: SLF001


def _fill_cell(cell: _Cell, words: str, font: str) -> None:
    line = cell.paragraphs[0]
    line.paragraph_format.line_spacing = Pt(18)
    _say(line, words, font, TABLE)


if __name__ == "__main__":
    schedule().save(str(FILE))
