"""The real server with the process that runs the jobs beside it."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.models import JobRun
from intranet.server import HEADER, SHARE
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


# Connections that never finish -----------------------------------------------------------------

HEAD = b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
DRIBBLES = (
    HEAD + b"Content-Length: 1000\r\n\r\n",
    HEAD + b"Transfer-Encoding: chunked\r\n\r\n3e8\r\n",
    HEAD,
)
HURRIED = "from intranet import server\nserver.PATIENCE, server.IDLE = 8, 2"
"""Nobody need wait half a minute to see that slow ones are ended."""


def connect(server, sent):
    connection = socket.create_connection(("127.0.0.1", urlsplit(server.url).port), timeout=1)
    connection.sendall(sent)
    return connection


def is_ended(connection):
    connection.settimeout(0.001)
    try:
        return connection.recv(1) == b""
    except TimeoutError:
        return False
    except OSError:
        return True


def still_open(connection):
    """Sends one byte more, and looks whether anybody still wants it."""
    try:
        connection.sendall(b"a")
        connection.settimeout(0.01)
        return connection.recv(1) != b""
    except TimeoutError:
        return True
    except OSError:
        return False


def test_who_sends_byte_by_byte_stops_nobody_and_is_ended(make_app):
    app = make_app("cast")
    folder = Path(app.instance_path)
    with serving(folder, before=HURRIED, INTRANET_SAFE_MODE="1") as server, ExitStack() as stack:
        slow = [stack.enter_context(connect(server, DRIBBLES[number % 3])) for number in range(18)]
        idle = [stack.enter_context(connect(server, sent)) for sent in DRIBBLES]
        for _round in range(5):
            begun = time.monotonic()
            with urllib.request.urlopen(f"{server.url}/login", timeout=10) as page:
                assert "<form" in page.read().decode()
            assert time.monotonic() - begun < 2
            assert all(map(still_open, slow))
        eventually(lambda: not any(map(still_open, slow)), 45)
        assert all(each.recv(1) == b"" for each in idle)


@pytest.mark.one_engine
def test_no_address_takes_all_the_places_and_who_says_nothing_is_ended(make_app):
    app = make_app("cast")
    folder = Path(app.instance_path)
    with serving(folder, before=HURRIED, INTRANET_SAFE_MODE="1") as server, ExitStack() as stack:
        silent = [stack.enter_context(connect(server, b"")) for _number in range(SHARE + 5)]
        eventually(lambda: sum(map(is_ended, silent)) >= 5, 5)
        eventually(lambda: all(map(is_ended, silent)), 12)
        assert urllib.request.urlopen(f"{server.url}/login", timeout=5).status == 200


def test_a_body_too_large_is_refused_in_words_of_the_site(make_app):
    folder = Path(make_app("cast").instance_path)
    with (
        serving(folder, INTRANET_SAFE_MODE="1", INTRANET_UPLOAD_MB="1") as server,
        connect(server, HEAD + b"Content-Length: 9000000\r\n\r\n") as connection,
    ):
        connection.settimeout(10)
        answer = b"".join(iter(lambda: connection.recv(9000), b""))
    assert answer.startswith(b"HTTP/1.1 413")
    assert "文件太大" in answer.decode()


def test_an_address_too_long_is_refused_before_anybody_keeps_it(make_app):
    folder = Path(make_app("cast").instance_path)
    asked = b"GET /" + b"a" * HEADER + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    with serving(folder, INTRANET_SAFE_MODE="1") as server, connect(server, asked) as connection:
        connection.settimeout(10)
        answer = connection.recv(9000)
    assert answer.split()[1] == b"431"


# Memory ------------------------------------------------------------------------------------------


def test_libraries_few_pages_need_are_read_for_the_first_who_needs_them(tmp_path):
    heavy = {"docx", "icalendar", "openpyxl", "pdfplumber", "psycopg", "xlsxwriter"}
    program = "import sys, intranet; intranet.create_app(); print(*sys.modules)"
    environment = {**os.environ, "INTRANET_INSTANCE": str(tmp_path), "INTRANET_DATABASE_URL": ""}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert heavy & set(done.stdout.split()) == set()
