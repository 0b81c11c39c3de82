"""The way of a meeting: who takes which step, which gate holds it up, and what two at once come to."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from intranet import clock
from intranet.db import transaction
from intranet.errors import Conflict
from intranet.extensions import db
from intranet.models import AuditEntry, Notice, User
from plugins.democratic_life.models import Mark, Meeting, Seat
from plugins.democratic_life.queries.gates import Facts, gates_of
from plugins.democratic_life.queries.meetings import needed
from plugins.democratic_life.queries.waiting import dues_of
from plugins.democratic_life.services.meetings import plan_meeting
from plugins.democratic_life.services.steps import NUMBER, take
from plugins.democratic_life.tests.conftest import let_the_day_come, seen, version_of
from plugins.democratic_life.wording import Attendance, Kind, State
from tests.fixtures import login, person, unit

PAGE = "/nk1/democratic_life/meetings"


def post(app, who, meeting_id, name, **fields):
    fields.setdefault("version", version_of(app, meeting_id))
    return login(app, who).post(f"{PAGE}/{meeting_id}/steps/{name}", data=fields)


def state(app, meeting_id):
    with app.app_context():
        return db.session.get_one(Meeting, meeting_id).state


def test_the_plan_goes_up_comes_back_and_is_agreed_to_from_above(app, make_meeting):
    meeting_id = make_meeting()
    assert post(app, "member", meeting_id, "submit").status_code == 403
    assert post(app, "recorder", meeting_id, "submit").status_code == 303
    assert post(app, "head", meeting_id, "agree").status_code == 403
    assert post(app, "recorder", meeting_id, "agree").status_code == 403
    no_reason = post(app, "supervisor", meeting_id, "send_back")
    assert no_reason.status_code == 422
    assert "请写明：要改什么" in no_reason.text
    assert post(app, "supervisor", meeting_id, "send_back", reason="主题要更实").status_code == 303
    assert "主题要更实" in login(app, "recorder").get(f"{PAGE}/{meeting_id}").text
    post(app, "recorder", meeting_id, "submit")
    assert "审批会议方案" in login(app, "leader").get("/").text
    assert post(app, "leader", meeting_id, "agree").status_code == 303
    assert post(app, "recorder", meeting_id, "notify").status_code == 303
    assert "参加会议" in login(app, "member").get("/").text
    assert state(app, meeting_id) is State.AGREED
    assert post(app, "recorder", meeting_id, "withdraw").status_code == 303
    with app.app_context():
        meeting = db.session.get_one(Meeting, meeting_id)
        assert (meeting.state, meeting.agreed_at, meeting.noticed_at) == (State.PREPARING, None, None)


def test_half_a_plan_is_not_handed_in(app, make_meeting):
    meeting_id = make_meeting()
    with app.app_context(), transaction():
        db.session.execute(update(Meeting).values(place=""))

    answer = post(app, "recorder", meeting_id, "submit")

    assert answer.status_code == 422
    assert "才能报批" in answer.text


def test_a_meeting_whose_hour_is_past_is_not_handed_in(app, make_meeting):
    meeting_id = make_meeting()
    with app.app_context(), transaction():
        db.session.execute(update(Meeting).values(meets_at=clock.now() - timedelta(minutes=1)))

    answer = post(app, "recorder", meeting_id, "submit")

    assert (answer.status_code, state(app, meeting_id)) == (422, State.PREPARING)
    assert "会议时间已经过了" in answer.text


def test_gates_hold_up_the_beginning_until_marked_or_waived_by_name(app, make_meeting):
    meeting_id = make_meeting(State.AGREED)
    refused = post(app, "recorder", meeting_id, "begin")
    assert refused.status_code == 422
    for gate in ("方案报批", "集中学习", "谈心谈话", "对照检查材料审定", "会议通知", "到会人数"):
        assert gate in refused.text
    page = f"{PAGE}/{meeting_id}/gates"
    recorder, head = login(app, "recorder"), login(app, "head")
    words = {"day": clock.today().isoformat(), "note": "党办组织了两次"}
    assert recorder.post(f"{page}/study", data={"deed": "mark", **words}).status_code == 303
    assert recorder.post(f"{page}/plan", data={"deed": "mark", **words}).status_code == 422
    assert recorder.post(f"{page}/plan", data={"deed": "waive", "note": "急"}).status_code == 403
    assert head.post(f"{page}/plan", data={"deed": "waive", "note": ""}).status_code == 422
    assert head.post(f"{page}/plan", data={"deed": "waive", "note": "上级临时通知"}).status_code == 303
    assert "李牧原" in recorder.get(f"{PAGE}/{meeting_id}").text
    with app.app_context():
        marks = {mark.gate: mark.is_waived for mark in db.session.scalars(select(Mark))}
        assert marks == {"study": False, "plan": True}
        waived = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "democratic_life:waive"))
        assert [(entry.actor_id, entry.detail["gate"]) for entry in waived] == [(person("head").id, "plan")]
    stranger = login(app, "stranger")
    assert stranger.post(f"{page}/talks", data={"deed": "waive", "note": "x"}).status_code == 404
    assert head.post(f"{page}/plan", data={"deed": "take_back"}).status_code == 303


def test_a_meeting_does_not_begin_before_its_day(app, make_meeting):
    meeting_id = make_meeting(State.AGREED)
    with app.app_context(), transaction():
        db.session.execute(update(Meeting).values(meets_at=clock.now() + timedelta(days=3)))

    assert "会议时间还没有到" in post(app, "recorder", meeting_id, "begin").text


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("quorum", "seats", "enough"), [(67, 3, 2), (67, 6, 4), (67, 7, 5), (90, 19, 18), (100, 5, 5), (75, 4, 3)]
)
def test_two_thirds_are_two_of_three(quorum, seats, enough):
    assert needed(quorum, seats) == enough


def test_attendance_is_taken_with_a_tap_and_counted_at_once(app, make_meeting):
    meeting_id = make_meeting(State.AGREED)
    with app.app_context():
        ids = {name: person(name).id for name in ("head", "member", "recorder")}
    url, fragment = f"{PAGE}/{meeting_id}/attendance", {"HX-Request": "true"}
    recorder, member = login(app, "recorder"), login(app, "member")
    first = recorder.post(f"{url}/{ids['head']}", data={"word": "present"}, headers=fragment)
    assert "还差 1 人" in first.text
    assert member.post(f"{url}/{ids['member']}", data={"word": "present"}).status_code == 303
    assert member.post(f"{url}/{ids['head']}", data={"word": "absent"}).status_code == 403
    assert "已到规定人数" in recorder.get(url).text
    recorder.post(f"{url}/{ids['recorder']}", data={"word": "absent", "reason": "值班"})
    assert "值班" in recorder.get(url).text
    assert login(app, "stranger").post(f"{url}/{ids['head']}", data={"word": "absent"}).status_code == 404


def test_who_was_absent_writes_and_is_told_before_the_report_goes_up(app, make_meeting):
    meeting_id = make_meeting(State.RECORDED)
    with app.app_context(), transaction():
        absent = update(Seat).where(Seat.user_id == person("member").id)
        db.session.execute(absent.values(attendance=Attendance.ABSENT))
        member = person("member").id
    recorder = login(app, "recorder")
    draft = {"version": 0, "deed": "save", "body": "情况", "parts": "basic"}
    assert recorder.post(f"{PAGE}/{meeting_id}/papers/report", data=draft).status_code == 303
    assert "转告缺席的同志" in post(app, "recorder", meeting_id, "report").text
    assert recorder.post(f"{PAGE}/{meeting_id}/told/{member}").status_code == 303
    assert post(app, "recorder", meeting_id, "report").status_code == 303


PAPER = {"reason": "局党委〔2026〕8号", "day": clock.today().isoformat()}


def test_a_superior_who_is_not_on_the_site_agrees_on_paper(app, make_meeting):
    meeting_id = make_meeting(State.SUBMITTED)
    assert post(app, "member", meeting_id, "agree_on_paper", **PAPER).status_code == 403
    assert post(app, "recorder", meeting_id, "agree_on_paper", **PAPER).status_code == 303
    assert state(app, meeting_id) is State.AGREED
    assert "局党委〔2026〕8号" in login(app, "head").get(f"{PAGE}/{meeting_id}").text
    for above in ("office", "supervisor"):
        assert "局党委〔2026〕8号" in login(app, above).get("/notices").text
    assert "局党委" not in login(app, "stranger").get("/notices").text
    assert post(app, "recorder", meeting_id, "withdraw").status_code == 303
    assert "局党委" not in login(app, "head").get(f"{PAGE}/{meeting_id}").text


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"reason": ""}, "请写明：批复的文号"),
        ({"reason": "同意"}, "文号请照批复写"),
        ({"reason": "局党委〔2026〕号"}, "文号请照批复写"),
        ({"day": ""}, "请填批复的日期"),
        ({"day": "昨天"}, "日期请写成"),
        ({"day": (clock.today() + timedelta(1)).isoformat()}, "不晚于今天"),
        ({"day": (clock.today() - timedelta(400)).isoformat()}, "早了一年以上"),
    ],
)
def test_a_paper_nobody_can_have_is_refused(app, make_meeting, changed, why):
    meeting_id = make_meeting(State.SUBMITTED)
    answer = post(app, "recorder", meeting_id, "agree_on_paper", **PAPER | changed)
    assert (answer.status_code, state(app, meeting_id)) == (422, State.SUBMITTED)
    assert why in answer.text
    if changed.get("reason", "x"):
        assert f'value="{(PAPER | changed)["reason"]}"' in answer.text


@pytest.mark.one_engine
@pytest.mark.parametrize(
    "number", ["衢市卫党发〔2026〕12号", "局党委[2026]第3号", "WJW2026-12", "党办（2026）5 号"]
)
def test_numbers_as_papers_have_them(number):
    assert NUMBER.fullmatch(number)


def test_a_superior_orders_it_to_be_held_again(app, make_meeting):
    meeting_id = make_meeting(State.RECORDED)
    with app.app_context(), transaction():
        db.session.execute(update(Meeting).values(agenda=["自己定的议程"]))
        later = {"kind": Kind.ORGANISATIONAL, "name": "后来的"}
        other = plan_meeting(unit("nk1"), later, by=person("recorder"))
        db.session.execute(delete(Seat).where(Seat.meeting_id == other.id))
    assert post(app, "head", meeting_id, "again", reason="x").status_code == 403
    assert post(app, "office", meeting_id, "again", reason="走过场").status_code == 303
    assert state(app, meeting_id) is State.CLOSED
    page = login(app, "recorder").get(f"{PAGE}/{meeting_id}").text
    assert "走过场" in page
    with app.app_context():
        again = db.session.scalars(select(Meeting).where(Meeting.again_of_id == meeting_id)).one()
        seats = db.session.scalars(select(Seat.user_id).where(Seat.meeting_id == again.id)).all()
        assert (again.state, again.superior_word, len(seats)) == (State.PREPARING, "走过场", 3)
        assert (again.name, again.agenda) == ("组织生活会（重新召开）", ["自己定的议程"])
        told = select(User.username).join(Notice, Notice.user_id == User.id)
        told = told.where(Notice.kind == "again")
        assert set(db.session.scalars(told)) == {"head", "member", "recorder"}
        assert all(due.is_done for due in dues_of(db.session.get_one(Meeting, meeting_id)))
    assert f"/meetings/{again.id}" in page
    paper = login(app, "recorder").post(
        f"{PAGE}/{meeting_id}/papers/report", data={"version": 0, "body": "改"}
    )
    assert paper.status_code == 409


def test_who_was_asked_to_come_hears_that_the_plan_was_taken_back(app, make_meeting):
    meeting_id = make_meeting(State.AGREED)
    assert post(app, "recorder", meeting_id, "withdraw").status_code == 303
    assert "先不要按原来的时间到会" in login(app, "member").get("/notices").text
    post(app, "head", make_meeting(State.SUBMITTED), "withdraw")
    with app.app_context():
        told = select(Notice.kind, User.username).join(User, User.id == Notice.user_id)
        told = told.where(Notice.kind.in_(("put_off", "withdrawn"))).order_by(Notice.kind, User.username)
        rows = [tuple(row) for row in db.session.execute(told)]
    assert rows == [("put_off", "head"), ("put_off", "member"), ("withdrawn", "recorder")]


def test_who_asks_for_leave_is_noted_before_the_day_and_nobody_signs_in(app, make_meeting):
    meeting_id = make_meeting(State.SUBMITTED)
    post(app, "office", meeting_id, "agree")
    recorder, member = login(app, "recorder"), login(app, "member")
    with app.app_context():
        url = f"{PAGE}/{meeting_id}/attendance/{person('member').id}"
    assert member.post(url, data={"word": "present"}).status_code == 409
    assert recorder.post(url, data={"word": "present"}).status_code == 409
    assert recorder.post(url, data={"word": "absent", "reason": "外出"}).status_code == 303
    with app.app_context(), transaction():
        let_the_day_come(meeting_id)
    assert member.post(url, data={"word": "present"}).status_code == 303


def test_those_above_hear_that_the_report_is_there(app, make_meeting):
    make_meeting(State.REPORTED)
    with app.app_context():
        told = select(User.username).join(Notice, Notice.user_id == User.id).where(Notice.kind == "reported")
        assert set(db.session.scalars(told)) == {"office", "supervisor"}
    assert "会议情况报告已经上报" in login(app, "supervisor").get("/notices").text


def test_of_two_who_agree_at_once_the_second_is_told(app, make_meeting):
    meeting_id = make_meeting(State.SUBMITTED)
    with app.app_context(), transaction():
        first, second = seen(meeting_id, "office"), seen(meeting_id, "leader")
        version = first.meeting.version
        take(first, "agree", version=version, by=person("office"))
        with pytest.raises(Conflict):
            take(second, "agree", version=version, by=person("leader"))
    assert post(app, "leader", meeting_id, "agree", version=version).status_code == 409


@pytest.mark.beside("rectification")
def test_from_the_plan_to_the_end(app, make_meeting):
    meeting_id = make_meeting(State.ANNOUNCED)
    assert "整改清单" in post(app, "recorder", meeting_id, "correct").text
    said = login(app, "recorder").get(f"{PAGE}/{meeting_id}/words?kind=criticism").text
    number = said.partition("/raise")[0].rpartition("/")[2]
    url = f"{PAGE}/{meeting_id}/words/{number}/raise"
    with app.app_context():
        fields = {"target": seen(meeting_id, "head").unit.id, "title": "夜班交接登记两遍"}
    preview = login(app, "recorder").post(url, data=fields | {"deed": "preview"})
    assert "确认转交" in preview.text
    assert login(app, "member").post(url, data=fields | {"deed": "raise"}).status_code == 404
    assert login(app, "recorder").post(url, data=fields | {"deed": "raise"}).status_code == 303
    assert "夜班交接登记两遍" in login(app, "office").get(f"{PAGE}/{meeting_id}").text
    assert "夜班交接登记两遍" in login(app, "head").get("/nk1/rectification/problems").text
    assert post(app, "recorder", meeting_id, "correct").status_code == 303
    with app.app_context(), transaction():
        facts = Facts(seen(meeting_id, "recorder"))
        assert {each.gate.name for each in gates_of(facts) if not each.is_met} == set()
    assert post(app, "recorder", meeting_id, "close").status_code == 303
    assert state(app, meeting_id) is State.CLOSED
