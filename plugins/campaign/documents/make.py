"""Makes schedule.docx, the Word template of the schedule.

`python -m plugins.campaign.documents.make` writes it anew; a test compares the two.
"""

from pathlib import Path

from docx.document import Document as Paper

from intranet.documents import making

FILE = Path(__file__).with_name("schedule.docx")
COLUMNS = (
    ("序号", 14, "row.number"),
    ("内容", 58, "row.title"),
    ("时间", 36, "row.time"),
    ("责任单位", 30, "row.units"),
    ("状态", 18, "row.state"),
)
"""Heading, width in mm of 156, value."""


def schedule() -> Paper:
    """Title, phases with their dates, the table, who says so and when."""
    made = making.official()
    making.title(made, "{{ title }}", "活动安排表{% if excerpt %}（摘录）{% endif %}")
    making.each(made, "phases", "{{ line.title }}：{{ line.time }}。")
    making.rows(made, "rows", COLUMNS)
    making.signed(made, "{{ unit }}", "{{ day }}")
    return made


if __name__ == "__main__":
    schedule().save(str(FILE))
