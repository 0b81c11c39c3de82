"""The roster: taps, two clerks, people who come and go, a hospital's session in a ward's hands."""

import re

import pytest

from intranet import clock, units
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import Membership
from plugins.study_logs.models import Attendance, Invited, Session
from plugins.study_logs.services.roster import refresh
from plugins.study_logs.steps import Stage
from plugins.study_logs.tests.conftest import row_of
from plugins.study_logs.wording import Mark
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


def test_a_reason_typed_too_late_or_too_long_stands_in_the_row_again(app, make_session, client_for):
    session_id, head = make_session(), client_for("head")
    with app.app_context():
        row = row_of(session_id, "member").id
    path = f"{roster(session_id)}/{row}"
    client_for("recorder").post(path, data={"mark": "present", "version": 1})
    sent = {"mark": "leave", "reason": "丧假", "approver": "周副院长", "version": 1}

    for options in ({"headers": HTMX}, {}):
        late = head.post(path, data=sent, **options)
        assert (late.status_code, "刚把这一行改为“出席”" in late.text) == (409, True)
        assert late.text.count('value="丧假"') == late.text.count('value="周副院长"') == 1
        assert 'name="mark" value="leave" class="link"' in late.text
    long = head.post(path, data={**sent, "reason": "字" * 201, "version": 2}, headers=HTMX)
    assert (long.status_code, "事由最多 200 字" in long.text, "字" * 201 in long.text) == (422, True, True)
    assert head.post(path, data={**sent, "version": 2}).status_code == 303
    with app.app_context():
        found = row_of(session_id, "member")
        assert (found.mark, found.reason, found.approver) == (Mark.LEAVE, "丧假", "周副院长")


def test_a_mark_nobody_knows_is_taken_for_none(app, make_session, client_for):
    session_id, recorder = make_session(), client_for("recorder")
    with app.app_context():
        row = row_of(session_id, "member").id
    assert (
        recorder.post(f"{roster(session_id)}/{row}", data={"mark": "late", "version": 1}).status_code == 303
    )
    before = marks_of(app, session_id)

    assert recorder.post(f"{roster(session_id)}/{row}", data={"mark": "x", "version": 2}).status_code == 400
    assert recorder.post(f"{roster(session_id)}/rest", data={"mark": "x"}).status_code == 400
    assert marks_of(app, session_id) == before


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

    refused = recorder.post(path, data={"username": "stranger"})
    assert (refused.status_code, 'value="stranger"' in refused.text) == (422, True)
    assert recorder.post(path, data={"username": "何小满"}).status_code == 303
    with app.app_context():
        assert row_of(session_id, "member").by_hand


@pytest.mark.one_engine
def test_a_make_up_opens_in_the_unit_of_whom_it_is_asked(app, make_session, client_for):
    """Wherever the session is looked at: another unit that was invited has no page of it."""
    session_id = make_session(Stage.RECORDED, code="hospital")
    with app.app_context(), transaction():
        db.session.add(Invited(session_id=session_id, unit_id=unit("wk1").id))

    page = client_for("office").get(roster(session_id, "wk1")).text
    link = re.search(r'href="(/\w+/study_logs/makeups/\d+)"', page)[1]
    assert link.startswith("/nk1/")
    assert client_for("office").get(link).status_code == 200
    assert link in client_for("member").get(f"/nk1/study_logs/sessions/{session_id}").text


@pytest.mark.one_engine
def test_a_member_sees_their_own_row_and_no_other(app, make_session, client_for):
    session_id = make_session(Stage.RECORDED)

    page = client_for("member").get(roster(session_id)).text
    assert "夜班" in page
    assert "李牧原" not in page.partition("study-roster")[2].partition('scope="row"')[0]
    assert page.count('scope="row"') == 1
    assert login(app, "stranger").get(roster(session_id, "wk1")).status_code == 404


# What a number means, and what a tap may undo -------------------------------------------------------


