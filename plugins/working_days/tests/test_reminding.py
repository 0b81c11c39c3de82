"""Reminders on working mornings: each deadline once for each lead time."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import delete, select

from intranet import clock, jobs, units
from intranet.contracts import Role
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import Grant, Notice, UnitPlugin, User
from plugins.working_days.services.reminding import remind as remind_now
from tests.fixtures import login, person, unit

DUE = date(2026, 11, 25)
"""A Wednesday."""
TITLE = "出院结算需往返两处窗口"


def told(app):
    """Who was told what."""
    with app.app_context():
        query = select(User.username, Notice.kind).join(User, User.id == Notice.user_id)
        return sorted(tuple(row) for row in db.session.execute(query))


def morning(day, hour=8):
    """On the hospital's clock."""
    return time_machine.travel(datetime(2026, 11, day, hour, 30, tzinfo=UTC) - timedelta(hours=8), tick=False)


def remind(app):
    with app.app_context(), transaction():
        return remind_now()["told"]


def turn_off(app):
    with app.app_context(), transaction():
        row = {"plugin": "tasks", "unit_id": unit("nk1").id, "enabled": False}
        db.session.add(UnitPlugin(**row, changed_at=clock.now()))


@pytest.fixture
def task(app, tasks):
    """Responsible: 李牧原 (head); due on a Wednesday."""
    with app.app_context():
        return tasks.add(TITLE, DUE, owner="head")


def test_each_lead_time_reminds_once(app, task):
    heard = {}
    for day in range(12, 31):
        with morning(day):
            heard[day] = remind(app)
            assert remind(app) == 0

    # seven, three and one working days before; the morning after; not on Saturday 14th or Sunday 22nd
    assert [day for day, number in heard.items() if number] == [16, 20, 24, 26]
    assert told(app) == [("head", "due")] * 3 + [("head", "overdue")]
    assert "2026-11-25 到期：" + TITLE in login(app, "head").get("/notices").text


def test_five_working_days_after_it_the_leader_is_told_once(app, task):
    with time_machine.travel("2026-12-01T01:00:00Z", tick=False):
        remind(app)
    with time_machine.travel("2026-12-02T01:00:00Z", tick=False):
        remind(app)
        remind(app)

    assert told(app) == [("head", "overdue"), ("leader", "escalated")]


def test_a_moved_deadline_is_a_new_one(app, task):
    with morning(24):
        remind(app)
        task.due_on = date(2026, 11, 26)
        assert remind(app) == 1


@pytest.mark.parametrize(("day", "hour"), [(24, 5), (24, 13), (22, 8)])
def test_only_on_a_working_morning(app, task, day, hour):
    with morning(day, hour):
        assert remind(app) == 0


def test_where_the_plugin_is_off_nobody_is_reminded(app, task):
    turn_off(app)

    with morning(24):
        assert remind(app) == 0


def test_without_a_responsible_person_those_who_run_the_unit_are_told(app, task):
    task.owner_id = None

    with morning(24):
        remind(app)

    assert told(app) == [("head", "due"), ("recorder", "due")]


def test_who_no_longer_reads_is_passed_over_upwards(app, task):
    """Account disabled, unit left, nobody below: the next in charge hears, in the end the office."""
    with app.app_context(), transaction():
        person("head").disabled = True
        person("leader").disabled = True
    task.leader_id = person_id(app, "leader")
    with morning(16):
        remind(app)
    assert told(app) == [("recorder", "due")]

    with app.app_context(), transaction():
        db.session.execute(delete(Grant).where(Grant.user_id == person("recorder").id))
    task.owner_id = person_id(app, "stranger")
    with morning(20):
        remind(app)
    with time_machine.travel("2026-12-01T01:00:00Z", tick=False):
        remind(app)
    assert told(app) == [("office", "due"), ("office", "overdue"), ("recorder", "due")]

    with app.app_context(), transaction():
        units.grant(person("member"), Role.RECORDER, unit("hospital"))
    with morning(24):
        remind(app)
    assert ("member", "due") in told(app)


def person_id(app, username):
    with app.app_context():
        return person(username).id


def test_what_is_done_no_longer_reminds(app, task):
    task.done = True

    with morning(24):
        assert remind(app) == 0


@pytest.mark.parametrize(("day", "heard"), [("2026-11-24", 0), ("2026-12-02", 1)])
def test_lead_times_are_settings(app, task, day, heard):
    app.config.update(REMIND_WORKDAYS_BEFORE=(), ESCALATE_WORKDAYS_AFTER=0)

    with time_machine.travel(f"{day}T01:00:00Z", tick=False):
        assert remind(app) == heard


def test_it_is_a_job(app, task):
    with morning(24), app.app_context():
        assert dict(jobs.run_due())["working_days:remind"] == "发出提醒 1 人次"
