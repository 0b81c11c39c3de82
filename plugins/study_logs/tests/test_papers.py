"""What people take away, read by another program; and the way from a plan's activity and back."""

import html
import io
import re

import pytest
from docx import Document
from openpyxl import load_workbook
from sqlalchemy import func, select

from intranet import clock
from intranet.contracts import Reference
from intranet.extensions import db
from intranet.models import AuditEntry
from plugins.study_logs.documents import make
from plugins.study_logs.models import Session
from plugins.study_logs.steps import Stage
from tests.fixtures import login
from tests.office import all_shown_by_libreoffice, parts

PATH = "/nk1/study_logs"


def this_quarter():
    return f"{clock.today().year}-{(clock.today().month + 2) // 3}"


def test_sheet_record_and_circular_are_read_by_another_program(app, make_session, client_for, tmp_path):
    session_id, recorder = make_session(Stage.RECORDED), client_for("recorder")
    sheet = recorder.post(f"{PATH}/sessions/{session_id}/sign-in-sheet.docx")
    record = recorder.post(f"{PATH}/sessions/{session_id}/record.docx")
    circular = recorder.post(f"{PATH}/circular.docx", data={"quarter": this_quarter()})

    files = {"sheet.docx": sheet.data, "record.docx": record.data, "circular.docx": circular.data}
    shown = all_shown_by_libreoffice(files, tmp_path)
    for name, words in (
        ("sheet.docx", ("学习签到表", "党章学习", "何小满", "值班")),
        ("record.docx", ("学习记录表", "党章总纲", "何小满（值班，夜班，批准人李牧原，待补课）")),
        ("circular.docx", ("学习情况通报", "党章学习", "何小满", "待补课")),
    ):
        text = re.sub(r"\s", "", shown[name])
        assert [word for word in words if word not in text] == []
    with app.app_context():
        details = db.session.scalars(
            select(AuditEntry.detail).where(AuditEntry.action == "study_logs:export")
        )
        assert all(detail.keys() == {"kind", "rows"} for detail in details)  # lines, be they people or not
        told = select(func.count()).where(AuditEntry.action == "study_logs:export")
        assert db.session.scalar(told) == 3
    member = client_for("member")
    assert member.post(f"{PATH}/sessions/{session_id}/sign-in-sheet.docx").status_code == 403
    assert member.post(f"{PATH}/circular.docx").status_code == 403


@pytest.mark.one_engine
def test_a_circular_is_of_the_quarter_that_was_asked_for(app, make_session, client_for):
    make_session(Stage.RECORDED)
    year, this = clock.today().year, this_quarter()
    last = f"{year - 1}-4"

    texts = {}
    for quarter in (this, last):
        answer = client_for("recorder").post(f"{PATH}/circular.docx", data={"quarter": quarter})
        texts[quarter] = "\n".join(line.text for line in Document(io.BytesIO(answer.data)).paragraphs)

    assert "共组织学习 1 次" in texts[this]
    assert f"{year - 1}年10月1日至{year - 1}年12月31日，共组织学习 0 次" in texts[last]
    for wrong in ("", "2026-9", "1999-1"):
        refused = client_for("recorder").post(f"{PATH}/circular.docx", data={"quarter": wrong})
        assert (refused.status_code, "请从列表里选" in refused.text) == (422, True)


def test_the_ledger_has_the_rows_of_the_page(app, make_session, client_for):
    make_session(Stage.RECORDED)
    make_session(Stage.PLANNED)

    sheet = load_workbook(io.BytesIO(client_for("head").post(f"{PATH}/ledger.xlsx?stage=held").data)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    heading = next(place for place, row in enumerate(rows) if "主题" in row)

    [only] = [row for row in rows[heading + 1 :] if row[4]]
    assert only[4] == "党章学习"
    assert only[10] - only[11] == 1


@pytest.mark.one_engine
@pytest.mark.parametrize("name", make.PAPERS)
def test_a_template_is_what_its_script_makes(name, tmp_path):
    make.PAPERS[name]().save(str(tmp_path / "again.docx"))

    assert parts((make.FOLDER / f"{name}.docx").read_bytes()) == parts((tmp_path / "again.docx").read_bytes())


# From a plan -------------------------------------------------------------------------------------


@pytest.mark.beside("campaign")
def test_from_an_activity_in_one_click_and_each_shows_the_other(demo_app):  # noqa: PLR0915 - one way
    """`study_logs_occasions` and `campaign_followups`: where both are on, for whom they may open."""
    recorder = login(demo_app, "recorder")
    activity = re.search(r"/nk1/campaign/activities/(\d+)", recorder.get("/nk1/campaign/").text)
    page = recorder.get(activity[0]).text
    button = re.search(r'action="([^"]+)">(?:(?!</form>).)*由此登记学习活动', page)[1]
    title = re.search(r"<h1>([^<]+)</h1>", page)[1]

    first = recorder.post(button).headers["Location"]
    assert "确认删除" in recorder.get(first).text
    assert login(demo_app, "member").post(f"{first}/remove").status_code == 403
    recorder = login(demo_app, "recorder")
    assert recorder.post(f"{first}/remove").status_code == 303
    assert recorder.get(first).status_code == 404
    made = recorder.post(button).headers["Location"]
    assert recorder.post(button).headers["Location"] == made
    assert "就是这一项" in recorder.get(made).text
    again = re.search(r'href="([^"]+)">由此再登记一项', recorder.get(activity[0]).text)[1]
    assert f"来源：{title}" in recorder.get(html.unescape(again)).text

    assert activity[0] in recorder.get(made).text
    assert made in recorder.get(activity[0]).text
    assert "由此登记学习活动" not in login(demo_app, "member").get(activity[0]).text
    assert made in login(demo_app, "member").get(activity[0]).text
    assert recorder.get("/nk1/study_logs/sessions/new?source=campaign&key=99999").status_code == 404
    assert recorder.post("/nk1/study_logs/sessions/from/campaign/99999").status_code == 422
    assert login(demo_app, "member").post(button).status_code == 403
    with demo_app.app_context():
        session = db.session.scalars(select(Session).where(Session.source == "campaign")).one()
        known = Reference("campaign", activity[1], title, activity[0])
        assert (session.source_key, session.source_title, session.source_url) == (known.key, title, known.url)
        assert (session.stage, session.title) == (Stage.PLANNED, title)
    recorder = login(demo_app, "head")
    recorder.post("/nk1/plugins/campaign", data={"state": "off"})
    assert activity[0] not in recorder.get(made).text
