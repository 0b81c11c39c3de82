"""A backup is restored for trial beside the site and proves itself, or the fault is put down."""

import shutil
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, select

from intranet import create_app
from intranet.extensions import db
from plugins.backups import postgres
from plugins.backups.faults import Refused
from plugins.backups.models import Backup, Cause
from plugins.backups.services import making, trying
from plugins.backups.services.trying import try_backup, try_file
from tests.postgres import execute

from .conftest import back_up, backups, key_of, put_upload


def test_a_trial_proves_the_backup_and_leaves_nothing(app, tmp_path, postgres_names):
    put_upload(app)
    backup = back_up(app, tmp_path / "x.backup")
    before = databases_on(app, postgres_names)

    with app.app_context():
        proof = try_backup(backup.id, by=None)

    row = backups(app)[0]
    assert (proof.broken, proof.behind) == (0, False)
    assert proof.rows == row.rows
    assert (row.trial_fault, row.trial_begun_at) == ("", None)
    assert row.tried_at > row.started_at
    assert not (Path(app.instance_path) / "backup-work").exists()
    assert databases_on(app, postgres_names) == before


@pytest.fixture
def postgres_names(engine_name):
    return "SELECT datname FROM pg_database ORDER BY 1" if engine_name == "postgres" else ""


def databases_on(app, query):
    if not query:
        return []
    with app.app_context(), closing(db.engine.raw_connection()) as raw:
        names = [name for (name,) in raw.cursor().execute(query)]
        return [name for name in names if name == f"{db.engine.url.database}_restore_trial"]


def test_a_trial_of_a_spoilt_file_is_put_down_as_such(app, tmp_path):
    backup = back_up(app, tmp_path / "x.backup")
    with (tmp_path / "x.backup").open("r+b") as file:
        file.seek(-10, 2)
        file.write(b"\0\0")

    with app.app_context(), pytest.raises(Refused):
        try_backup(backup.id, by=None)

    assert backups(app)[0].trial_fault == "damaged"


def test_a_trial_that_was_killed_was_none(app, tmp_path, monkeypatch):
    def is_killed(*_arguments):
        raise KeyboardInterrupt

    backup = back_up(app, tmp_path / "x.backup")
    monkeypatch.setattr(trying, "_record", is_killed)
    with app.app_context(), pytest.raises(KeyboardInterrupt):
        try_backup(backup.id, by=None)
    monkeypatch.undo()
    begun = backups(app)[0].trial_begun_at

    back_up(app, tmp_path / "y.backup")

    assert begun is not None
    assert (backups(app)[0].trial_begun_at, backups(app)[0].tried_at) == (None, None)


def test_a_file_carried_elsewhere_is_known_by_its_content(app, tmp_path):
    back_up(app, tmp_path / "x.backup")
    shutil.move(tmp_path / "x.backup", tmp_path / "carried")

    with app.app_context():
        try_file(tmp_path / "carried", key_of(app))

    assert backups(app)[0].tried_at is not None


def test_without_the_right_to_make_databases_a_trial_says_so(app, engine_name, tmp_path):
    if engine_name != "postgres":
        pytest.skip("PostgreSQL's own matter")
    backup = back_up(app, tmp_path / "x.backup")
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    role = f"poor_{Path(app.instance_path).parent.name[-20:]}".replace("-", "_")
    execute(url, f"CREATE ROLE {role} LOGIN IN ROLE pg_read_all_data, pg_write_all_data")
    poor = create_app(app.instance_path, DATABASE_URL=url.replace("postgres@", f"{role}@"))
    try:
        with poor.app_context(), pytest.raises(Refused, match="CREATEDB"):
            try_backup(backup.id, by=None)
    finally:
        with poor.app_context():
            db.engine.dispose()
        execute(url, f"DROP ROLE {role}")

    assert backups(app)[0].trial_fault == "no_database_right"


def test_no_password_on_a_command_line_and_missing_programs_are_named(
    app, engine_name, monkeypatch, tmp_path
):
    if engine_name != "postgres":
        pytest.skip("PostgreSQL's own matter")
    url = create_engine("postgresql+psycopg://u:secret@h:1/d?sslmode=require").url

    assert postgres._address(url) == "host=h port=1 user=u dbname=d sslmode=require"
    monkeypatch.setattr(postgres, "INSTALLED", tmp_path)
    monkeypatch.setattr(shutil, "which", lambda _program: None)
    with app.app_context(), pytest.raises(Refused, match=r"没有找到 pg_dump（第 \d+ 版或更新）"):
        making.make_backup(tmp_path / "x.backup", Cause.COMMAND, by=None)

    assert backups(app)[0].fault == "no_programs"
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Backup)) == 1
