"""SQLite as we use it loses nothing: settings of every connection, checkpoints under fire, killed writers."""

import sqlite3
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from intranet import migrate, sqlite
from intranet.db import transaction
from intranet.errors import Busy
from intranet.extensions import db
from intranet.models import LoginCount
from tests.fixtures import login, unit
from tests.workers import finish, go, start

WANTED = {
    "journal_mode": "wal",
    "wal_autocheckpoint": 0,
    "synchronous": 2,
    "secure_delete": 1,
    "foreign_keys": 1,
    "busy_timeout": 5000,
}
WRITER = """
import os, time
from intranet import clock
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import LoginCount
end = time.monotonic() + 4
number = 0
while time.monotonic() < end:
    with transaction():
        db.session.add(LoginCount(key=f"{argument}-{number}", started_at=clock.now(), tries=1, told=False))
    print(f"{argument}-{number}", flush=True)
    number += 1
"""
READER = """
import time
from sqlalchemy import func, select
from intranet.extensions import db
from intranet.models import LoginCount
end, seen = time.monotonic() + 4, 0
while time.monotonic() < end:
    now = db.session.scalar(select(func.count()).select_from(LoginCount))
    assert now >= seen, (now, seen)
    seen = now
    time.sleep(0.002)
    db.session.rollback()
"""


@pytest.fixture(autouse=True)
def _only_on_sqlite(engine_name):
    if engine_name != "sqlite":
        pytest.skip("SQLite's own matter")


def check_settings(app, how_many=8):
    with app.app_context(), ExitStack() as stack:
        connections = [stack.enter_context(db.engine.connect()) for _each in range(how_many)]
        for connection in connections:
            found = {name: connection.execute(text(f"PRAGMA {name}")).scalar() for name in WANTED}
            assert found == WANTED


def names(app):
    with app.app_context():
        found = set(db.session.scalars(select(LoginCount.key)))
        assert db.session.scalar(text("PRAGMA integrity_check")) == "ok"
        assert db.session.execute(text("PRAGMA foreign_key_check")).all() == []
    return found


def test_every_connection_of_the_pool_has_the_settings(app):
    check_settings(app)


def test_after_a_migration_every_connection_still_has_them(hello_app):
    check_settings(hello_app)
    with hello_app.app_context():
        migrate.uninstall("hello")
    check_settings(hello_app)


def test_deleted_text_is_not_left_in_the_file(app):
    secret = "a sentence nobody may find again"
    with app.app_context():
        with transaction():
            db.session.execute(
                text("UPDATE core_user SET name = :n WHERE username = 'd00001'"), {"n": secret}
            )
        with transaction():
            db.session.execute(text("UPDATE core_user SET name = 'x' WHERE username = 'd00001'"))
        db.session.remove()
        db.engine.dispose()

    for path in Path(app.instance_path).glob("intranet.sqlite*"):
        assert secret.encode() not in path.read_bytes()


def test_a_checkpoint_copies_the_log_and_the_log_starts_small_again(app, monkeypatch):
    monkeypatch.setattr(sqlite, "CHECKPOINT_AT", 200_000)
    log = Path(f"{app.instance_path}/intranet.sqlite-wal")
    largest = smallest_after = 0

    with app.app_context():
        for number in range(300):
            with transaction():
                db.session.execute(text("UPDATE core_unit SET name = :n"), {"n": f"{number}" * 30})
            size = log.stat().st_size
            if size < largest:
                smallest_after = size
            largest = max(largest, size)
        assert set(db.session.scalars(text("SELECT name FROM core_unit"))) == {"299" * 30}

    assert 200_000 < largest < 500_000
    assert 0 < smallest_after < 200_000


def test_no_acknowledged_commit_is_lost_while_checkpoints_never_stop(app):
    writers = [start(app, WRITER, name, checkpoint_at=1) for name in ("a", "b", "c")]
    reader = start(app, READER, checkpoint_at=1)

    *outputs, _nothing = finish([*writers, reader])

    acknowledged = set("".join(outputs).split())
    assert len(acknowledged) > 100
    assert acknowledged == names(app)


def test_writers_killed_at_any_moment_lose_nothing_they_acknowledged(app):
    acknowledged = set()
    for number in range(3):
        writers = [start(app, WRITER, f"{number}{name}", checkpoint_at=20_000) for name in "ab"]
        go(writers)
        time.sleep(0.3 + number * 0.137)
        for writer in writers:
            writer.kill()
        for writer in writers:
            acknowledged |= set(writer.communicate()[0].split())

    assert len(acknowledged) > 20
    assert acknowledged <= names(app)
    assert login(app, "office").post("/logout").status_code == 303


def test_a_program_that_does_not_know_our_lock_makes_a_write_busy_not_wrong(app, monkeypatch):
    pragmas = [pragma.replace("busy_timeout=5000", "busy_timeout=200") for pragma in sqlite.PRAGMAS]
    monkeypatch.setattr(sqlite, "PRAGMAS", pragmas)
    client = login(app, "office")
    with app.app_context():
        db.engine.dispose()
    foreign = sqlite3.connect(f"{app.instance_path}/intranet.sqlite", isolation_level=None)
    foreign.execute("BEGIN IMMEDIATE")

    busy = client.post("/logout")
    read = client.get("/")
    foreign.rollback()
    foreign.close()

    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "5")
    assert read.status_code == 200
    assert client.post("/logout").status_code == 303


def test_the_lock_is_free_after_every_end_of_a_transaction(app):
    with app.app_context():
        with transaction():
            unit("nk1").name = "一"
        with pytest.raises(ZeroDivisionError), transaction():
            refuse_to_be_renamed(unit("nk1"))
        lock = db.engine.raw_connection().dbapi_connection.lock
        lock.acquire()
        lock.release()
        db.session.remove()


def refuse_to_be_renamed(ward):
    ward.name = "三"
    db.session.flush()
    raise ZeroDivisionError


def test_a_writer_that_waits_too_long_gets_busy_and_leaves_the_lock_as_it_was(make_app):
    app = make_app("cast", WRITE_WAIT_SECONDS=1)
    with app.app_context():
        connection = db.engine.raw_connection()
        lock = connection.dbapi_connection.lock
        lock.acquire()
        with pytest.raises(Busy), transaction():
            unit("nk1").name = "一"
        lock.release()
        connection.close()
        with transaction():
            unit("nk1").name = "二"

        count = select(func.count()).where(LoginCount.key == "x")
        assert db.session.scalar(count) == 0
        assert unit("nk1").name == "二"
