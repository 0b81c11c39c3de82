"""The database follows the models, branch by branch, and loses no row on the way."""

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask.cli import ScriptInfo
from sqlalchemy import func, inspect, select, text

import plugins
from intranet import migrate, revisions
from intranet.cli import group
from intranet.db import is_sqlite, transaction
from intranet.extensions import Base, db
from tests.fixtures import login, unit

ROOT = Path(__file__).parents[1]
BRANCHES = sorted(revisions.branches())
PLUGINS = [name for name in BRANCHES if name != "core"]


def ours(name):
    """Tables of the branches in the tree; tests bring tables of their own into the same process."""
    return any(name.startswith(f"{branch}_") for branch in BRANCHES)


def differences():
    def include(_object, name, kind, _reflected, _other):
        return kind != "table" or ours(name)

    with db.engine.connect() as connection:
        options = {"compare_type": True, "include_object": include}
        found = compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata)
    return [each for each in found if "alembic_version" not in str(each)]


def counts():
    there = set(inspect(db.engine).get_table_names())
    tables = [table for table in Base.metadata.sorted_tables if table.name in there]
    found = {table.name: db.session.scalar(select(func.count()).select_from(table)) for table in tables}
    db.session.rollback()
    return found


def broken_references():
    return db.session.execute(text("PRAGMA foreign_key_check")).all() if is_sqlite(db.engine) else []


def test_an_empty_database_upgraded_is_what_the_models_say(make_app):
    with make_app("empty").app_context():
        assert differences() == []
        assert not revisions.pending()
        assert migrate.upgrade() is False


@pytest.mark.parametrize("branch", PLUGINS)
def test_a_plugins_tables_go_and_come_back_and_nobody_elses(demo_app, branch):
    with demo_app.app_context():
        before = counts()

        migrate.uninstall(branch)
        gone = counts()
        before["core_audit_entry"] += 1  # that it was done
        migrate.upgrade()

        others = {name: number for name, number in before.items() if not name.startswith(f"{branch}_")}
        assert {name: gone.get(name) for name in others} == others
        assert not [name for name in gone if name.startswith(f"{branch}_")]
        assert {name: counts()[name] for name in others} == others
        assert differences() == []
        assert broken_references() == []


def test_down_to_nothing_and_up_again(make_app):
    with make_app("empty").app_context():
        for branch in PLUGINS:
            migrate.uninstall(branch)
        command.downgrade(migrate.config(), "core@base")
        assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}

        migrate.upgrade()

        assert differences() == []


REBUILD = '''"""rebuild a parent"""
from alembic import op
import sqlalchemy as sa

revision = "core_9999"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade():
    for table in ("core_unit", "core_user"):
        with op.batch_alter_table(table, recreate="auto") as batch:
            batch.add_column(sa.Column("extra", sa.String(10)))
            batch.alter_column("name", type_=sa.String(123), existing_type=sa.String(100), nullable=False)


def downgrade():
    pass
'''


@pytest.fixture
def next_version(tmp_path, monkeypatch):
    """`next_version()`: the core of the next release has a revision that rebuilds two parents."""

    def release():
        head = ScriptDirectory.from_config(migrate.config()).get_revisions("core@head")[0].revision
        folder = tmp_path / "versions"
        shutil.copytree(revisions.HERE / "versions", folder)
        (folder / "core_9999_rebuild.py").write_text(REBUILD.replace("{head}", head), "utf-8")
        known = {**revisions.branches(), "core": folder}
        monkeypatch.setattr(revisions, "branches", lambda: known)

    return release


def test_rebuilding_a_parent_with_rows_deletes_no_child(demo_app, next_version):
    with demo_app.app_context():
        before = counts()
        next_version()

        migrate.upgrade()

        assert counts() == before
        assert before["core_membership"] > 20
        assert broken_references() == []
        assert "extra" in {column["name"] for column in inspect(db.engine).get_columns("core_unit")}
        if is_sqlite(db.engine):
            assert db.session.execute(text("PRAGMA foreign_keys")).scalar() == 1


@pytest.mark.one_engine
@pytest.mark.parametrize(("revision", "branch"), [("core_9999", "core"), ("campaign_9999", "campaign")])
def test_an_older_version_leaves_a_newer_database_alone(make_app, revision, branch):
    app = make_app("empty")
    with app.app_context(), transaction():
        stands = text("UPDATE alembic_version SET version_num = :new WHERE version_num LIKE :old")
        db.session.execute(stands, {"new": revision, "old": f"{branch}_%"})

    for command_line in ("serve", "upgrade", "check"):
        obj = ScriptInfo(create_app=lambda: app)
        done = app.test_cli_runner().invoke(group, [command_line], obj=obj)
        assert done.exit_code == 1, command_line
        assert f"数据库已由更新的版本升级过（{branch}）" in done.output, command_line
    with app.app_context():
        assert revision in db.session.execute(text("SELECT version_num FROM alembic_version")).scalars().all()


