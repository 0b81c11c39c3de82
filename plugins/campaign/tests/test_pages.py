"""The pages of the plan, for each kind of person."""

import pytest
from sqlalchemy import event, select

from intranet.db import transaction
from intranet.extensions import db
from plugins.campaign.models import Activity, Adjustment, Duty, DutyState
from tests.fixtures import HTMX, check_html, login, unit

from .conftest import upload

pytestmark = pytest.mark.one_engine

PAGES = ("", "gantt", "duties", "progress", "rectifications", "activities/2")
BOTH = pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    ("username", "code"),
    [("office", "hospital"), ("leader", "hospital"), ("supervisor", "hospital"), ("head", "nk1")],
)
def test_every_page_is_whole(app, plan, path, username, code):
    client = login(app, username)

    page = client.get(f"/{code}/campaign/{path}")

    assert page.status_code == 200
    check_html(page)
    assert client.get(f"/{code}/campaign/{path}", headers=HTMX).status_code == 200


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("username", "code"), [("office", "hospital"), ("head", "nk1")])
def test_the_number_of_queries_does_not_grow(make_app, path, username, code):
    app = make_app("demo", PLUGINS=("campaign",))
    client, statements = login(app, username), []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))

    page = client.get(f"/{code}/campaign/{path}")

    assert page.status_code == 200
    assert len(page.data) < 150_000
    assert len([text for text in statements if text.startswith("SELECT")]) <= 12, statements


@pytest.mark.parametrize("path", PAGES)
def test_strangers_find_no_page(app, plan, path):
    assert login(app, "stranger").get(f"/nk1/campaign/{path}").status_code == 404
    assert login(app, "system").get(f"/hospital/campaign/{path}").status_code == 404
    assert login(app, None).get(f"/hospital/campaign/{path}").status_code == 303


def test_without_a_plan_each_is_told_what_comes_first(app):
    assert "上传实施方案" in login(app, "office").get("/hospital/campaign/").text
    page = login(app, "head").get("/nk1/campaign/")
    assert "活动办还没有导入方案" in page.text
    check_html(page)
    assert login(app, "head").get("/nk1/campaign/gantt").status_code == 404


def test_a_department_follows_the_plan_of_the_hospital_until_it_has_its_own(app, plan, import_text):
    head = login(app, "head")
    assert "召开动员大会" in head.get("/nk1/campaign/").text

    import_text("内一科学习计划\n序号\t时间\t内容\t责任部门\n1\t2026年4月2日\t科内学习\t内一科\n", "nk1")

    page = head.get("/nk1/campaign/").text
    assert "科内学习" in page
    assert "召开动员大会" not in page
    assert "科内学习" not in login(app, "stranger").get("/wk1/campaign/").text
    assert login(app, "stranger").get("/wk1/campaign/activities/6").status_code == 404


@BOTH
@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("state=overdue", "召开动员大会", "制定整改清单"),
        ("state=pending", "将对照检查材料送审", "召开动员大会"),
        ("unit_code=zb2", "开展谈心谈话", "召开动员大会"),
        ("month=2026-04", "制定整改清单", "召开动员大会"),
        ("q=谈心", "开展谈心谈话", "召开动员大会"),
        ("q=感染管理处", "制定整改清单", "召开动员大会"),
        ("phase=2", "制定整改清单", "召开动员大会"),
        ("phase=0", "将对照检查材料送审", "召开动员大会"),
    ],
)
def test_the_schedule_is_narrowed_by_the_address(app, plan, headers, query, shown, hidden):  # noqa: PLR0917
    page = login(app, "office").get(f"/hospital/campaign/?{query}", headers=headers).text

    assert shown in page
    assert hidden not in page


def test_the_schedule_is_ordered_by_the_address(app, plan):
    page = login(app, "office").get("/hospital/campaign/?sort=state").text

    assert page.index("召开动员大会") < page.index("开展谈心谈话") < page.index("制定整改清单")
    assert 'aria-sort="ascending"' in page


def test_broken_addresses_ask_for_nothing(app, plan):
    client = login(app, "office")
    for query in ("phase=x", "state=x", "month=x", "sort=x", "page=x", "page=-3"):
        assert client.get(f"/hospital/campaign/?{query}").status_code == 200
        assert client.get(f"/hospital/campaign/gantt?{query}").status_code == 200


def test_numbers_of_progress_are_the_lengths_of_their_lists(app, plan):
    office = login(app, "office")
    page = office.get("/hospital/campaign/progress").text
    assert '<a class="is-overdue" href="/hospital/campaign/?phase=1&amp;state=overdue">2</a>' in page

    rows = office.get("/hospital/campaign/?phase=1&state=overdue").text

    assert rows.count('<td class="muted number">') == 2


def test_the_gantt_draws_today_and_the_phases(app, plan):
    page = login(app, "office").get("/hospital/campaign/gantt").text

    assert "gantt-today" in page
    assert page.count("gantt-band") == 2
    assert page.count("gantt-bar ") == 4


# The office changes the plan ----------------------------------------------------------------------


