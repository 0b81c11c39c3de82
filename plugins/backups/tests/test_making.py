"""A backup while people write, one that fails, and one that is killed."""

import errno
import os
import shutil
import stat
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import select, text

from intranet import create_app
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import AuditEntry, LoginCount
from plugins.backups import databases
from plugins.backups.archive import read_through
from plugins.backups.faults import Fault, Refused
from plugins.backups.models import Cause, State
from plugins.backups.proofs import prove
from plugins.backups.services import making
from plugins.backups.services.working import alone, half_of, somebody_is_at_work
from tests.conftest import second_app
from tests.workers import go, start

from .conftest import PICTURE, back_up, backups, key_of, put_upload

WRITER = """
import time
from pathlib import Path
from flask import current_app
from intranet import clock
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import LoginCount
uploads = Path(current_app.instance_path) / "uploads"
uploads.mkdir(exist_ok=True)
number, end = 0, time.monotonic() + 60
while time.monotonic() < end:
    key = f"{argument}-{number}"
    (uploads / f".{key}").write_text(key)
    (uploads / f".{key}").rename(uploads / key)  # the file before the row that names it
    with transaction():
        db.session.add(LoginCount(key=key, started_at=clock.now(), tries=1, told=False))
    print(key, flush=True)
    number += 1
    time.sleep(0.01)
"""
MAKER = """
from pathlib import Path
from plugins.backups.models import Cause
from plugins.backups.services.making import make_backup
make_backup(Path(argument), Cause.COMMAND, by=None)
print("made", flush=True)
"""


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_a_backup_is_whole_is_for_its_owner_only_and_is_audited(app, tmp_path):
    put_upload(app)
    path = tmp_path / "x.backup"

    backup = back_up(app, path)

    checked = read_through(path, key_of(app))
    assert (backup.state, backup.sha256, backup.size) == (State.GOOD, checked.sha256, path.stat().st_size)
    assert backup.verified_at is not None
    assert f"files/{PICTURE}" in checked.manifest["files"]
    assert checked.manifest["rows"]["core_user"] > 20
    assert mode(path) == mode(Path(app.instance_path) / "backup.key") == 0o600
    assert [each.name for each in tmp_path.glob("*.part")] == []
    with app.app_context():
        last = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert (last.action, last.detail["sha256"]) == ("backups:make", checked.sha256)


def test_under_load_every_acknowledged_row_and_its_file_are_in_the_backup(app, tmp_path, monkeypatch):
    """People get half a second before the snapshot: files that were listed before it would be too few."""
    snapshot = databases.snapshot
    monkeypatch.setattr(databases, "snapshot", lambda folder: time.sleep(0.5) or snapshot(folder))
    writers = [start(app, WRITER, name) for name in "ab"]
    go(writers)
    acknowledged = {name.strip() for writer in writers for name in lines(writer, 20)}

    back_up(app, tmp_path / "x.backup")
    for writer in writers:
        writer.kill()
    after = {name for writer in writers for name in writer.communicate()[0].split()}

    with app.app_context(), alone() as scratch:
        checked = read_through(tmp_path / "x.backup", key_of(app), into=scratch)
        with databases.trial_url(scratch) as url:
            names = keys_in(create_app(scratch, DATABASE_URL=url, SAFE_MODE=True), checked.manifest)
    files = {name.removeprefix("files/uploads/") for name in checked.manifest["files"]}
    assert len(acknowledged) == 40
    assert acknowledged <= names
    assert names <= files
    assert after - names, "nobody wrote during the backup: this test saw nothing"


def lines(writer, count):
    return [writer.stdout.readline() for _each in range(count)]


def keys_in(app, manifest):
    with app.app_context():
        prove(manifest)
        names = set(db.session.scalars(select(LoginCount.key)))
        db.session.remove()
        db.engine.dispose()
    return names


def test_a_plain_copy_of_the_file_would_be_caught(app, engine_name, tmp_path):
    """The negative control: without the log, what was committed last is not in the file."""
    if engine_name != "sqlite":
        pytest.skip("SQLite's own matter")
    with app.app_context():
        with transaction():
            db.session.execute(text("UPDATE core_user SET name = 'x'"))
            row = {"key": "only-in-the-log", "started_at": making.clock.now(), "tries": 1, "told": False}
            db.session.add(LoginCount(**row))
        db.session.remove()
        right = databases.rows_now()
        shutil.copy(Path(app.instance_path) / "intranet.sqlite", tmp_path / "intranet.sqlite")
        with pytest.raises(Refused) as caught:
            keys_in(create_app(tmp_path, DATABASE_URL="", SAFE_MODE=True), {"rows": right, "files": {}})

    assert caught.value.fault is Fault.DIFFERS


