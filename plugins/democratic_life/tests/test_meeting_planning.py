"""Planning a meeting: nothing typed about its people is lost, and one never handed in can go."""

import pytest
from sqlalchemy import func, select, update

from intranet.db import transaction
from intranet.extensions import db
from intranet.models import AuditEntry
from plugins.democratic_life.models import Copy, Meeting, Raised, Review, Seat, Submitted
from plugins.democratic_life.tests import reviewing
from plugins.democratic_life.tests.conftest import version_of
from plugins.democratic_life.wording import Source, State
from tests.fixtures import login, person, unit

PAGE = "/nk1/democratic_life/meetings"


def duties(app, meeting_id):
    with app.app_context():
        rows = db.session.execute(select(Seat.user_id, Seat.duty).where(Seat.meeting_id == meeting_id))
        return {row[0]: row[1] for row in rows}


def test_words_typed_stay_when_people_are_taken_over(app, make_meeting):
    meeting_id = make_meeting()
    with app.app_context():
        head, leader = person("head").id, person("leader").id
    recorder, url = login(app, "recorder"), f"{PAGE}/{meeting_id}/seats"
    typed = {f"duty-{head}": "科主任、支部书记", "person": leader, "duty": "分管领导", "deed": "members"}
    assert recorder.post(url, data={"version": version_of(app, meeting_id), **typed}).status_code == 303
    found = duties(app, meeting_id)
    assert (found[head], found[leader]) == ("科主任、支部书记", "分管领导")
    assert len(found) == 4

    stale = recorder.post(url, data={"version": 1, f"duty-{head}": "又改的职务", "deed": "save"})
    assert (stale.status_code, "又改的职务" in stale.text) == (409, True)
    long = {"version": version_of(app, meeting_id), f"duty-{head}": "长" * 51, "deed": "roster"}
    refused = recorder.post(url, data=long)
    assert (refused.status_code, "长" * 51 in refused.text) == (422, True)


def test_it_is_said_whether_anybody_was_taken_over(app, make_meeting):
    meeting_id = make_meeting()
    recorder, url = login(app, "recorder"), f"{PAGE}/{meeting_id}/seats"
    with app.app_context():
        gone = {f"remove-{person(name).id}": "1" for name in ("member", "recorder")}
    recorder.post(url, data={"version": version_of(app, meeting_id), "deed": "save", **gone})
    for said in ("已带入", "那里没有可以再带入的人"):
        fields = {"version": version_of(app, meeting_id), "deed": "members"}
        assert said in recorder.post(url, data=fields, follow_redirects=True).text


def test_who_leads_a_unit_founds_its_meeting_with_those_whose_accounts_are_open(app):
    with app.app_context(), transaction():
        person("member").disabled = True
        plan_days = dict.fromkeys(
            ("plan_days", "notice_days", "review_days", "report_days", "announce_days"), 7
        )
    head = login(app, "head")
    head.post("/language", data={"language": "en"})
    fields = {"version": 1, "kind": "organisational", "name": "组织生活会", "quorum": 67, **plan_days}
    assert head.post(f"{PAGE}/new", data=fields).status_code == 303
    with app.app_context():
        meeting = db.session.scalars(select(Meeting)).one()
        assert meeting.agenda[-1] == "主持人总结"
        assert person("member").id not in duties(app, meeting.id)
        assert person("head").id in duties(app, meeting.id)
    assert login(app, "stranger").get(f"{PAGE}/{meeting.id}").status_code in {403, 404}


def test_a_meeting_never_handed_in_goes_with_its_sealed_texts(app):
    review_id = reviewing.begun(app)
    reviewing.hand_in(app, review_id, "密封的对照检查")
    with app.app_context():
        meeting_id = db.session.get_one(Review, review_id).meeting_id
    recorder, url = login(app, "recorder"), f"{PAGE}/{meeting_id}/delete"
    assert login(app, "member").post(url, data={"version": 1}).status_code == 403
    assert login(app, "stranger").post(url, data={"version": 1}).status_code == 404
    assert recorder.post(url, data={"version": 9}).status_code == 409
    assert "删除这次会议" in recorder.get(f"{PAGE}/{meeting_id}").text
    assert recorder.post(url, data={"version": version_of(app, meeting_id)}).status_code == 303
    with app.app_context():
        for table in (Meeting, Seat, Review, Copy, Submitted):
            assert db.session.scalar(select(func.count()).select_from(table)) == 0
        entry = db.session.scalars(
            select(AuditEntry).where(AuditEntry.action == "democratic_life:delete")
        ).one()
        assert (entry.subject, entry.detail["meeting"]) == (
            f"democratic_life_meeting:{meeting_id}",
            "democratic",
        )


def test_what_was_handed_in_or_has_passed_something_on_stays(app, make_meeting):
    sent, passed = make_meeting(State.SUBMITTED), make_meeting()
    recorder = login(app, "recorder")
    with app.app_context(), transaction():
        raised = Raised(source=Source.REVIEW, source_id=1, meeting_id=passed, target_id=unit("nk1").id)
        raised.title, raised.raised_by = "交接登记两遍", person("recorder").id
        raised.raised_at = db.session.get_one(Meeting, passed).created_at
        db.session.add(raised)
    for meeting_id, why in ((sent, "先撤回再删"), (passed, "已经有问题转交整改")):
        version = version_of(app, meeting_id)
        answer = recorder.post(f"{PAGE}/{meeting_id}/delete", data={"version": version})
        assert (answer.status_code, why in answer.text) == (409, True)
    with app.app_context(), transaction():
        db.session.execute(update(Meeting).values(state=State.PREPARING))
        assert db.session.scalar(select(func.count()).select_from(Meeting)) == 2


@pytest.mark.beside("audit_trail")
def test_the_audit_log_says_which_meeting_without_its_words(app, make_meeting):
    make_meeting()
    page = login(app, "audit").get("/admin/audit_trail/").text
    assert "组织生活会" in page
    assert "会议日期" in page
    assert "示教室" not in page.partition("<main")[2]
