"""A campaign ends, its plan stays readable, and the next one begins."""

import re
from urllib.parse import unquote

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.models import AuditEntry
from plugins.campaign.models import Plan
from plugins.campaign.tests.conftest import PLAN
from plugins.campaign.tests.test_duties import DONE, duty_of
from plugins.campaign.tests.test_waiting import counted
from tests.fixtures import HTMX, login

NEXT = PLAN.replace("2026", "2027").replace("作风建设", "清风行医")
PAGES = ("", "gantt", "progress", "duties", "rectifications")


@pytest.fixture
def office(app, plan):
    return login(app, "office")


@pytest.fixture
def past(office, plan):
    """The plan, after the office has ended its campaign."""
    assert conclude(office).status_code == 303
    return plan


def conclude(client, version="1", headers=None):
    return client.post("/hospital/campaign/conclude", data={"version": version}, headers=headers)


def reopen(client, plan, version="2"):
    return client.post(f"/hospital/campaign/plans/{plan}/reopen", data={"version": version})


def current_titles(app):
    with app.app_context():
        return list(db.session.scalars(select(Plan.title).where(Plan.concluded_at.is_(None))))


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_the_office_ends_the_campaign(app, office, headers):
    assert "结束本次活动" in office.get("/hospital/campaign/").text

    assert conclude(office, headers=headers).status_code == (200 if headers else 303)

    page = office.get("/hospital/campaign/").text
    assert "还没有活动方案" in page
    assert "往期方案 1 份" in page
    assert current_titles(app) == []
    with app.app_context():
        assert "campaign:conclude" in set(db.session.scalars(select(AuditEntry.action)))


def test_who_may_not_plan_may_not_end(app, plan):
    head = login(app, "head")

    assert conclude(head).status_code == 404
    assert head.post("/nk1/campaign/conclude", data={"version": "1"}).status_code == 403
    assert "结束本次活动" not in login(app, "supervisor").get("/hospital/campaign/").text


def test_whoever_saw_an_older_plan_does_not_end_it(app, office):
    assert conclude(office, version="7").status_code == 409
    assert len(current_titles(app)) == 1


@pytest.mark.one_engine
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("code", ["hospital", "nk1"])
def test_every_page_of_a_past_plan_is_readable_and_leads_to_the_others(app, past, page, code):
    office = login(app, "office")

    response = office.get(f"/{code}/campaign/{page}?plan={past}")

    assert response.status_code == 200
    assert "只能查看" in response.text
    assert f'/{code}/campaign/progress?plan={past}"' in response.text
    assert "上传修订方案" not in response.text


def test_a_past_plan_is_exported_as_it_was(app, past, import_text):
    import_text(NEXT)
    office = login(app, "office")
    address = re.search(r'action="(/hospital/campaign/schedule\.xlsx[^"]*)"', page_of(office, past))[1]

    response = office.post(address)

    assert response.status_code == 200
    assert "作风建设" in unquote(response.headers["Content-Disposition"])


def page_of(client, plan):
    return client.get(f"/hospital/campaign/?plan={plan}").text


def test_a_past_activity_is_shown_without_anything_to_change(app, past):
    activity = duty_of(app, "各科室征求意见", "nk1").activity_id

    for username in ("office", "head"):
        page = login(app, username).get(f"/nk1/campaign/activities/{activity}")
        assert page.status_code == 200
        assert "往期方案，只能查看" in page.text
        assert "上报完成" not in page.text


def test_a_past_duty_takes_no_report_and_waits_for_nobody(app, office, plan):
    head, duty = login(app, "head"), duty_of(app, "各科室征求意见", "nk1")
    assert counted(head, "nk1") > 0
    conclude(office)

    response = head.post(f"/nk1/campaign/duties/{duty.id}/report", data=DONE)

    assert response.status_code == 404
    assert counted(head, "nk1") == counted(office, "hospital") == 0
    assert "各科室征求意见" not in head.get("/").text


def test_the_next_plan_is_a_first_one_and_the_old_one_stays(app, past, import_text):
    import_text(NEXT)

    office = login(app, "office")
    assert "清风行医" in office.get("/hospital/campaign/").text
    assert "作风建设" in office.get(f"/hospital/campaign/?plan={past}").text
    assert current_titles(app) == ["示范医院清风行医活动实施方案"]


def test_a_past_plan_comes_back_unless_there_is_a_new_one(app, office, past, import_text):
    assert reopen(office, past).status_code == 303
    assert len(current_titles(app)) == 1
    conclude(office, version="3")
    import_text(NEXT)

    refused = reopen(office, past, version="4")

    assert refused.status_code == 409
    assert "已有新的活动方案" in refused.text


@pytest.mark.parametrize("address", ["/wk1/campaign/?plan=999", "/hospital/campaign/duties?plan=999"])
def test_a_plan_that_is_not_there_is_said(app, past, address):
    response = login(app, "office").get(address)

    assert response.status_code == 404
    assert "没有这份方案" in response.text


def test_a_past_plan_of_a_department_is_nothing_to_another_one(app, office, import_text):
    own = import_text(PLAN, "nk1")
    office.post("/nk1/campaign/conclude", data={"version": "1"})

    assert login(app, "head").get(f"/nk1/campaign/?plan={own}").status_code == 200
    assert login(app, "stranger").get(f"/wk1/campaign/?plan={own}").status_code == 404
    assert reopen(office, own).status_code == 404


def test_a_plan_of_another_year_is_told_from_a_revision(app, office, tmp_path):
    path = tmp_path / "next.txt"
    path.write_text(NEXT, "utf-8")
    with path.open("rb") as file:
        answer = office.post("/hospital/campaign/import", data={"file": (file, "next.txt")})

    page = office.get(answer.headers["Location"]).text

    assert "这份方案是 2027 年的，现有方案是 2026 年的" in page
