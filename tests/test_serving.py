"""The real server with the process that runs the jobs beside it."""

import os
import signal
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.models import JobRun
from tests.server import serving

pytestmark = pytest.mark.one_engine


def eventually(find, seconds=30):
    """What `find` returns once it returns anything."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := find():
            return found
        time.sleep(0.1)
    raise AssertionError(find)


def children(pid):
    """Process number → command line of everything this process has begun."""
    lists = [path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/children")]
    return {int(each): Path(f"/proc/{each}/cmdline").read_text() for each in " ".join(lists).split()}


def at_the_jobs(server):
    return [pid for pid, command in children(server.pid).items() if "spawn_main" in command]


def runs(app):
    with app.app_context():
        return set(db.session.scalars(select(JobRun.job).where(JobRun.finished_at.is_not(None))))


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks at processes as Linux shows them")
def test_jobs_run_beside_the_server_are_begun_again_when_killed_and_end_with_it(make_app):
    app = make_app("cast")
    with serving(Path(app.instance_path), "--jobs", INTRANET_SAFE_MODE="1") as server:
        eventually(lambda: "core:check-audit" in runs(app))
        [first] = at_the_jobs(server)
        os.kill(first, signal.SIGKILL)
        [second] = eventually(lambda: [pid for pid in at_the_jobs(server) if pid != first])
        begun = {server.pid, first, second, *children(server.pid)}

    eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in begun))


def test_without_jobs_nothing_runs_beside_the_server(make_app):
    app = make_app("cast")
    with serving(Path(app.instance_path), INTRANET_SAFE_MODE="1") as server:
        assert at_the_jobs(server) == []
