"""What the jobs did, on the system administrator's page."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from intranet import clock, jobs
from intranet.contracts import Job
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import AuditEntry, DueJob, JobRun
from tests.fixtures import check_html, login, person


@pytest.fixture
def site(app, monkeypatch):
    """The core has one more job, which fails."""
    fails = Job("night", "夜间", timedelta(days=1), lambda: int("家里的事"), "")
    monkeypatch.setattr(jobs, "CORE_JOBS", (*jobs.CORE_JOBS, fails))
    return app


def test_it_shows_every_job_with_its_title_last_run_result_and_next_time(site):
    client = login(site, "system")
    before = job_rows(client)
    with time_machine.travel(datetime(2019, 3, 1, 2, tzinfo=UTC), tick=False), site.app_context():
        list(jobs.run_due())

    after = job_rows(client)

    assert "还没有运行过" in before["core:night"]
    assert {"core:end-old-sessions", "core:check-audit", "core:night"} <= set(after)
    for words in ("夜间", "2019年3月1日 10:00", "失败", "ValueError (test_jobs.py:", "10:10"):
        assert words in after["core:night"]
    assert "清理过期登录" in after["core:end-old-sessions"]
    assert "2019年3月1日 11:00" in after["core:end-old-sessions"]
    check_html(client.get("/admin/jobs"))


def job_rows(client):
    """Rows of the upper table by the name of the job."""
    page = client.get("/admin/jobs").text
    rows = re.findall(
        r'<tr><td class="title">.*?</tr>', page.partition("任务名称")[2].partition("历次运行")[0], re.DOTALL
    )
    return {re.search(r"/(\w+:[\w-]+)", row)[1]: row for row in rows}


def test_a_job_another_process_is_at_is_shown_as_running(site):
    with site.app_context(), transaction():
        run = JobRun(job="core:night", started_at=clock.now())
        db.session.add(run)
        db.session.flush()
        due = DueJob(name="core:night", due_at=clock.now(), claimed_at=clock.now(), run_id=run.id)
        db.session.add(due)

    assert "正在运行" in job_rows(login(site, "system"))["core:night"]


def test_a_run_that_was_cut_off_and_the_one_after_it_both_stand_in_the_history(site):
    with site.app_context(), transaction():
        db.session.add(JobRun(job="core:check-audit", started_at=clock.now() - timedelta(hours=2)))
    with site.app_context():
        list(jobs.run_due())

    response = login(site, "system").get("/admin/jobs")

    check_html(response)
    history = response.text.partition("历次运行")[2]
    assert "中断" in history
    assert "最近 2 次" in history
    assert "核对记录链" in history


def test_an_old_run_that_lacks_a_number_asked_for_since_is_shown(site):
    with site.app_context(), transaction():
        row = JobRun(job="core:end-old-sessions", started_at=clock.now(), finished_at=clock.now())
        row.counts = {"logins": 3}
        db.session.add(row)

    page = login(site, "system").get("/admin/jobs")

    assert "清理过期登录 3 个，过期的错误密码记录 — 条" in page.text


def test_the_page_is_the_system_administrators_alone(site):
    assert login(site, "office").get("/admin/jobs").status_code == 404


def test_a_job_asked_for_is_due_at_once_and_stands_in_the_audit_log(site):
    system = login(site, "system")
    with time_machine.travel(clock.now() - timedelta(hours=1), tick=False), site.app_context():
        list(jobs.run_due())
    with site.app_context():
        assert "core:check-audit" not in dict(jobs.run_due())

    answer = system.post("/admin/jobs/core:check-audit/run", follow_redirects=True)

    assert "已安排" in answer.text
    with site.app_context():
        assert list(dict(jobs.run_due())) == ["core:check-audit"]
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "core:job")).one()
        assert (entry.subject, entry.actor_id) == ("core:check-audit", person("system").id)


def test_a_job_that_never_ran_may_be_asked_for_and_one_at_work_or_unknown_may_not(site):
    system = login(site, "system")
    never = system.post("/admin/jobs/core:night/run").status_code
    with site.app_context(), transaction():
        at_work = {"claimed_at": clock.now(), "run_id": 1}
        db.session.add(DueJob(name="core:night", due_at=clock.now() + timedelta(days=1), **at_work))

    refused = system.post("/admin/jobs/core:night/run")

    assert (never, refused.status_code) == (303, 409)
    assert "正在运行" in refused.text
    assert system.post("/admin/jobs/core:nothing/run").status_code == 404
    assert login(site, "office").post("/admin/jobs/core:night/run").status_code == 404
    with site.app_context():
        assert "core:night" not in dict(jobs.run_due())