def test_a_backup_that_fails_says_why_and_leaves_the_good_one(app, tmp_path, monkeypatch):
    path = tmp_path / "x.backup"
    back_up(app, path)
    good = path.read_bytes()
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=1000))

    with app.app_context(), pytest.raises(Refused, match=r"磁盘空间不够.*MB.*BACKUP_FOLDER"):
        making.make_backup(path, Cause.COMMAND, by=None)

    assert path.read_bytes() == good
    assert [(row.state, row.fault) for row in backups(app)] == [("good", ""), ("failed", "no_space")]


def test_a_disk_that_fills_up_and_a_folder_that_is_not_there_are_said(app, tmp_path, monkeypatch):
    with app.app_context(), pytest.raises(Refused, match=r"nowhere.*打不开或写不进去"):
        making.make_backup(tmp_path / "nowhere" / "x.backup", Cause.COMMAND, by=None)

    def is_full(*_arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", is_full)
    with app.app_context(), pytest.raises(Refused, match="磁盘写满了"):
        making.make_backup(tmp_path / "x.backup", Cause.COMMAND, by=None)
    assert [row.fault for row in backups(app)] == ["not_writable", "no_space"]
    assert [path.name for path in tmp_path.glob("*x.backup*")] == []
    assert not (Path(app.instance_path) / "backup-work").exists()


def test_what_a_killed_one_left_readable_goes_with_the_next_start(app, tmp_path):
    work = Path(app.instance_path) / "backup-work"
    put_upload(app, os.urandom(30_000_000))
    maker = start(app, MAKER, str(tmp_path / "x.backup"))
    go([maker])
    while not list(work.glob("*")):
        assert maker.poll() is None, "it was over before it could be killed"
        time.sleep(0.01)

    second_app(app)
    assert list(work.glob("*")), "taken away from one at work"
    maker.kill()
    maker.communicate()
    second_app(app)

    assert not work.exists()


def test_what_is_read_back_wrong_never_gets_its_name(app, tmp_path, monkeypatch):
    pack = making._pack

    def packs_with_a_fault(snapshot, half, key):
        pack(snapshot, half, key)
        with half.open("r+b") as file:
            file.seek(5000)
            file.write(b"\0\0\0\0")

    monkeypatch.setattr(making, "_pack", packs_with_a_fault)
    with app.app_context(), pytest.raises(Refused, match="已损坏"):
        making.make_backup(tmp_path / "x.backup", Cause.COMMAND, by=None)

    assert [path.name for path in tmp_path.glob("*x.backup*")] == []
    assert [row.fault for row in backups(app)] == ["damaged"]


def test_another_file_is_never_overwritten(app, tmp_path):
    (tmp_path / "wages.xlsx").write_text("wages")

    with app.app_context(), pytest.raises(Refused, match="不是本系统的备份文件"):
        making.make_backup(tmp_path / "wages.xlsx", Cause.COMMAND, by=None)

    assert (tmp_path / "wages.xlsx").read_text() == "wages"


def test_two_at_the_same_time_do_not_get_into_each_others_way(app, tmp_path):
    with app.app_context(), alone():
        assert somebody_is_at_work()
        with pytest.raises(Refused, match="正在进行"):
            making.make_backup(tmp_path / "x.backup", Cause.COMMAND, by=None)

    with app.app_context():
        assert not somebody_is_at_work()
    assert backups(app) == []


def test_killed_at_any_moment_a_backup_leaves_a_good_one_or_none(app, tmp_path):
    path = tmp_path / "x.backup"
    back_up(app, path)
    put_upload(app, os.urandom(10_000_000))  # so that there is something to interrupt
    done = []

    for number in range(3):
        maker = start(app, MAKER, str(path))
        go([maker])
        time.sleep(0.1 + number * 0.25)
        maker.kill()
        done.append("made" in maker.communicate()[0])
        assert read_through(path, key_of(app)).manifest["rows"]["core_user"] > 20

    back_up(app, path)

    states = [row.state for row in backups(app)]
    assert not all(done), "none was killed in time: this test saw nothing"
    assert State.RUNNING not in states
    assert states[-1] == State.GOOD
    assert len(set(good := [row.sha256 for row in backups(app) if row.state == "good"])) == len(good)
    assert not half_of(path).exists()
    assert not (Path(app.instance_path) / "backup-work").exists()


def test_one_killed_after_its_file_had_its_name_counts_once(app, tmp_path, monkeypatch):
    def is_killed(*_arguments):
        raise KeyboardInterrupt

    path = tmp_path / "x.backup"
    monkeypatch.setattr(making, "_record", is_killed)
    monkeypatch.setattr(making, "_failed", lambda *_arguments: None)
    with app.app_context(), pytest.raises(KeyboardInterrupt):
        making.make_backup(path, Cause.COMMAND, by=None)
    monkeypatch.undo()
    sha256 = read_through(path, key_of(app)).sha256

    back_up(app, tmp_path / "y.backup")

    assert [(row.state, row.sha256 == sha256) for row in backups(app)] == [("good", True), ("good", False)]
