"""Makes record.docx, the Word template of 谈心谈话记录表.

`python -m plugins.talk_records.documents.make` writes it anew; a test compares the two.
"""

from pathlib import Path

from docx.document import Document as Paper
from docx.shared import Pt
from docx.table import Table

from intranet.documents import making

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
WIDTHS = (28, 52, 28, 52)


def record() -> Paper:
    """Unit, title and the form: what is short in two columns, what is long across."""
    made = making.form()
    making.title(made, "{{ unit }}", size=making.BODY)
    making.title(made, "谈心谈话记录表")
    _fill(made.add_table(rows=len(SHORT) + len(LONG), cols=4))
    line = made.add_paragraph()
    line.paragraph_format.space_before = Pt(6)
    making.say(line, "本表内容保密，由谈话双方保存，不得向无关人员透露。", "仿宋", making.TABLE)
    return made


def _fill(table: Table) -> None:
    table.style, table.autofit = "Table Grid", False
    for row, pairs in zip(table.rows, SHORT, strict=False):
        texts = [word for label, name in pairs for word in (label, f"{{{{ {name} }}}}")]
        for cell, text, width in zip(row.cells, texts, WIDTHS, strict=True):
            making.fill(cell, text, "仿宋", width)
    for row, (label, name) in zip(table.rows[len(SHORT) :], LONG, strict=True):
        making.fill(row.cells[0], label, "仿宋", WIDTHS[0])
        across = row.cells[1].merge(row.cells[3])
        making.fill(across, f"{{{{ {name} }}}}" if name else "", "仿宋", sum(WIDTHS[1:]))


if __name__ == "__main__":
    record().save(str(FILE))
