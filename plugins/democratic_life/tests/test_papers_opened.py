"""What people take away, opened by LibreOffice as it would be printed."""

import pytest
from sqlalchemy import update

from intranet.db import transaction
from intranet.extensions import db
from plugins.democratic_life.models import Meeting
from plugins.democratic_life.tests import reviewing
from plugins.democratic_life.wording import State
from tests.fixtures import login
from tests.office import all_shown_by_libreoffice

pytestmark = pytest.mark.one_engine

PAGE = "/nk1/democratic_life/meetings"
SHOWN = {
    "notice": ("关于召开组织生活会的通知", "示教室", "李牧原"),
    "agenda": ("议程", "主持人总结"),
    "sign_in": ("签到表", "李牧原", "应到"),
    "report": ("情况报告", "会议开得好"),
    "circular": ("通报", "会议开得好", "特此通报"),
    "minutes": ("密封件", "会上说的话"),
    "review": ("对照检查", "原因分析", "写在材料里的话", "形式主义"),
}


def test_every_paper_is_opened_as_it_will_be_printed(app, make_meeting, tmp_path):
    meeting_id = make_meeting(State.ANNOUNCED, "会上说的话{{ 71*71 }}<b>")
    review_id = reviewing.begun(app)
    reviewing.hand_in(app, review_id, "写在材料里的话{{ 71*71 }}<b>")
    with app.app_context(), transaction():
        row = update(Meeting).where(Meeting.id == meeting_id)
        db.session.execute(row.values(observers="督导组{{ 71*71 }}<b>"))
    recorder, member = login(app, "recorder"), login(app, "member")
    addresses = {"report": "papers/report", "circular": "papers/circular"}
    files = {
        f"{name}.docx": recorder.post(f"{PAGE}/{meeting_id}/{addresses.get(name, name)}.docx").data
        for name in SHOWN
        if name != "review"
    }
    files["review.docx"] = member.post(f"{reviewing.PAGE}/{review_id}/review.docx").data
    texts = all_shown_by_libreoffice(files, tmp_path)
    for name, words in SHOWN.items():
        text = texts[f"{name}.docx"]
        assert [word for word in words if word not in text] == [], name
        assert "5041" not in text, name  # no hour and no day
    assert "督导组{{ 71*71 }}<b>" in texts["notice.docx"]
    assert "会上说的话" not in "".join(texts[f"{name}.docx"] for name in SHOWN if name != "minutes")
