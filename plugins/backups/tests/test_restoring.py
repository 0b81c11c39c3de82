"""A site put onto an empty machine: what it shows, what it refuses, and what a killed restore leaves."""

import os
import shutil
import time
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import select, text

from intranet import migrate
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import AuditEntry
from intranet.plugins import loaded
from plugins.backups import databases, proofs
from plugins.backups.archive import packing, read_through
from plugins.backups.faults import Refused
from plugins.backups.models import Backup
from plugins.backups.services import restoring
from plugins.backups.services.restoring import is_unfinished, missing_keys, restore
from tests.crawler import crawl
from tests.fixtures import PASSWORD
from tests.tampering import drop_guards
from tests.workers import go, start

from .conftest import PICTURE, back_up, key_of, put_upload

RESTORER = """
from pathlib import Path
from plugins.backups.services.restoring import restore
restore(Path(argument[0]), bytes.fromhex(argument[1]))
print("restored", flush=True)
"""


@pytest.fixture
def saved(demo_app, tmp_path):
    """The demo hospital with a picture, in a file."""
    put_upload(demo_app)
    back_up(demo_app, tmp_path / "site.backup")
    return tmp_path / "site.backup"


@pytest.fixture
def small(app, tmp_path):
    """The cast with a picture, in a file."""
    put_upload(app)
    back_up(app, tmp_path / "site.backup")
    return tmp_path / "site.backup"


def rows_of(app):
    with app.app_context():
        return databases.rows_now()


def test_a_restored_site_is_the_same_and_people_log_in_again(demo_app, saved, empty_site):
    key, other = key_of(demo_app), empty_site()
    with other.app_context():
        proof, manifest = restore(saved, key)
        assert not is_unfinished()
        last = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert last.action == "backups:restore"
        (known,) = db.session.scalars(select(Backup))
        assert (known.state, known.path, known.trial_fault) == ("good", str(saved), "")
        assert known.tried_at is not None

    assert (proof.behind, proof.broken, proof.chains) == (False, 0, 2)
    grown = {"core_audit_entry": manifest["rows"]["core_audit_entry"] + 1}
    assert rows_of(other) == {**manifest["rows"], **grown}
    assert (Path(other.instance_path) / PICTURE).read_bytes() == b"a picture"
    assert key_of(other) == key
    with other.app_context():
        assert missing_keys(manifest) == ["sealing.key", "audit.key"]
    with demo_app.app_context():
        assert missing_keys(manifest) == []
    client = other.test_client()
    answer = client.post("/login", data={"username": "head", "password": PASSWORD})
    assert answer.status_code == 303
    pages = crawl(client, ["/nk1/"], limit=20)
    assert len(pages) > 10
    assert {page.status_code for page in pages.values()} == {200}


def test_where_there_is_data_nothing_is_restored(app, small, make_app):
    other = make_app("cast")
    before = rows_of(other)

    with other.app_context(), pytest.raises(Refused, match="已有数据"):
        restore(small, key_of(app))

    assert rows_of(other) == before


def test_where_there_are_only_files_nothing_is_restored(app, small, empty_site):
    other = empty_site()
    put_upload(other, b"mine", "uploads/mine")

    with other.app_context(), pytest.raises(Refused, match="已有数据"):
        restore(small, key_of(app))

    assert (Path(other.instance_path) / "uploads/mine").read_bytes() == b"mine"


def test_tables_without_people_are_empty_enough(app, small, empty_site):
    other = empty_site()
    with other.app_context():
        migrate.upgrade()
        restore(small, key_of(app))

    assert rows_of(other)["core_user"] > 20


@pytest.mark.parametrize("wrong", ["key", "file"])
def test_a_wrong_key_or_a_spoilt_file_touches_nothing(app, small, empty_site, wrong):
    key, other = key_of(app), empty_site()
    if wrong == "key":
        key = bytes(32)
    else:
        small.write_bytes(small.read_bytes()[:-20])

    with other.app_context(), pytest.raises(Refused):
        restore(small, key)

    assert not (Path(other.instance_path) / "restoring").exists()
    assert rows_of(other) == {}


def rewritten(path, key, tmp_path, **changes):
    """The same backup with another manifest."""
    checked = read_through(path, key, into=tmp_path / "unpacked")
    with (tmp_path / "other.backup").open("wb") as file, packing(file, key) as packer:
        for name in checked.manifest["files"]:
            packer.add_file(name, tmp_path / "unpacked" / name)
        packer.add_manifest({**checked.manifest, **changes})
    return tmp_path / "other.backup"


def test_a_backup_of_a_newer_version_is_refused(app, small, empty_site, tmp_path):
    heads = ["core_9999", "backups_0001", "a_plugin_that_is_gone_0003"]
    newer = rewritten(small, key_of(app), tmp_path, heads=heads, program="9.9")

    with empty_site().app_context(), pytest.raises(Refused, match=r"更新的版本（core_9999）.*9\.9"):
        restore(newer, key_of(app))


def test_a_backup_of_another_kind_of_database_is_refused(app, small, empty_site, tmp_path):
    foreign = rewritten(small, key_of(app), tmp_path, engine="oracle")

    with empty_site().app_context(), pytest.raises(Refused, match="oracle"):
        restore(foreign, key_of(app))


