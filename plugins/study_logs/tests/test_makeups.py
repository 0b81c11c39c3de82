"""What an absentee owes: decided once, and due first where it is due first."""

import io
from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import select

from intranet import attachments, clock
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import Membership, Notice
from plugins.study_logs.deadlines import deadlines
from plugins.study_logs.models import Attendance, Makeup, Session
from plugins.study_logs.queries.makeups import subject_of
from plugins.study_logs.services.moving import move
from plugins.study_logs.services.reminding import remind
from plugins.study_logs.services.roster import refresh
from plugins.study_logs.steps import STEP_OF, Stage
from plugins.study_logs.tests.conftest import row_of
from plugins.study_logs.wording import MakeupState
from tests.fixtures import person, unit

PATH = "/nk1/study_logs/makeups"


def test_the_second_of_two_who_decide_is_told_what_has_become_of_it(app, make_session, client_for):
    make_session(away="member", stage="recorded")
    with app.app_context(), transaction():
        makeup = db.session.scalars(select(Makeup)).one()
        makeup.state, makeup.note = MakeupState.HANDED, "补学笔记"
        sent = {"state": "confirmed", "version": makeup.version}
        path = f"{PATH}/{makeup.id}/decide"

    assert client_for("recorder").post(path, data=sent).status_code == 303
    late = client_for("head").post(path, data=sent)
    assert late.status_code == 409
    assert "请看过再办" in late.text
    known = client_for("head").post(path, data={**sent, "version": sent["version"] + 1})
    assert (known.status_code, "已经办结" in known.text) == (422, True)


def test_of_few_deadlines_the_earliest_are_told(app, make_session):
    """Though a make-up belongs to a session of long ago."""
    old, new = make_session("recorded"), make_session()
    with app.app_context(), transaction():
        today = clock.today()
        db.session.get_one(Session, old).day = today - timedelta(days=60)
        db.session.get_one(Session, old).makeup_due_on = today + timedelta(days=20)
        db.session.get_one(Session, new).day = today + timedelta(days=1)
        db.session.flush()
        [first] = deadlines([unit("nk1")], today, today + timedelta(days=30), None, 1)
        assert first.day == today + timedelta(days=1)


def sent_back(app, session_id, clear="member"):
    """The record is in hand again, and this person has no mark any more. Returns ids of row and make-up."""
    with app.app_context(), transaction():
        session = db.session.get_one(Session, session_id)
        move(session, STEP_OF[Stage.RECORDED, Stage.SIGNING], "改考勤", by=person("recorder"))
        row = row_of(session_id, clear)
        row.mark, row.signed_at = None, None
        return row.id, db.session.scalars(select(Makeup.id).where(Makeup.attendance_id == row.id)).one()


def test_who_is_taken_off_the_roster_leaves_no_file_to_the_next(app, make_session, client_for):
    session_id, member = make_session("recorded"), client_for("member")
    with app.app_context():
        path = f"{PATH}/{db.session.scalars(select(Makeup.id)).one()}"
    sent = {"files": (io.BytesIO(b"%PDF-1.4\n%%EOF\n"), "笔记.pdf")}
    assert member.post(f"{path}/files", data=sent).status_code == 303
    row, makeup = sent_back(app, session_id)
    with app.app_context():
        assert len(attachments.of(subject_of(makeup))) == 1

    gone = client_for("recorder").post(f"/nk1/study_logs/sessions/{session_id}/roster/{row}/remove")

    assert gone.status_code == 303
    with app.app_context():
        assert attachments.of(subject_of(makeup)) == []
        assert db.session.get(Makeup, makeup) is None


def test_who_has_left_keeps_what_they_wrote_for_a_record_sent_back(app, make_session):
    session_id = make_session("recorded")
    row, makeup = sent_back(app, session_id)
    with app.app_context(), transaction():
        left = {"user_id": person("member").id, "unit_id": unit("nk1").id}
        db.session.delete(db.session.query(Membership).filter_by(**left).one())
        db.session.flush()

        refresh(db.session.get_one(Session, session_id))

        assert db.session.get(Attendance, row) is not None
        assert db.session.get(Makeup, makeup) is not None


def reminders(app, day):
    """How many hear something on that morning; a second run tells nobody."""
    with time_machine.travel(f"{day}T01:00:00Z", tick=False), app.app_context():
        with transaction():
            told = remind()["told"]
        with transaction():
            assert remind()["told"] == 0
        return told


def test_only_the_absentee_is_reminded_until_it_is_handed_in(app, make_session, client_for):
    make_session("recorded")
    with app.app_context(), transaction():
        makeup = db.session.scalars(select(Makeup)).one()
        makeup.due_on = date(2026, 11, 25)
        key = makeup.id

    # Saturday 14th; seven, three and one working days before; the morning after
    days = ("2026-11-14", "2026-11-16", "2026-11-17", "2026-11-20", "2026-11-24", "2026-11-26", "2026-11-27")
    assert [reminders(app, day) for day in days] == [0, 1, 0, 1, 1, 1, 0]
    with app.app_context(), transaction():
        mine = select(Notice.user_id).where(Notice.kind.in_(["makeup_due", "makeup_late"])).distinct()
        assert db.session.scalars(mine).all() == [person("member").id]
        makeup = db.session.get_one(Makeup, key)
        makeup.due_on, makeup.state = date(2026, 12, 25), MakeupState.HANDED
    assert reminders(app, "2026-12-24") == 0


@pytest.mark.beside("calendar")
@pytest.mark.one_engine
def test_a_make_up_waits_on_ones_own_home_and_calendar_and_nobody_elses(app, make_session, client_for):
    make_session("recorded")
    with app.app_context():
        due = db.session.scalars(select(Makeup.due_on)).one()
    words = "补课：党章学习"
    month = f"/account/calendar/list?month={due:%Y-%m}"

    assert f"{PATH}/" in client_for("member").get("/").text
    assert f"{PATH}/" in client_for("member").get(month).text
    assert words in client_for("member").get(month).text
    assert f"{PATH}/" not in client_for("head").get(month).text


@pytest.mark.one_engine
def test_the_list_is_of_one_session_or_of_those_that_are_open(app, make_session, client_for):
    first, second = make_session("recorded"), make_session("recorded", away="head")
    with app.app_context(), transaction():
        db.session.scalars(select(Makeup).order_by(Makeup.id)).first().state = MakeupState.HANDED
    recorder = client_for("recorder")

    def rows(query):
        return recorder.get(f"{PATH}/{query}").text.count('class="title"')

    assert rows("") == 2
    assert rows("?state=open") == 2
    assert rows(f"?session={first}&state=handed") == 1
    assert rows(f"?session={second}&state=handed") == 0
    assert rows("?state=confirmed") == 0
