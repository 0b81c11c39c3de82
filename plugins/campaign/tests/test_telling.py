"""Whoever reported learns what became of it; activities' ends are the units' deadlines."""

from datetime import date, timedelta

from sqlalchemy import select, update

from intranet.db import transaction
from intranet.extensions import db
from intranet.models import Notice, User
from plugins.campaign.hooks import intranet_deadlines
from plugins.campaign.models import Activity, Duty
from tests.fixtures import login, unit

DONE = {"done_on": "2026-03-10", "note": "收到意见 12 条", "version": "1"}


def reported(app):
    """内一科's duty to collect opinions, reported by its head."""
    with app.app_context():
        query = select(Duty.id).join(Duty.activity).where(Activity.title == "各科室征求意见")
        duty_id = db.session.scalars(query.where(Duty.unit_id == unit("nk1").id)).one()
    assert login(app, "head").post(f"/nk1/campaign/duties/{duty_id}/report", data=DONE).status_code == 303
    return duty_id


def told(app):
    with app.app_context():
        query = select(User.username, Notice.kind).join(User, User.id == Notice.user_id)
        return [tuple(row) for row in db.session.execute(query)]


def test_a_confirmed_report_is_told_to_whoever_reported(app, plan):
    duty_id = reported(app)

    login(app, "office").post(f"/hospital/campaign/duties/{duty_id}/confirm", data={"version": "2"})

    assert told(app) == [("head", "confirmed")]
    assert "内一科上报的任务已确认：各科室征求意见" in login(app, "head").get("/notices").text


def test_a_returned_report_is_told_with_its_reason_each_time(app, plan):
    duty_id, office = reported(app), login(app, "office")
    back = {"reason": "缺签到表", "version": "2"}

    office.post(f"/hospital/campaign/duties/{duty_id}/return", data=back)
    login(app, "head").post(f"/nk1/campaign/duties/{duty_id}/report", data=DONE | {"version": "3"})
    office.post(f"/hospital/campaign/duties/{duty_id}/return", data=back | {"version": "4"})

    assert told(app) == [("head", "returned")] * 2
    page = login(app, "head").get("/notices").text
    assert page.count("缺签到表") >= 2
    with app.app_context():
        url = db.session.scalars(select(Notice.url)).first()
    assert login(app, "head").get(url).status_code == 200


def test_a_unit_owes_what_ends_in_the_days_asked_for_until_it_reports(app, plan):
    with app.app_context():
        end = db.session.scalars(select(Activity.end_on).where(Activity.title == "各科室征求意见")).one()

    before = deadlines(app, end)
    reported(app)

    assert before["各科室征求意见"] == ("nk1", False)
    assert deadlines(app, end)["各科室征求意见"] == ("nk1", True)
    assert "各科室征求意见" not in deadlines(app, end + timedelta(days=1))
    assert "各科室征求意见" not in deadlines(app, end, "xxk")
    cancel(app)
    assert "各科室征求意见" not in deadlines(app, end)


def deadlines(app, day: date, code="nk1"):
    """Title → whose, done, of what is due on this day."""
    with app.app_context():
        found = intranet_deadlines([unit(code)], day, day + timedelta(days=1), None, None)
        return {each.title: (each.url.split("/")[1], each.done) for each in found}


def cancel(app):
    with app.app_context(), transaction():
        db.session.execute(update(Activity).values(cancelled_reason="停办"))