@BOTH
def test_the_office_moves_dates_with_a_reason(app, plan, headers):
    form = {
        "version": 1,
        "start": "2026-04-10",
        "end": "2026-04-30",
        "reason": "督导组同意延期",
        "approved_by": "督导组",
    }

    url = "/hospital/campaign/activities/4/dates"
    response = login(app, "office").post(url, data=form, headers=headers)

    assert response.status_code == (200 if headers else 303)
    with app.app_context():
        change = db.session.scalars(select(Adjustment)).one()
        assert (change.was_start_on.day, change.start_on.day) == (1, 10)
    page = login(app, "head").get("/nk1/campaign/activities/4").text
    assert "督导组同意延期" in page
    assert "制定整改清单" in login(app, "head").get("/nk1/campaign/?state=adjusted").text


@BOTH
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"reason": ""}, "请写明调整的原因。"),
        ({"end": "2026-03-01"}, "结束日期不能早于开始日期"),
        ({"start": "2026-04-01", "end": "2026-04-20"}, "起止日期没有变化"),
    ],
)
def test_a_bad_adjustment_is_refused(app, plan, headers, typed, sentence):
    form = {"version": 1, "start": "2026-04-10", "end": "2026-04-30", "reason": "延期"}

    url = "/hospital/campaign/activities/4/dates"
    response = login(app, "office").post(url, data={**form, **typed}, headers=headers)

    assert response.status_code == 422
    assert sentence in response.text


def test_an_activity_changed_meanwhile_is_not_overwritten(app, plan):
    office = login(app, "office")
    url = "/hospital/campaign/activities/4/cancel"
    office.post(url, data={"version": 1, "reason": "并入下阶段"})

    response = office.post("/hospital/campaign/activities/4/actual", data={"version": 1})

    assert response.status_code == 409
    assert "江月白" in response.text


def test_a_cancelled_activity_says_why_and_can_come_back(app, plan):
    office = login(app, "office")
    url = "/hospital/campaign/activities/4"
    assert office.post(f"{url}/cancel", data={"version": 1, "reason": ""}).status_code == 422
    office.post(f"{url}/cancel", data={"version": 1, "reason": "并入下阶段"})
    assert "并入下阶段" in office.get("/hospital/campaign/?state=cancelled").text

    office.post(f"{url}/restore", data={"version": 2})

    assert "制定整改清单" not in office.get("/hospital/campaign/?state=cancelled").text


def test_real_dates_end_an_activity(app, plan):
    office = login(app, "office")
    url = "/hospital/campaign/activities/1/actual"
    assert office.post(url, data={"version": 1, "end": "2026-03-20"}).status_code == 422

    office.post(url, data={"version": 1, "start": "2026-03-02", "end": "2026-03-02"})

    assert "召开动员大会" in office.get("/hospital/campaign/?state=done").text


@pytest.mark.parametrize("deed", ["dates", "actual", "cancel", "restore"])
def test_only_the_unit_that_issued_the_plan_changes_it(app, plan, deed):
    form = {"version": 1, "reason": "随便"}

    assert login(app, "head").post(f"/nk1/campaign/activities/4/{deed}", data=form).status_code == 403
    assert login(app, "office").post(f"/nk1/campaign/activities/4/{deed}", data=form).status_code == 403


@BOTH
def test_a_plan_is_started_and_filled_by_hand(app, headers):
    office = login(app, "office")
    assert office.get("/hospital/campaign/new").status_code == 200
    assert office.post("/hospital/campaign/new", data={}, headers=headers).status_code == 422
    office.post("/hospital/campaign/new", data={"title": "自办活动", "year": "2026"}, headers=headers)
    url = "/hospital/campaign/activities/new"
    check_html(office.get(url))
    refused = office.post(
        url, data={"title": "读书会", "start": "2026-05-02", "end": "2026-05-01", "phase": "0"}
    )
    assert refused.status_code == 422
    assert "读书会" in refused.text
    with app.app_context():
        units = [unit("nk1").id, unit("zb1").id]

    office.post(url, data={"title": "读书会", "phase": "0", "units": units}, headers=headers)

    with app.app_context():
        assert len(db.session.scalars(select(Duty)).all()) == 2
    assert "读书会" in login(app, "head").get("/nk1/campaign/").text
    assert office.post("/hospital/campaign/new", data={"title": "再建"}).status_code == 409


# What others see of it ----------------------------------------------------------------------------


def test_duties_that_have_begun_stand_on_the_dashboard(app, plan):
    page = login(app, "head").get("/").text

    assert "各科室征求意见" in page
    assert "制定整改清单" not in page
    assert "学习教育环节" in page


def test_the_office_sees_reports_drafts_and_its_own_duties(app, plan):
    with app.app_context(), transaction(), db.session.no_autoflush:
        duty = db.session.get(Duty, 2)
        duty.state, duty.reported_by_id = DutyState.REPORTED, 1
        duty.reported_at = db.session.get(Activity, duty.activity_id).changed_at
    office = login(app, "office")
    upload(office)

    page = office.get("/").text

    assert "确认上报：各科室征求意见" in page
    assert "核对并确认方案：方案.txt" in page
    assert "召开动员大会" in page
    assert login(app, "supervisor").get("/").status_code == 200