def test_rows_that_are_missing_are_noticed(app, small, empty_site, tmp_path):
    rows = {**read_through(small, key_of(app)).manifest["rows"], "core_user": 10_000}
    wrong, other = rewritten(small, key_of(app), tmp_path, rows=rows), empty_site()

    with other.app_context(), pytest.raises(Refused, match="与备份时不同"):
        restore(wrong, key_of(app))

    with other.app_context():
        assert is_unfinished()


def test_a_broken_audit_chain_is_counted(app, tmp_path, empty_site):
    with app.app_context(), transaction():
        drop_guards()
        db.session.execute(text("UPDATE core_audit_entry SET action = 'forged' WHERE id = 3"))
    back_up(app, tmp_path / "x.backup")

    with empty_site().app_context():
        proof, _manifest = restore(tmp_path / "x.backup", key_of(app))

    assert proof.broken == 1


def test_an_older_backup_says_that_an_upgrade_comes_next(app, tmp_path, empty_site):
    with app.app_context():
        back_up(app, tmp_path / "new.backup")
        migrate.uninstall(next(iter(loaded().for_units)))
    back_up(app, tmp_path / "old.backup")
    other = empty_site()

    with other.app_context():
        proof, _manifest = restore(tmp_path / "old.backup", key_of(app))
        assert (proof.behind, proof.chains, is_unfinished()) == (True, 0, False)
        assert migrate.upgrade()
        assert proofs.prove({"rows": databases.rows_now(), "files": {}}).broken == 0


def test_settings_come_back_beside_those_that_are_here(app, tmp_path, empty_site):
    (Path(app.instance_path) / "config.py").write_text('SITE_NAME = "某某医院"\n', "utf-8")
    back_up(app, tmp_path / "x.backup")
    first, second = empty_site("first"), empty_site("second")
    (Path(second.instance_path) / "config.py").write_text("UPLOAD_MB = 5\n")

    for other in (first, second):
        with other.app_context():
            restore(tmp_path / "x.backup", key_of(app))

    assert "SITE_NAME = '某某医院'" in (Path(first.instance_path) / "config.py").read_text("utf-8")
    assert (Path(second.instance_path) / "config.py").read_text() == "UPLOAD_MB = 5\n"
    assert "某某医院" in (Path(second.instance_path) / "config.restored.py").read_text("utf-8")


# Killed --------------------------------------------------------------------------------------------


def test_killed_at_any_moment_a_restore_can_be_run_again(app, empty_site, tmp_path):
    put_upload(app, os.urandom(10_000_000))
    back_up(app, tmp_path / "x.backup")
    other, seen = empty_site(), []
    argument = [str(tmp_path / "x.backup"), key_of(app).hex()]

    for number in range(2):
        restorer = start(other, RESTORER, argument)
        go([restorer])
        wait_for(Path(other.instance_path) / "restoring" / "manifest.json")
        time.sleep(0.05 + number * 0.5)
        restorer.kill()
        if "restored" in restorer.communicate()[0]:
            break
        with other.app_context():
            seen.append(is_unfinished())
            db.session.remove()
            db.engine.dispose()
    else:
        with other.app_context():
            restore(tmp_path / "x.backup", key_of(app))

    assert any(seen), "none was killed on the way: this test saw nothing"
    assert rows_of(other)["core_user"] == rows_of(app)["core_user"]
    assert (Path(other.instance_path) / PICTURE).stat().st_size == 10_000_000
    assert not (Path(other.instance_path) / "restoring").exists()


def test_what_a_killed_restore_is_still_loading_is_ended(app, small, empty_site, engine_name):
    if engine_name != "postgres":
        pytest.skip("PostgreSQL's own matter")
    other = empty_site()
    address = other.config["SQLALCHEMY_DATABASE_URI"].replace("+psycopg", "")

    with psycopg.connect(address, application_name="pg_restore") as orphan:
        orphan.execute("CREATE TABLE core_user (id integer)")
        with other.app_context():
            restore(small, key_of(app))
        with pytest.raises(psycopg.OperationalError):
            orphan.execute("SELECT 1")

    assert rows_of(other)["core_user"] == rows_of(app)["core_user"]


def wait_for(path):
    end = time.monotonic() + 30
    while not path.exists() and time.monotonic() < end:
        time.sleep(0.002)
    assert path.exists()


@pytest.mark.parametrize("step", ["_move_files", "_write_settings", "_record", "_end"])
def test_stopped_before_any_step_it_is_unfinished_and_starts_over(app, small, empty_site, monkeypatch, step):
    other = empty_site()

    def is_killed(*_arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(restoring, step, is_killed)
    with other.app_context():
        with pytest.raises(KeyboardInterrupt):
            restore(small, key_of(app))
        monkeypatch.undo()
        if step == "_end":  # all is there and written down: nothing to start over
            assert rows_of(other)["core_user"] > 20
            return
        assert is_unfinished()
        restore(small, key_of(app))
        assert not is_unfinished()

    assert rows_of(other)["core_user"] == rows_of(app)["core_user"]


def test_what_people_have_used_since_is_never_wiped(app, small, empty_site, monkeypatch):
    other = empty_site()
    monkeypatch.setattr(restoring, "_end", lambda: None)
    with other.app_context():
        restore(small, key_of(app))
        monkeypatch.undo()
        assert (Path(other.instance_path) / "restoring" / "manifest.json").exists()

        with pytest.raises(Refused, match="已有数据"):
            restore(small, key_of(app))

    shutil.rmtree(Path(other.instance_path) / "restoring")
