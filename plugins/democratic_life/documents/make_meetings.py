"""Makes the Word templates of meetings: 通知, 议程, 签到表, 会议记录, 情况报告, 通报.

`python -m plugins.democratic_life.documents.make_meetings` writes them anew; a test compares.
"""

from pathlib import Path

from docx.document import Document as Paper
from docx.shared import Pt

from intranet.documents import making

FOLDER = Path(__file__).parent
COLUMNS = (
    ("序号", 14, "row.number"),
    ("姓名", 28, "row.name"),
    ("职务", 38, "row.duty"),
    ("签名", 42, "row.signed"),
    ("备注", 34, "row.mark"),
)
"""Heading, width in mm of 156, value."""
ROOM = Pt(24)
"""To sign in."""


def notice() -> Paper:
    """会议通知."""
    made = making.official()
    making.title(made, "关于召开{{ name }}的通知")
    made.add_paragraph("{{ people }}：")
    for words in (
        "根据工作安排，决定召开{{ kind }}，现将有关事项通知如下。",
        "一、时间：{{ when }}。",
        "二、地点：{{ place }}。",
        "三、主题：{{ theme }}。",
        "四、主持：{{ chair }}；记录：{{ recorder }}。",
        "五、列席：{{ observers }}。",
        "请认真准备对照检查材料，开展谈心谈话，按时参加会议；确有特殊原因不能到会的，会前请假并提交书面发言。",
    ):
        making.indented(made, words)
    making.signed(made, "{{ unit }}", "{{ day }}")
    return made


def agenda() -> Paper:
    """会议议程."""
    made = making.official()
    making.title(made, "{{ name }}议程")
    for words in ("时间：{{ when }}", "地点：{{ place }}", "主题：{{ theme }}", "主持：{{ chair }}"):
        making.indented(made, words)
    making.each(made, "items", "{{ line }}")
    return made


def sign_in() -> Paper:
    """签到表: a line for everybody, with room to sign."""
    made = making.official()
    making.title(made, "{{ name }}签到表")
    made.add_paragraph("时间：{{ when }}　地点：{{ place }}")
    making.rows(made, "rows", COLUMNS, ROOM)
    made.add_paragraph("应到 {{ expected }} 人，实到 {{ came }} 人。列席：{{ observers }}")
    return made


def minutes() -> Paper:
    """会议记录."""
    made = making.official()
    made.add_paragraph("密封件　不得外传")
    made.add_paragraph()
    making.title(made, "{{ title }}")
    making.each(made, "lines", "{{ line }}")
    return made


def report() -> Paper:
    """情况报告, to whom it goes up."""
    return _told("情况报告", "特此报告。", "{{ to }}：")


def circular() -> Paper:
    """情况通报."""
    return _told("情况通报", "特此通报。")


def _told(what: str, ending: str, *to: str) -> Paper:
    made = making.official()
    making.title(made, f"{{{{ unit }}}}{{{{ name }}}}{what}")
    for whom in to:
        made.add_paragraph(whom)
    making.each(made, "lines", "{{ line }}")
    making.indented(made, ending)
    making.signed(made, "{{ unit }}", "{{ day }}")
    return made


PAPERS = {
    "notice": notice,
    "agenda": agenda,
    "sign_in": sign_in,
    "minutes": minutes,
    "report": report,
    "circular": circular,
}

if __name__ == "__main__":
    for name, make in PAPERS.items():
        make().save(str(FOLDER / f"{name}.docx"))
