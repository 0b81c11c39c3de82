"""Makes review.docx, the Word template of 对照检查材料.

`python -m plugins.democratic_life.documents.make_review` writes it anew; a test compares the two.
"""

from pathlib import Path
from typing import cast

from docx import Document
from docx.document import Document as Paper
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph
from docx.text.run import Run

FILE = Path(__file__).with_name("review.docx")
TITLE, HEADING, BODY = "方正小标宋简体", "黑体", "仿宋_GB2312"
LINES = (
    ("{%p for part in parts %}", BODY),
    ("{{ part.title }}", HEADING),
    ("{%p for line in part.lines %}", BODY),
    ("{{ line }}", BODY),
    ("{%p endfor %}", BODY),
    ("{%p endfor %}", BODY),
    ("{%p for addition in additions %}", BODY),
    ("会后补充（{{ addition.day }}）", HEADING),
    ("{%p for line in addition.lines %}", BODY),
    ("{{ line }}", BODY),
    ("{%p endfor %}", BODY),
    ("{%p endfor %}", BODY),
    ("审阅情况", HEADING),
    ("第 {{ number }} 稿，{{ submitted_on }}送审，修改 {{ revisions }} 次。", BODY),
    ("{%p for verdict in verdicts %}", BODY),
    ("{{ verdict.day }}，{{ verdict.title }}：第 {{ verdict.number }} 稿{{ verdict.verdict }}。", BODY),
    ("{%p endfor %}", BODY),
    ("本材料由本人和审阅链上的人保管，不得向无关人员透露。", BODY),
)


def review() -> Paper:
    """Title, who and for which meeting, the parts, what was added, and who has looked when."""
    made = Document()
    for name in ("author", "comments", "last_modified_by", "title"):
        setattr(made.core_properties, name, "")
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    style = cast("ParagraphStyle", made.styles["Normal"])
    style.font.name, style.font.size = "Times New Roman", Pt(16)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), BODY)
    for words, size in (("{{ meeting }}", Pt(16)), ("对照检查材料", Pt(22)), ("{{ who }}", Pt(16))):
        line = made.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _say(line, words, TITLE if size > Pt(16) else BODY).font.size = size
    for words, font in LINES:
        line = made.add_paragraph()
        line.paragraph_format.first_line_indent = Pt(32)
        _say(line, words, font)
    return made


def _say(line: Paragraph, words: str, font: str) -> Run:
    run = line.add_run(words)
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)  # noqa: SLF001
    return run


if __name__ == "__main__":
    review().save(str(FILE))
