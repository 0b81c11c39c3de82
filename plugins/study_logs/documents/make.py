"""Makes the Word templates of studying: sign-in sheet, record form, circular.

`python -m plugins.study_logs.documents.make` writes them anew; a test compares.
"""

from pathlib import Path

from docx.document import Document as Paper
from docx.shared import Pt

from intranet.documents import making

FOLDER = Path(__file__).parent
SESSIONS = (
    ("序号", 14, "row.number"),
    ("日期", 38, "row.day"),
    ("主题", 44, "row.title"),
    ("形式", 26, "row.form"),
    ("单位", 20, "row.unit"),
    ("到会", 14, "row.came"),
)
ABSENT = (
    ("序号", 14, "row.number"),
    ("姓名", 22, "row.name"),
    ("单位", 24, "row.unit"),
    ("日期", 38, "row.day"),
    ("学习", 24, "row.title"),
    ("考勤", 14, "row.mark"),
    ("补课", 20, "row.makeup"),
)
"""The two tables of the circular."""
ROOM = Pt(24)
"""To sign in."""


def sign_in_sheet() -> Paper:
    """签到表: a line for every person on the roster, with room to sign."""
    made = making.form()
    making.title(made, "学习签到表")
    making.facts(
        made,
        (
            ("主题", "{{ title }}"),
            ("时间地点", "{{ times }}"),
            ("单位", "{{ unit }}"),
            ("主持人", "{{ host }}"),
        ),
    )
    columns = (
        ("序号", 14, "row.number"),
        ("单位", 38, "row.unit"),
        ("姓名", 28, "row.name"),
        ("签名", 40, "row.signed"),
        ("备注", 40, "row.mark"),
    )
    making.rows(made, "rows", columns, ROOM)
    made.add_paragraph("应到 {{ expected }} 人，实到 {{ came }} 人。")
    return made


def record_form() -> Paper:
    """学习记录表: everything about one session on a form."""
    made = making.form()
    making.title(made, "学习记录表")
    making.facts(
        made,
        (
            ("主题", "{{ title }}"),
            ("形式", "{{ form }}，{{ hours }} 学时"),
            ("时间地点", "{{ times }}"),
            ("登记单位", "{{ unit }}"),
            ("参加单位", "{{ invited }}"),
            ("主持人", "{{ host }}"),
            ("主讲人", "{{ speaker }}"),
            ("记录人", "{{ clerk }}"),
            ("学习内容", "{{ content }}"),
            ("出席情况", "应到 {{ expected }} 人，实到 {{ came }} 人；未到：{{ absent }}。"),
        ),
    )
    making.heading(made, "发言摘要")
    making.each(made, "speeches", "{{ line }}")
    making.heading(made, "未到人员及补课")
    making.each(made, "absentees", "{{ line }}")
    return made


def circular() -> Paper:
    """季度通报: sums, the sessions, and who was absent."""
    made = making.official()
    making.title(made, "{{ unit }}{{ quarter }}学习情况通报")
    making.indented(
        made,
        "{{ span }}，共组织学习 {{ number }} 次、{{ hours }} 学时，应到 {{ expected }} 人次，"
        "实到 {{ came }} 人次，出勤率 {{ rate }}；还有 {{ open }} 人次的补课没有办结。",
    )
    making.heading(made, "一、学习活动")
    making.rows(made, "sessions", SESSIONS)
    making.heading(made, "二、未到人员")
    making.rows(made, "absentees", ABSENT)
    making.signed(made, "{{ unit }}", "{{ day }}")
    return made


PAPERS = {"sign_in_sheet": sign_in_sheet, "record_form": record_form, "circular": circular}

if __name__ == "__main__":
    for name, make in PAPERS.items():
        make().save(str(FOLDER / f"{name}.docx"))
