"""The pieces of which our Word templates are made: the sheet of a 公文, its headings and tables.

Only those who change a template need this: `python -m plugins.<plugin>.documents.make` writes it anew.
"""

from collections.abc import Sequence
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

HEAD, BODY, TABLE, NUMBER = Pt(22), Pt(16), Pt(12), Pt(14)
LINE = Pt(28.95)
"""Twenty-two lines fill the 225 mm between the margins of a 公文."""
CLOSER = -5
"""Twentieths of a point between two signs: twenty-eight of 16 pt fill its 156 mm."""
CELL = Pt(18)
"""From line to line in a table."""
LABEL, WIDTH = 30, 160
"""Millimetres of the first column of a form, and of all of it."""
Columns = Sequence[tuple[str, int, str]]
"""Heading, width in mm, value."""


# The sheet -----------------------------------------------------------------------------------------


def official() -> Paper:
    """An empty sheet as GB/T 9704-2012 asks: A4, 22 lines of 28 signs, 仿宋 3号, page numbers."""
    made = _empty(top=37, bottom=35, left=28, right=26)
    section, style = made.sections[0], cast("ParagraphStyle", made.styles["Normal"])
    for grid in section._sectPr.findall(qn("w:docGrid")):  # noqa: SLF001 - the library knows no grid
        section._sectPr.remove(grid)  # noqa: SLF001
    style.element.get_or_add_rPr().append(parse_xml(f'<w:spacing {nsdecls("w")} w:val="{CLOSER}"/>'))
    _number_pages(made, section)
    return made


def form() -> Paper:
    """An empty sheet for what is filled in by hand: A4, narrow margins, no page number."""
    return _empty(top=25, bottom=25, left=25, right=25)


def _empty(*, top: int, bottom: int, left: int, right: int) -> Paper:
    made = Document()
    for name in ("author", "comments", "last_modified_by", "title"):
        setattr(made.core_properties, name, "")
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(top), Mm(bottom)
    section.left_margin, section.right_margin = Mm(left), Mm(right)
    _write_as(cast("ParagraphStyle", made.styles["Normal"]), "仿宋", BODY)
    return made


def _write_as(style: ParagraphStyle, font: str, size: Length) -> None:
    style.font.name, style.font.size = "Times New Roman", size
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
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
        say(line, "— ", "宋体", NUMBER)
        number = '<w:r><w:rPr><w:sz w:val="28"/></w:rPr><w:t>1</w:t></w:r>'
        field = f'<w:fldSimple {nsdecls("w")} w:instr="PAGE">{number}</w:fldSimple>'
        line._p.append(parse_xml(field))  # noqa: SLF001 - the library knows no fields
        say(line, " —", "宋体", NUMBER)


# Lines ---------------------------------------------------------------------------------------------


def say(line: Paragraph, words: str, font: str, size: Length) -> None:
    """Writes on in the line with a font for Chinese signs."""
    run = line.add_run(words)
    run.font.size = size
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)  # noqa: SLF001 - no other way


def title(made: Paper, *lines: str, size: Length = HEAD) -> None:
    """In the middle, and an empty line after it."""
    for words in lines:
        line = made.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        say(line, words, "方正小标宋简体", size)
    made.add_paragraph().paragraph_format.line_spacing = TABLE


def heading(made: Paper, words: str) -> None:
    """Of a part of the text, such as 一、学习活动."""
    line = indented(made, "")
    line.paragraph_format.keep_with_next = True
    say(line, words, "黑体", BODY)


def indented(made: Paper, words: str) -> Paragraph:
    """A paragraph of the text: its first line begins two signs in."""
    line = made.add_paragraph(words)
    line.paragraph_format.first_line_indent = 2 * BODY
    return line


def each(made: Paper, rows: str, words: str) -> None:
    """A paragraph for each `line` of `rows`."""
    made.add_paragraph(f"{{%p for line in {rows} %}}")
    indented(made, words)
    made.add_paragraph("{%p endfor %}")


def signed(made: Paper, *lines: str) -> None:
    """Who says so, and when: on the right, two signs in."""
    made.add_paragraph()
    for words in lines:
        line = made.add_paragraph(words)
        line.alignment, line.paragraph_format.right_indent = WD_ALIGN_PARAGRAPH.RIGHT, 2 * BODY


# Tables --------------------------------------------------------------------------------------------


def facts(made: Paper, pairs: Sequence[tuple[str, str]], *, label: int = LABEL, width: int = WIDTH) -> None:
    """Two columns: what it is, and what it says."""
    table = made.add_table(rows=len(pairs), cols=2)
    _wide(table, (label, width - label))
    for row, (name, value) in zip(table.rows, pairs, strict=True):
        fill(row.cells[0], name, "黑体", label)
        fill(row.cells[1], value, "仿宋", width - label)
    made.add_paragraph()


def rows(made: Paper, each_of: str, columns: Columns, line: Length = CELL) -> None:
    """A row for each `row` of `each_of`, never broken over two pages; headings return on every page."""
    table = made.add_table(rows=4, cols=len(columns))
    _wide(table, [width for _heading, width, _value in columns])
    texts = [
        [heading for heading, _width, _value in columns],
        [f"{{%tr for row in {each_of} %}}"],
        [f"{{{{ {value} }}}}" for _heading, _width, value in columns],
        ["{%tr endfor %}"],
    ]
    for place, (row, words) in enumerate(zip(table.rows, texts, strict=True)):
        row._tr.get_or_add_trPr().append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))  # noqa: SLF001
        for cell, word, (_heading, width, _value) in zip(row.cells, words, columns, strict=False):
            fill(cell, word, "仿宋" if place else "黑体", width, line)
    table.rows[0]._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))  # noqa: SLF001


def fill(cell: _Cell, words: str, font: str, width: int, line: Length = CELL) -> None:
    """Words in a cell of so many millimetres."""
    cell.width = Mm(width)
    cell.paragraphs[0].paragraph_format.line_spacing = line
    say(cell.paragraphs[0], words, font, TABLE)


def _wide(table: Table, widths: Sequence[int]) -> None:
    table.style, table.autofit = "Table Grid", False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
