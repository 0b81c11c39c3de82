"""From plan to archive: each step has its right and its needs, and happens once."""

import pytest
from sqlalchemy import select

from intranet.db import transaction
from intranet.extensions import db
from intranet.models import AuditEntry, Notice
from plugins.study_logs.models import Attendance, Makeup, Session
from plugins.study_logs.steps import STEPS, Stage
from plugins.study_logs.tests.conftest import row_of
from plugins.study_logs.wording import MakeupState
from tests.fixtures import login, unit

PATH = "/nk1/study_logs/sessions"
NEW = {
    "title": "周会",
    "form": "weekly",
    "day": "2026-11-20",
    "starts": "15:00",
    "ends": "16:00",
    "place": "示教室",
    "host": "李牧原",
}


def move(client, session_id, stage, note="", code="nk1"):
    data = {"stage": stage, "version": db_version(client.application, session_id), "note": note}
    return client.post(f"/{code}/study_logs/sessions/{session_id}/move", data=data)


def stage_of(app, session_id):
    with app.app_context():
        return db.session.get_one(Session, session_id).stage


def test_a_clerk_takes_a_session_the_whole_way(app, client_for):  # noqa: PLR0915 - one way, told in order
    """Opened, told, marked, recorded and closed by the clerk, archived by the head."""
    recorder, member, head = client_for("recorder"), client_for("member"), client_for("head")
    with app.app_context():
        nk1 = str(unit("nk1").id)
    made = recorder.post(f"{PATH}/new", data={**NEW, "units": nk1})
    session_id = int(made.headers["Location"].rpartition("/")[2])
    assert move(recorder, session_id, "notified").status_code == 303
    assert "请参加" in member.get("/notices").text
    assert move(recorder, session_id, "signing").status_code == 303
    refused = move(recorder, session_id, "recorded")
    assert refused.status_code == 422
    assert "没有考勤" in refused.text
    assert "写学习内容" in refused.text

    with app.app_context():
        row, everybody = row_of(session_id, "member"), len(_rows(session_id))
    words = {"mark": "shift", "reason": "夜班", "version": 1}
    assert recorder.post(f"{PATH}/{session_id}/roster/{row.id}", data=words).status_code == 303
    rest = recorder.post(f"{PATH}/{session_id}/roster/rest", data={"mark": "present"}, follow_redirects=True)
    assert f"已登记 {everybody - 1} 人" in rest.text
    version = db_version(app, session_id)
    facts = {**NEW, "units": nk1, "content": "三季度案例", "hours": "1.5", "version": version}
    assert recorder.post(f"{PATH}/{session_id}/edit", data=facts).status_code == 303
    assert move(recorder, session_id, "recorded").status_code == 303

    assert "补课没有确认" in move(recorder, session_id, "closed").text
    with app.app_context():
        makeup = db.session.scalars(select(Makeup)).one().id
    page = f"/nk1/study_logs/makeups/{makeup}"
    assert "补课：周会" in member.get("/nk1/").text
    assert member.post(f"{page}/hand-in", data={"note": "短", "version": 1}).status_code == 422
    assert member.post(f"{page}/hand-in", data={"note": "读" * 200, "version": 1}).status_code == 303
    own = member.post(f"{page}/decide", data={"state": "confirmed", "version": 2})
    assert own.status_code == 403
    assert recorder.post(f"{page}/decide", data={"state": "returned", "version": 2}).status_code == 422
    back = {"state": "returned", "version": 2, "reason": "请写体会"}
    assert recorder.post(f"{page}/decide", data=back).status_code == 303
    assert "请写体会" in member.get(page).text
    assert member.post(f"{page}/hand-in", data={"note": "写" * 200, "version": 3}).status_code == 303
    assert recorder.post(f"{page}/decide", data={"state": "confirmed", "version": 4}).status_code == 303
    assert (
        recorder.post(f"{page}/decide", data={"state": "excused", "version": 5, "reason": "x"}).status_code
        == 422
    )

    assert move(recorder, session_id, "closed").status_code == 303
    assert move(recorder, session_id, "archived").status_code == 403
    assert move(head, session_id, "archived").status_code == 303
    assert stage_of(app, session_id) is Stage.ARCHIVED
    with app.app_context():
        deeds = db.session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("study_logs:%")))
        assert {"study_logs:open", "study_logs:move", "study_logs:mark", "study_logs:decide"} <= set(deeds)


