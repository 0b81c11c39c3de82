"""Jobs under fire: many processes, killed ones, late ones, a busy database."""

import re
import signal
from datetime import timedelta

from flask.cli import ScriptInfo
from sqlalchemy import select, text, update

from intranet import clock, jobs
from intranet.cli import group
from intranet.contracts import Job
from intranet.db import is_sqlite, transaction
from intranet.extensions import db
from intranet.models import DueJob, JobRun, LoginCount
from tests.fixtures import login
from tests.workers import finish, go, start

COUNTING = """
import time
from datetime import timedelta
from intranet import clock, jobs
from intranet.contracts import Job
from intranet.extensions import db
from intranet.models import LoginCount
def count():
    db.session.add(LoginCount(key=argument, started_at=clock.now(), tries=1, told=False))
    db.session.flush()
    print("at work", flush=True)
    time.sleep(wait) if wait is not None else sys.stdin.readline()
    return {"n": 1}
jobs.CORE_JOBS = (Job("count", "数数", timedelta(days=1), count, "数了 %(n)s"),)
for name, outcome in jobs.run_due():
    print(name, outcome, flush=True)
"""


def counted(wait=0):
    return f"wait = {wait}\n{COUNTING}"


def keys(app):
    with app.app_context():
        return set(db.session.scalars(select(LoginCount.key)))


def runs(app):
    with app.app_context():
        return list(db.session.scalars(select(JobRun).order_by(JobRun.id)))


def make_stale(app):
    """As if the claim had been made before the limit."""
    with app.app_context(), transaction():
        for due in db.session.scalars(select(DueJob).where(DueJob.claimed_at.is_not(None))):
            due.claimed_at = clock.now() - timedelta(hours=2)


def test_of_many_at_once_each_job_runs_in_one(app):
    workers = [start(app, counted(0.2), f"worker {number}") for number in range(6)]

    outputs = finish(workers)

    assert sum("at work" in output for output in outputs) == 1
    assert len(keys(app)) == 1
    assert [run.finished_at is not None for run in runs(app)] == [True]


def test_a_killed_run_leaves_nothing_and_is_taken_over_after_its_limit(app):
    first = start(app, counted(60), "killed")
    go([first])
    assert first.stdout.readline() == "at work\n"
    first.send_signal(signal.SIGKILL)
    first.communicate()

    [early] = finish([start(app, counted(), "too early")])
    make_stale(app)
    [later] = finish([start(app, counted(), "in time")])

    assert early == ""
    assert "core:count 数了 1" in later
    assert keys(app) == {"in time"}
    assert [run.finished_at is not None for run in runs(app)] == [False, True]
    page = login(app, "system").get("/admin/jobs").text
    assert "中断" not in page  # this app knows no such job


def test_who_comes_back_late_cannot_finish_and_its_work_is_undone(app):
    slow = start(app, counted(None), "slow") if not on_sqlite(app) else start(app, LATE_READER, "slow")
    go([slow])
    assert slow.stdout.readline() == "at work\n"
    make_stale(app)
    [quick] = finish([start(app, counted(), "quick")])
    late = slow.communicate("go on\n", timeout=60)

    assert "数了 1" in quick
    assert "已由另一个进程接手" in late[0], late
    assert keys(app) == {"quick"}
    with app.app_context():
        assert db.session.scalars(select(DueJob.claimed_at)).all() == [None]


LATE_READER = """
import time
from datetime import timedelta
from intranet import clock, jobs
from intranet.contracts import Job
from intranet.db import reads_first, start_writing
from intranet.extensions import db
from intranet.models import LoginCount
@reads_first
def count():
    print("at work", flush=True)
    sys.stdin.readline()
    start_writing()
    db.session.add(LoginCount(key=argument, started_at=clock.now(), tries=1, told=False))
    return {"n": 1}
jobs.CORE_JOBS = (Job("count", "数数", timedelta(days=1), count, "数了 %(n)s"),)
for name, outcome in jobs.run_due():
    print(name, outcome, flush=True)
"""


def on_sqlite(app):
    with app.app_context():
        return is_sqlite(db.engine)


def test_only_the_newest_runs_are_kept(app, monkeypatch):
    monkeypatch.setattr(jobs, "KEPT_RUNS", 3)
    monkeypatch.setattr(jobs, "CORE_JOBS", (Job("often", "常", timedelta(0), dict, "好"),))
    with app.app_context():
        for _each in range(5):
            assert dict(jobs.run_due())["core:often"] == "好"
        kept = db.session.scalars(select(JobRun.id).where(JobRun.job == "core:often")).all()

    assert len(kept) == 3


def test_a_busy_database_holds_up_one_job_and_the_command_says_which(make_app):
    app = make_app("cast", WRITE_WAIT_SECONDS=1, SAFE_MODE=True)  # each job waits its second
    with app.app_context():
        list(jobs.run_due())
        with transaction():
            db.session.execute(update(DueJob).values(due_at=clock.now()))
        db.session.remove()
        with blocked(app):
            result = invoke(app)

    assert result.exit_code == 1
    assert re.search("数据库正忙，这些任务没有运行，下次再试：.*core:end-old-sessions", result.output)
    assert "Traceback" not in result.output
    with app.app_context():
        assert "core:end-old-sessions" in dict(jobs.run_due())


def invoke(app):
    script = ScriptInfo(create_app=lambda: app)
    return app.test_cli_runner().invoke(group, ["jobs", "run-due"], obj=script)


class blocked:  # noqa: N801 - used as a verb
    """Somebody else holds what a claim needs."""

    def __init__(self, app):
        self.sqlite = on_sqlite(app)

    def __enter__(self):
        if self.sqlite:
            raw = db.engine.raw_connection()
            self.lock = raw.dbapi_connection.lock
            self.lock.acquire()
            raw.close()
        else:
            self.connection = db.engine.connect()
            self.connection.exec_driver_sql("SET TRANSACTION READ WRITE")
            self.connection.execute(text("SELECT name FROM core_due_job FOR UPDATE"))

    def __exit__(self, *fault):
        if self.sqlite:
            self.lock.release()
        else:
            self.connection.rollback()
            self.connection.close()
