"""Makes taskbook.docx, the Word template of 整改任务书.

`python -m plugins.rectification.documents.make` writes it anew; a test compares the two.
"""

from pathlib import Path

from docx.document import Document as Paper
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.shared import Mm

from intranet.documents import making

FILE = Path(__file__).with_name("taskbook.docx")
COLUMNS = (
    ("序号", 17, "row.number"),
    ("整改措施与具体步骤", 69, "row.text"),
    ("责任人", 26, "row.owner"),
    ("完成期限", 44, "row.due"),
)
"""Heading, width in mm of 156, value."""
WHO = (
    "责任部门：{{ problem.unit }}{% if problem.helpers %}（{{ problem.helpers }}配合）{% endif %}；"
    "责任领导：{{ problem.leader }}；责任人：{{ problem.person }}；完成期限：{{ problem.due }}"
    "{% if problem.check %}（下次检查：{{ problem.check }}）{% endif %}。"
)
FACTS = (
    WHO,
    "{%p if problem.goal %}",
    "整改目标：{{ problem.goal }}",
    "{%p endif %}",
    "{%p if problem.standard %}",
    "完成标准：{{ problem.standard }}",
    "{%p endif %}",
    "{%p if problem.again %}",
    "{{ problem.again }}",
    "{%p endif %}",
)


def taskbook() -> Paper:
    """Title, a sentence, a section a problem with its measures, and who signs."""
    made = making.official()
    making.title(made, "{{ title }}", "整改任务书")
    making.indented(made, "截至{{ day }}，{{ whose }}尚未销号的问题共{{ problems|length }}件，整改任务如下。")
    made.add_paragraph("{%p for problem in problems %}")
    making.heading(made, "{{ problem.number }}、{{ problem.title }}")
    for words in FACTS:
        making.indented(made, words)
    making.rows(made, "problem.rows", COLUMNS)
    # Else its words begin at the margin, and its lines stand out.
    made.tables[0].alignment = WD_TABLE_ALIGNMENT.CENTER
    made.add_paragraph("{%p endfor %}")
    made.add_paragraph()
    for words in ("责任领导（签字）：", "责任部门负责人（签字）：", "{{ day }}"):
        made.add_paragraph(words).paragraph_format.left_indent = Mm(72)
    return made


if __name__ == "__main__":
    taskbook().save(str(FILE))