def _rows(session_id):
    return db.session.scalars(select(Attendance).where(Attendance.session_id == session_id)).all()


def db_version(app, session_id):
    with app.app_context():
        return db.session.get_one(Session, session_id).version


@pytest.mark.one_engine
def test_no_step_is_open_to_a_member_and_an_old_version_is_refused(app, make_session, client_for):
    session_id, head, member = make_session(Stage.PLANNED), client_for("head"), client_for("member")
    version, answers = db_version(app, session_id), []

    for step in STEPS:
        with app.app_context(), transaction():
            db.session.get_one(Session, session_id).stage = step.start
        path, data = f"{PATH}/{session_id}/move", {"stage": step.end.value, "note": "原因"}
        old = head.post(path, data={**data, "version": 99})
        refused = member.post(path, data={**data, "version": version})
        answers.append((old.status_code, refused.status_code, stage_of(app, session_id) is step.start))

    assert answers == [(409, 403, True)] * len(STEPS)


def test_leave_without_a_reason_and_who_gave_it_is_not_final(app, make_session, client_for):
    session_id, recorder = make_session(Stage.SIGNING), client_for("recorder")
    with app.app_context():
        row = row_of(session_id, "member").id
    path = f"{PATH}/{session_id}/roster"
    recorder.post(f"{path}/{row}", data={"mark": "leave", "version": 1})
    recorder.post(f"{path}/rest", data={"mark": "present"})

    refused = move(recorder, session_id, "recorded")
    assert "请假要写事由和批准人：何小满" in refused.text
    recorder.post(f"{path}/{row}", data={"mark": "leave", "version": 2, "reason": "病", "approver": "李牧原"})
    assert move(recorder, session_id, "recorded").status_code == 303


def test_who_was_there_after_all_owes_nothing(app, make_session, client_for):
    """退回考勤 and a changed mark take the make-up away; the others keep theirs."""
    session_id, recorder = make_session(Stage.RECORDED), client_for("recorder")
    with app.app_context():
        row = row_of(session_id, "member").id
    move(recorder, session_id, "signing", "漏登")
    recorder.post(f"{PATH}/{session_id}/roster/{row}", data={"mark": "present", "version": 1})
    move(recorder, session_id, "recorded")

    with app.app_context():
        assert db.session.scalars(select(Makeup)).all() == []
    assert move(recorder, session_id, "closed").status_code == 303


def test_a_cancelled_session_tells_those_who_were_invited(app, make_session, client_for):
    session_id = make_session(Stage.NOTIFIED)

    assert move(client_for("recorder"), session_id, "cancelled").status_code == 422
    assert move(client_for("recorder"), session_id, "cancelled", "讲课人出差").status_code == 303

    with app.app_context():
        told = db.session.scalars(select(Notice).where(Notice.kind == "cancelled")).all()
        assert {notice.values["note"] for notice in told} == {"讲课人出差"}
        assert len(told) == len(_rows(session_id)) - 1


def test_a_make_up_is_read_by_its_owner_and_those_over_them(app, make_session):
    make_session(Stage.RECORDED, away="recorder")
    with app.app_context():
        makeup = db.session.scalars(select(Makeup)).one()
        assert makeup.state is MakeupState.OWED
        path = f"/nk1/study_logs/makeups/{makeup.id}"

    answers = {
        who: login(app, who).get(path).status_code for who in ("recorder", "head", "member", "stranger")
    }
    assert answers == {"recorder": 200, "head": 200, "member": 404, "stranger": 404}
    excuse = {"state": "excused", "version": 1, "reason": "外派"}
    assert login(app, "recorder").post(f"{path}/decide", data=excuse).status_code == 403
    assert login(app, "head").post(f"{path}/decide", data=excuse).status_code == 303
