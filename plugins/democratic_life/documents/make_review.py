"""Makes review.docx, the Word template of 对照检查材料.

`python -m plugins.democratic_life.documents.make_review` writes it anew; a test compares the two.
"""

from pathlib import Path

from docx.document import Document as Paper

from intranet.documents import making

FILE = Path(__file__).with_name("review.docx")
VERDICT = "{{ line.day }}，{{ line.title }}：第 {{ line.number }} 稿{{ line.verdict }}。"


def review() -> Paper:
    """Title, who and for which meeting, the parts, what was added, and who has looked when."""
    made = making.official()
    making.title(made, "{{ who }}", "{{ meeting }}对照检查材料")
    _each(made, "part", "parts", "{{ part.title }}")
    _each(made, "addition", "additions", "会后补充（{{ addition.day }}）")
    making.heading(made, "审阅情况")
    making.indented(made, "第 {{ number }} 稿，{{ submitted_on }}送审，修改 {{ revisions }} 次。")
    making.each(made, "verdicts", VERDICT)
    making.indented(made, "本材料由本人和审阅链上的人保管，不得向无关人员透露。")
    return made


def _each(made: Paper, one: str, rows: str, heading: str) -> None:
    """A heading and its lines for each."""
    made.add_paragraph(f"{{%p for {one} in {rows} %}}")
    making.heading(made, heading)
    making.each(made, f"{one}.lines", "{{ line }}")
    made.add_paragraph("{%p endfor %}")


if __name__ == "__main__":
    review().save(str(FILE))
