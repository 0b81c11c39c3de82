"""A revised plan: what it changes is shown first, and what was done stays done."""

import time
from datetime import date
from threading import Thread

import pytest
from sqlalchemy import select

from intranet.db import start_writing, transaction
from intranet.extensions import db
from plugins.campaign.models import Activity, Adjustment, Draft, Duty, DutyState, Plan
from tests.fixtures import check_html, login, unit

from .conftest import PLAN, upload

REVISED = (
    PLAN.replace("2026年3月12日至3月25日\t开展谈心谈话", "2026年3月20日至4月5日\t广泛开展谈心谈话")
    .replace("4\t2026年4月1日至4月20日\t制定整改清单\t医院活动办、感染管理处\n", "")
    .replace("5\t民主", "4\t2026年4月8日\t组织义务献血\t各党支部\n5\t民主")
    .replace("内一科、外一科", "内一科、护理部")
)


@pytest.fixture
def office(app, plan):
    return login(app, "office")


@pytest.fixture
def worked(app, plan):
    """外一科 has reported; the opening meeting is over."""
    with app.app_context(), transaction(), db.session.no_autoflush:
        duty = db.session.scalars(select(Duty).where(Duty.unit_id == unit("wk1").id)).one()
        duty.state, duty.note, duty.reported_by_id = DutyState.REPORTED, "已征求", 1
        first = activity("召开动员大会")
        duty.reported_at = first.changed_at
        first.actual_end_on = first.end_on


def activity(title):
    return db.session.scalars(select(Activity).where(Activity.title == title)).one()


def confirm(app, office, review, **fields):
    with app.app_context():
        seen = db.session.scalars(select(Draft.version).order_by(Draft.id.desc())).first()
        plan = db.session.scalars(select(Plan.version)).one()
    return office.post(f"{review}/confirm", data={"version": seen, "plan": plan, **fields})


def test_the_review_shows_the_difference(app, office, worked):
    page = office.get(upload(office, REVISED))

    check_html(page)
    assert "新增 1 项，改动 2 项，不再出现 1 项" in page.text
    assert "时间：03-12 — 03-25 → 03-20 — 04-05" in page.text
    assert "责任单位：内一科、外一科 → 内一科、护理部" in page.text
    assert "取消：制定整改清单" in page.text
    with app.app_context():
        assert activity("开展谈心谈话").end_on.day == 25


def test_a_revision_keeps_progress_and_records_adjustments(app, office, worked):
    review = upload(office, REVISED)
    with app.app_context():
        gone = activity("制定整改清单").id
        kept = activity("开展谈心谈话").id

    confirm(app, office, review, cancel=[gone])

    with app.app_context():
        moved = activity("广泛开展谈心谈话")
        assert moved.id == kept
        change = db.session.scalars(select(Adjustment)).one()
        assert (change.was_end_on.day, change.end_on.day) == (25, 5)
        assert change.revision == 2
        assert db.session.get(Activity, gone).cancelled_reason == "修订方案中不再出现"
        assert activity("召开动员大会").actual_end_on is not None
        query = select(Duty).where(Duty.activity_id == activity("各科室征求意见").id)
        states = {duty.unit_id: duty.state for duty in db.session.scalars(query)}
        assert states == {
            unit("nk1").id: DutyState.ASSIGNED,
            unit("wk1").id: DutyState.REPORTED,
            unit("hlb").id: DutyState.ASSIGNED,
        }
        assert db.session.scalars(select(Plan.revision)).one() == 2


def test_what_is_not_ticked_stays(app, office):
    confirm(app, office, upload(office, REVISED))

    with app.app_context():
        assert activity("制定整改清单").cancelled_reason is None


def test_a_cancelled_activity_that_stands_in_the_plan_again_comes_back(app, office):
    with app.app_context():
        gone = activity("制定整改清单").id
    confirm(app, office, upload(office, REVISED), cancel=[gone])

    review = upload(office)
    assert "恢复：原已取消" in office.get(review).text
    confirm(app, office, review)

    with app.app_context():
        assert activity("制定整改清单").cancelled_reason is None


def test_what_the_office_added_by_hand_is_never_missing(app, office):
    office.post("/hospital/campaign/activities/new", data={"title": "慰问老党员", "phase": "0"})

    page = office.get(upload(office))

    assert "不再出现 0 项" in page.text


def test_the_same_plan_again_changes_nothing(app, office):
    review = upload(office)
    assert "新增 0 项，改动 0 项，不再出现 0 项" in office.get(review).text

    confirm(app, office, review)

    with app.app_context():
        assert db.session.scalars(select(Adjustment)).all() == []
        assert len(db.session.scalars(select(Activity)).all()) == 5


def test_a_plan_imported_after_the_comparison_is_not_revised_unseen(app, office):
    first, second = upload(office, REVISED), upload(office, REVISED)
    assert office.post(f"{first}/confirm", data={"version": 1, "plan": 1}).status_code == 303

    refused = office.post(f"{second}/confirm", data={"version": 1, "plan": 1})
    page = office.get(second)

    assert refused.status_code == 409
    assert "江月白已于" in refused.text
    assert '<input type="hidden" name="plan" value="2" form="confirm">' in page.text
    assert office.post(f"{second}/confirm", data={"version": 1, "plan": 2}).status_code == 303


def test_the_notice_counts_what_the_review_has_promised(app, office, worked):
    answer = confirm(app, office, upload(office, REVISED))

    assert "新增 1 项，改动 2 项" in office.get(answer.location).text


def test_a_date_adjusted_at_the_same_moment_is_not_overwritten_unseen(app, office, worked, engine_name):
    if engine_name == "sqlite":
        pytest.skip("SQLite's one lock lets no two write")
    review, answers = upload(office, REVISED), []
    importing = Thread(target=lambda: answers.append(confirm(app, office, review)))
    with app.app_context():
        start_writing()
        activity("开展谈心谈话").end_on = date(2026, 3, 28)
        db.session.flush()
        importing.start()
        time.sleep(1)
        db.session.commit()
    importing.join()

    with app.app_context():
        assert answers[0].status_code == 303
        assert db.session.scalars(select(Adjustment)).one().was_end_on == date(2026, 3, 28)
