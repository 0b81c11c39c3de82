"""The roster: taps, two clerks, people who come and go, a hospital's session in a ward's hands."""

import pytest

from intranet import units
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import Membership
from plugins.study_logs.models import Attendance, Session
from plugins.study_logs.services.roster import refresh
from plugins.study_logs.steps import Stage
from plugins.study_logs.tests.conftest import row_of
from plugins.study_logs.words import Mark
from tests.fixtures import HTMX, PASSWORD, login, person, unit


def roster(session_id, code="nk1"):
    return f"/{code}/study_logs/sessions/{session_id}/roster"


def test_a_tap_answers_with_the_row_and_the_counts(app, make_session, client_for):
    session_id, recorder = make_session(), client_for("recorder")
    with app.app_context():
        row = row_of(session_id, "member").id

    tapped = recorder.post(f"{roster(session_id)}/{row}", data={"mark": "late", "version": 1}, headers=HTMX)

    assert tapped.text.count("<tr") == 1
    assert 'hx-swap-oob="true"' in tapped.text
    assert 'name="version" value="2"' in tapped.text
    assert '"study-mark late" aria-pressed="true"' in tapped.text
    assert "<html" not in tapped.text


def test_of_two_clerks_the_second_is_told_and_overwrites_nothing(app, make_session, client_for):
    session_id = make_session()
    with app.app_context():
        row = row_of(session_id, "member").id
    path = f"{roster(session_id)}/{row}"
    client_for("recorder").post(path, data={"mark": "leave", "reason": "病假", "version": 1})

    second = client_for("head").post(path, data={"mark": "absent", "version": 1}, headers=HTMX)

    assert second.status_code == 409
    assert "程以宁刚把这一行改为“请假”" in second.text
    with app.app_context():
        found = row_of(session_id, "member")
        assert (found.mark, found.reason) == (Mark.LEAVE, "病假")


def test_a_ward_marks_its_own_people_at_the_hospitals_session(app, make_session, client_for):
    """And nobody else's: the row of another ward is not even found."""
    session_id = make_session(code="hospital")
    with app.app_context(), transaction():
        add = Attendance(session_id=session_id, user_id=person("stranger").id, unit_id=unit("wk1").id)
        db.session.add(add)
        db.session.flush()
        own, other = row_of(session_id, "member").id, add.id
    recorder, words = client_for("recorder"), {"mark": "present", "version": 1}

    assert "唐明朗" not in recorder.get(roster(session_id)).text
    assert recorder.post(f"{roster(session_id)}/{other}", data=words).status_code == 404
    assert recorder.post(f"{roster(session_id)}/{own}", data=words).status_code == 303
    assert client_for("member").post(f"{roster(session_id)}/{own}", data=words).status_code == 403
    rest = recorder.post(f"{roster(session_id)}/rest", data={"mark": "present"})
    assert rest.status_code == 303
    with app.app_context():
        assert row_of(session_id, "stranger").mark is None
        assert row_of(session_id, "head").mark is Mark.PRESENT


def test_people_who_come_are_added_and_who_left_unmarked_are_gone(app, make_session):
    session_id = make_session()
    with app.app_context(), transaction():
        row_of(session_id, "head").mark = Mark.PRESENT
        units.join(units.add_person("fresh", "新来的", PASSWORD), unit("nk1"))
        for name in ("head", "member"):
            left = {"user_id": person(name).id, "unit_id": unit("nk1").id}
            db.session.delete(db.session.query(Membership).filter_by(**left).one())
        db.session.flush()
        refresh(db.session.get_one(Session, session_id))
        names = {row.user_id for row in db.session.query(Attendance).filter_by(session_id=session_id)}
        assert person("fresh").id in names
        assert person("head").id in names
        assert person("member").id not in names


def test_somebody_is_added_by_hand_only_from_the_units_own_people(app, make_session, client_for):
    session_id, recorder = make_session(), client_for("recorder")
    path = f"/nk1/study_logs/sessions/{session_id}/people"
    with app.app_context():
        row = row_of(session_id, "member").id
    assert recorder.post(f"{roster(session_id)}/{row}/remove").status_code == 303

    assert recorder.post(path, data={"username": "stranger"}).status_code == 422
    assert recorder.post(path, data={"username": "何小满"}).status_code == 303
    with app.app_context():
        assert row_of(session_id, "member").by_hand


@pytest.mark.one_engine
def test_a_member_sees_their_own_row_and_no_other(app, make_session, client_for):
    session_id = make_session(Stage.RECORDED)

    page = client_for("member").get(roster(session_id)).text
    assert "夜班" in page
    assert "李牧原" not in page.partition("study-roster")[2].partition('scope="row"')[0]
    assert page.count('scope="row"') == 1
    assert login(app, "stranger").get(roster(session_id, "wk1")).status_code == 404