def test_before_an_upgrade_the_database_is_copied(hello_app, engine_name):
    copies = list((Path(hello_app.instance_path) / "before-upgrade").glob("*.sqlite"))
    if engine_name != "sqlite":
        assert copies == []
        return

    copy = sqlite3.connect(copies[0])
    found = copy.execute("SELECT count(*) FROM core_user").fetchone()[0]
    tables = {row[0] for row in copy.execute("SELECT name FROM sqlite_master")}
    copy.close()

    assert len(copies) == 1
    assert found > 20
    assert "hello_notice" not in tables
    assert copies[0].stat().st_mode & 0o077 == 0


@pytest.fixture
def orphaned(hello_app, monkeypatch):
    """The notice board's tables are there, its folder is not."""
    monkeypatch.setattr(plugins, "__path__", list(plugins.__path__)[:1])
    return hello_app


def test_without_a_plugins_folder_the_site_still_runs(orphaned):
    with orphaned.app_context():
        assert revisions.orphans() == ["hello"]
        assert not revisions.pending()
    assert login(orphaned, None).get("/readyz").status_code == 200


def test_without_a_plugins_folder_an_upgrade_is_refused_before_anything_is_done(orphaned, next_version):
    with orphaned.app_context():
        next_version()

        with pytest.raises(migrate.MigrationError, match=r"hello.*intranet uninstall"):
            migrate.upgrade()

        assert "extra" not in {column["name"] for column in inspect(db.engine).get_columns("core_unit")}


def test_the_check_command_names_the_plugin_without_a_folder(hello_app):
    environ = {
        "INTRANET_INSTANCE": hello_app.instance_path,
        "INTRANET_DATABASE_URL": hello_app.config["DATABASE_URL"],
        "INTRANET_SAFE_MODE": "1",  # nothing is imported; what is missing is seen all the same
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-c", "from intranet.cli import main; main()", "check"]

    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "hello" in done.stderr
    assert "Traceback" not in done.stderr


def test_uninstalling_one_plugin_takes_its_branch_and_no_other(hello_app):
    login(hello_app, "head").post("/nk1/hello/", data={"text": "早会"})
    with hello_app.app_context():
        before = counts()

        migrate.uninstall("hello")

        after = counts()
        assert "hello_notice" not in after
        assert after.pop("core_audit_entry") == before.pop("core_audit_entry") + 1
        assert {**after, "hello_notice": 1} == before


def test_a_plugin_without_migrations_or_an_unknown_name_is_refused(hello_app):
    with hello_app.app_context(), pytest.raises(migrate.MigrationError, match="nothing"):
        migrate.make("nothing", "first")


def test_readyz_says_when_the_database_is_behind(hello_app):
    client = login(hello_app, None)
    ready = client.get("/readyz").status_code
    with hello_app.app_context():
        migrate.uninstall("hello")

    assert (ready, client.get("/readyz").status_code) == (200, 503)


ASKS_READYZ = """
import sys
from intranet import cli, create_app
answer = create_app(sys.argv[1]).test_client().get("/readyz")
print(answer.status_code, *(name for name in ("alembic", "mako", "psycopg") if name in sys.modules))
"""


@pytest.mark.one_engine
def test_a_server_loads_only_what_it_needs(app):
    """Eleven megabytes are for upgrades, ten more for PostgreSQL."""
    environ = {**os.environ, "INTRANET_DATABASE_URL": app.config["DATABASE_URL"]}
    command = [sys.executable, "-c", ASKS_READYZ, app.instance_path]

    done = subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["200"]


def test_every_revision_is_named_after_its_branch_and_its_number():
    for branch, folder in revisions.branches().items():
        numbers = [path.stem.removeprefix(f"{branch}_")[:4] for path in sorted(folder.glob(f"{branch}_*.py"))]
        assert numbers == [f"{number:04d}" for number in range(1, len(numbers) + 1)], branch


def test_the_core_stands_in_the_database_by_itself():
    """A revision that another one depends on is not written down; and that plugin's folder may be deleted."""
    scripts = ScriptDirectory.from_config(migrate.config())

    assert {each.dependencies for each in scripts.walk_revisions()} - {None} == {"core_0001"}


def test_a_write_after_the_upgrade_goes_through_the_usual_transaction(hello_app):
    with hello_app.app_context():
        with transaction():
            unit("nk1").name = "改了名"
        assert unit("nk1").name == "改了名"