def marks_of(app, session_id):
    with app.app_context():
        rows = db.session.query(Attendance).filter_by(session_id=session_id).order_by(Attendance.user_id)
        return {row.user_id: (row.mark, row.version) for row in rows}


@pytest.mark.one_engine
def test_each_number_opens_the_people_behind_it(app, make_session, client_for):
    """On the session's page for those who may see them, and never more than the number says."""
    session_id, head = make_session(Stage.RECORDED), client_for("head")
    page = f"/nk1/study_logs/sessions/{session_id}"

    figures = re.findall(r'<a href="([^"]+)"[^>]*><b>(\d+)</b>', head.get(page).text)
    assert len(figures) > 2
    for address, number in figures:
        assert head.get(address.replace("&amp;", "&")).text.count('scope="row"') == int(number)
    assert "夜班" in head.get(f"{roster(session_id)}?show=shift").text
    assert "没有这样的人" in head.get(f"{roster(session_id)}?show=late").text
    assert "<a" not in client_for("member").get(page).text.partition('id="counts"')[2].partition("</p>")[0]


def test_who_sees_a_part_reads_the_numbers_of_that_part(app, make_session, client_for):
    session_id = make_session(code="hospital")
    with app.app_context(), transaction():
        add = Attendance(session_id=session_id, user_id=person("stranger").id, unit_id=unit("wk1").id)
        db.session.add(add)
        number = db.session.query(Attendance).filter_by(session_id=session_id).count()

    page = client_for("recorder").get(roster(session_id)).text

    assert f"<b>{number - 1}</b>应到" in page
    assert "还有 1 人由别的单位登记" in page
    assert f"<b>{number}</b>应到" in client_for("office").get(roster(session_id, "hospital")).text


def test_the_rest_is_taken_back_and_what_was_changed_since_stays(app, make_session, client_for):
    session_id = make_session()
    recorder, path = client_for("recorder"), roster(session_id)
    with app.app_context():
        member = row_of(session_id, "member")
        row, whose = member.id, member.user_id
    recorder.post(f"{path}/rest", data={"mark": "present"})
    recorder.post(f"{path}/{row}", data={"mark": "absent", "version": 2})
    at = re.search(r'name="at" value="([^"]+)"', recorder.get(path).text)[1]

    assert "成批登记" not in client_for("head").get(path).text
    assert client_for("head").post(f"{path}/undo", data={"at": at}).status_code == 422
    assert recorder.post(f"{path}/undo", data={"at": at}).status_code == 303
    left = marks_of(app, session_id)
    assert left.pop(whose) == (Mark.ABSENT, 3)
    assert set(left.values()) == {(None, 3)}
    assert recorder.post(f"{path}/undo", data={"at": at}).status_code == 422
    assert recorder.post(f"{path}/{row}", data={"mark": "", "version": 3}).status_code == 303
    assert marks_of(app, session_id)[whose] == (None, 4)


def test_who_signed_in_is_taken_for_absent_only_on_a_second_tap(app, make_session, client_for):
    session_id = make_session()
    recorder, path = client_for("recorder"), roster(session_id)
    with app.app_context(), transaction():
        signed = row_of(session_id, "member")
        signed.mark, signed.signed_at, row = Mark.PRESENT, clock.now(), signed.id
    sent = {"mark": "absent", "reason": "没来", "version": 1}

    asked = recorder.post(f"{path}/{row}", data=sent, headers=HTMX)
    assert (asked.status_code, "本人签过到，确定没有来吗" in asked.text) == (409, True)
    assert 'name="reason" value="没来"' in asked.text
    assert "确定改为“缺席”" in recorder.post(f"{path}/{row}", data=sent).text
    with app.app_context():
        assert row_of(session_id, "member").mark is Mark.PRESENT
    assert recorder.post(f"{path}/{row}", data={"mark": "early", "version": 1}).status_code == 303
    assert recorder.post(f"{path}/{row}", data={**sent, "version": 2, "sure": "1"}).status_code == 303
    with app.app_context():
        assert row_of(session_id, "member").mark is Mark.ABSENT
