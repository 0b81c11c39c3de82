"""A unit reports, the office confirms or returns."""

import re

import pytest
from sqlalchemy import select

from intranet.db import transaction
from intranet.extensions import db
from intranet.models import AuditEntry
from plugins.campaign.models import Activity, Duty, DutyState
from plugins.campaign.tests.conftest import PLAN
from tests.fixtures import HTMX, login, person, unit

DONE = {"done_on": "2026-03-10", "note": "收到意见 12 条", "version": "1"}


@pytest.fixture
def duty_id(app, plan):
    """内一科's duty to collect opinions."""
    return duty_of(app, "各科室征求意见", "nk1").id


def duty_of(app, title, code):
    with app.app_context():
        query = select(Duty).join(Duty.activity)
        return db.session.scalars(query.where(Activity.title == title, Duty.unit_id == unit(code).id)).one()


def state_of(app, duty_id):
    with app.app_context():
        return db.session.get(Duty, duty_id).state


def set_state(app, duty_id, state):
    with app.app_context(), transaction(), db.session.no_autoflush:
        duty = db.session.get(Duty, duty_id)
        duty.state, duty.note, duty.return_reason = state, "已做", "缺签到表"
        duty.reported_by_id = duty.decided_by_id = person("office").id
        duty.reported_at = duty.decided_at = db.session.get(Activity, duty.activity_id).changed_at


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_the_head_reports_and_the_office_confirms(app, duty_id, headers):
    head, office = login(app, "head"), login(app, "office")

    reported = head.post(f"/nk1/campaign/duties/{duty_id}/report", data=DONE, headers=headers)
    confirmed = office.post(
        f"/hospital/campaign/duties/{duty_id}/confirm", data={"version": "2"}, headers=headers
    )

    assert reported.status_code == confirmed.status_code == (200 if headers else 303)
    assert state_of(app, duty_id) is DutyState.CONFIRMED
    with app.app_context():
        deeds = set(db.session.scalars(select(AuditEntry.action)))
    assert {"campaign:report", "campaign:confirm"} <= deeds


def test_the_office_returns_with_a_reason_the_head_can_read(app, duty_id):
    set_state(app, duty_id, DutyState.REPORTED)
    data = {"version": "1", "reason": "请补签到表"}

    login(app, "office").post(f"/hospital/campaign/duties/{duty_id}/return", data=data)

    assert state_of(app, duty_id) is DutyState.RETURNED
    page = login(app, "head").get("/nk1/campaign/")
    assert "请补签到表" in page.text


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_return_without_a_reason_is_refused(app, duty_id, headers):
    set_state(app, duty_id, DutyState.REPORTED)
    url = f"/hospital/campaign/duties/{duty_id}/return"

    response = login(app, "office").post(url, data={"version": "1", "reason": " "}, headers=headers)

    assert response.status_code == 422
    assert state_of(app, duty_id) is DutyState.REPORTED


@pytest.mark.one_engine
@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"done_on": "三月十日"}, "日期请写成 2026-03-05 这样。"),
        ({"done_on": "2026-03-17"}, "完成日期不能晚于今天。"),
        ({"done_on": ""}, "请填写实际完成日期。"),
    ],
)
def test_a_bad_report_keeps_what_was_typed(app, duty_id, headers, typed, sentence):
    url = f"/nk1/campaign/duties/{duty_id}/report"

    response = login(app, "head").post(url, data={**DONE, **typed}, headers=headers)

    assert response.status_code == 422
    assert sentence in response.text
    assert "收到意见 12 条" in response.text
    assert state_of(app, duty_id) is DutyState.ASSIGNED


def test_a_second_decision_is_told_who_was_first_and_when(app, duty_id):
    set_state(app, duty_id, DutyState.REPORTED)
    office = login(app, "office")
    office.post(f"/hospital/campaign/duties/{duty_id}/confirm", data={"version": "1"})

    url = f"/hospital/campaign/duties/{duty_id}/return"
    late = office.post(url, data={"version": "1", "reason": "再看看"})

    assert late.status_code == 409
    assert "江月白" in late.text
    assert "3月16日 10:00" in late.text
    assert "再看看" in late.text


def test_strangers_find_no_duty(app, duty_id):
    stranger = login(app, "stranger")

    assert stranger.post(f"/nk1/campaign/duties/{duty_id}/report", data=DONE).status_code == 404
    assert stranger.post(f"/wk1/campaign/duties/{duty_id}/report", data=DONE).status_code == 404
    assert state_of(app, duty_id) is DutyState.ASSIGNED


def test_members_may_not_report_and_heads_may_not_confirm(app, duty_id):
    member, head = login(app, "member"), login(app, "head")
    set_state(app, duty_id, DutyState.REPORTED)

    assert member.post(f"/nk1/campaign/duties/{duty_id}/report", data=DONE).status_code == 403
    url = f"/nk1/campaign/duties/{duty_id}/confirm"
    assert head.post(url, data={"version": "1"}).status_code == 403


def test_a_unit_sees_its_own_duties_and_no_other_units_words(app, plan):
    other = duty_of(app, "各科室征求意见", "wk1")
    set_state(app, other.id, DutyState.RETURNED)
    head = login(app, "head")

    page = head.get(f"/nk1/campaign/activities/{other.activity_id}")

    assert page.status_code == 200
    assert "缺签到表" not in page.text
    assert "缺签到表" not in head.get("/nk1/campaign/duties").text
    assert head.get("/nk1/campaign/duties?of=wk1").status_code == 404


def test_a_duty_of_a_cancelled_activity_takes_no_report(app, duty_id):
    with app.app_context(), transaction():
        activity = db.session.get(Activity, db.session.get(Duty, duty_id).activity_id)
        activity.cancelled_reason = "合并"

    response = login(app, "head").post(f"/nk1/campaign/duties/{duty_id}/report", data=DONE)

    assert response.status_code == 409


def test_an_activity_is_done_when_every_unit_is_confirmed(app, duty_id):
    other = duty_of(app, "各科室征求意见", "wk1")
    office = login(app, "office")
    set_state(app, duty_id, DutyState.CONFIRMED)
    assert "各科室征求意见" not in office.get("/hospital/campaign/?state=done").text

    set_state(app, other.id, DutyState.CONFIRMED)

    assert "各科室征求意见" in office.get("/hospital/campaign/?state=done").text


def test_a_unit_with_a_plan_of_its_own_still_reports_to_the_one_above(app, duty_id, import_text):
    import_text(PLAN.replace("示范医院", "内一科"), "nk1")
    head = login(app, "head")
    address = re.search(r'href="(/nk1/campaign/activities/\d+)"[^>]*>各科室征求意见', head.get("/").text)[1]

    assert "上报完成" in head.get(address).text
    assert head.post(f"/nk1/campaign/duties/{duty_id}/report", data=DONE).status_code == 303

    assert state_of(app, duty_id) is DutyState.REPORTED
