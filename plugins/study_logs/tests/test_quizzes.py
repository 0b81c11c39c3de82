"""A session and the test of what was studied: each shows the other, for whom it opens."""

import re

import pytest

from intranet.db import transaction
from intranet.extensions import db
from plugins.study_logs.models import Session
from plugins.study_logs.steps import Stage
from tests.fixtures import login, unit

pytestmark = pytest.mark.beside("knowledge_tests")


def address(text, title):
    found = re.search(rf'href="(/\w+/knowledge_tests/quizzes/\d+)">{re.escape(title)}', text)
    return found and found[1]


def test_a_session_names_a_test_and_each_leads_to_the_other(demo_app):
    """`study_logs_tests` and `knowledge_tests_lessons`, with either plugin off the other goes on."""
    recorder = login(demo_app, "recorder")
    with demo_app.app_context():
        own = db.session.query(Session).filter_by(unit_id=unit("nk1").id, stage=Stage.RECORDED).first()
        page, title = f"/nk1/study_logs/sessions/{own.id}", own.title
    form = recorder.get(f"{page}/test").text
    value, name = re.search(r'value="(knowledge_tests:\d+)"> (\S+)', form).groups()
    version = re.search(r'name="version" value="(\d+)"', form)[1]
    sent = {"test": value, "version": version}

    assert login(demo_app, "member").post(f"{page}/test", data=sent).status_code == 403
    assert recorder.post(f"{page}/test", data=sent).status_code == 303
    assert recorder.post(f"{page}/test", data={**sent, "test": ""}).status_code == 409
    member = login(demo_app, "member")
    quiz = address(member.get(page).text, name)
    assert f'href="{page}">{title}' in member.get(quiz).text
    makeup = re.search(r"/nk1/study_logs/makeups/\d+", member.get(page).text)[0]
    assert address(member.get(makeup).text, name) == quiz

    head = login(demo_app, "head")
    head.post("/nk1/plugins/knowledge_tests", data={"state": "off"})
    alone = head.get(page).text
    assert (name in alone, address(alone, name), "更换测试" in alone) == (True, None, False)
    head.post("/nk1/plugins/knowledge_tests", data={"state": "on"})
    head.post("/nk1/plugins/study_logs", data={"state": "off"})
    assert title not in member.get(quiz).text


def test_what_is_filed_names_no_other_test(app, make_session, client_for):
    session_id = make_session(Stage.RECORDED)
    with app.app_context(), transaction():
        db.session.get_one(Session, session_id).stage = Stage.ARCHIVED
    page = f"/nk1/study_logs/sessions/{session_id}"

    assert client_for("recorder").post(f"{page}/test", data={"test": "", "version": "4"}).status_code == 422
    assert "还没有可选的测试" in client_for("recorder").get(f"{page}/test").text
