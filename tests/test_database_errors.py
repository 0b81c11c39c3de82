"""What the database refuses or makes wait for: worth another try, a wrong number, or our own failure."""

import re
import sqlite3

import psycopg
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from intranet.extensions import db
from intranet.models import UnitPlugin, User
from intranet.permissions import for_everyone
from tests.fixtures import login, unit
from tests.test_errors import refused

POSTGRES_BUSY = {"deadlock": "40P01", "lock timeout": "55P03", "serialization": "40001", "cancelled": "57014"}


@pytest.fixture
def fails(hello_app, engine_name):
    """`fails(how)`: the answer to a POST in which the database fails that way."""

    @for_everyone
    def view():
        db.session.execute(text(statement[0]))

    statement = []
    hello_app.add_url_rule("/fails", "fails", view, methods=["POST"])

    def answer(how):
        statement[:] = [how]
        return login(hello_app, "head").post("/fails")

    return answer


@pytest.fixture
def fails_with(hello_app):
    """`fails_with(condition)`: the answer to a page that asks the database for it."""

    def answer(condition):
        view = for_everyone(lambda: str(db.session.scalar(select(UnitPlugin.plugin).where(condition))))
        hello_app.add_url_rule("/asks", "asks", view)
        return login(hello_app, "head").get("/asks")

    return answer


@pytest.mark.parametrize("reason", POSTGRES_BUSY)
def test_what_postgresql_gives_up_for_others_is_worth_another_try(fails, engine_name, reason):
    if engine_name != "postgres":
        pytest.skip("PostgreSQL's own matter")
    state = POSTGRES_BUSY[reason]

    response = fails(f"DO $$ BEGIN RAISE EXCEPTION 'Mist' USING ERRCODE = '{state}'; END $$")

    refused(response, 503)


def test_a_lock_that_is_missed_only_at_the_commit_is_worth_another_try(hello_app, engine_name):
    if engine_name != "postgres":
        pytest.skip("SQLite takes its one lock at the beginning")

    @for_everyone
    def view():
        db.session.execute(text("SET LOCAL lock_timeout = '100ms'"))
        unit("nk1").name = "改了名"
        return "ok"

    hello_app.add_url_rule("/fails", "fails", view, methods=["POST"])
    client = login(hello_app, "head")
    plain = hello_app.config["DATABASE_URL"].replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(plain) as holder:
        holder.execute("UPDATE core_unit SET position = position + 1")

        refused(client.post("/fails"), 503)


def test_a_number_beyond_the_column_is_not_our_failure(fails, engine_name):
    if engine_name != "postgres":
        pytest.skip("SQLite has no such limit")

    refused(fails("UPDATE core_unit SET position = 2147483648"), 400)


def test_a_sqlite_file_another_program_holds_is_worth_another_try(hello_app, engine_name, tmp_path):
    if engine_name != "sqlite":
        pytest.skip("SQLite's own matter")
    here, there = (sqlite3.connect(tmp_path / "x", timeout=0, isolation_level=None) for _each in range(2))
    there.execute("BEGIN EXCLUSIVE")

    @for_everyone
    def view():
        try:
            here.execute("CREATE TABLE t (x)")
        except sqlite3.OperationalError as error:
            error.args = ("in other words",)
            raise OperationalError("CREATE", {}, error) from error

    hello_app.add_url_rule("/fails", "fails", view, methods=["POST"])

    refused(login(hello_app, "head").post("/fails"), 503)
    for each in (here, there):
        each.close()


def test_a_failure_that_only_speaks_of_locks_is_a_failure(fails):
    response = fails("SELECT * FROM locked_by_lock_timeout")

    refused(response, 500)


def test_a_number_the_program_itself_cannot_hold_is_our_failure(hello_app):
    @for_everyone
    def view():
        return str(2.0 ** (10**4))

    hello_app.add_url_rule("/fails", "fails", view, methods=["POST"])

    refused(login(hello_app, "head").post("/fails"), 500)


def test_an_id_beyond_the_column_is_not_our_failure(fails_with, engine_name):
    if engine_name != "sqlite":
        pytest.skip("SQLite's driver refuses the number itself")

    refused(fails_with(UnitPlugin.unit_id == 2**70), 400)


def test_waiting_too_long_for_a_connection_is_worth_another_try(hello_app):
    """Every connection of the pool is taken."""
    with hello_app.app_context():
        hello_app.extensions["sqlalchemy"].engines[None].pool._timeout = 0.1
        client = login(hello_app, "head")
        taken = [db.engine.connect() for _each in range(32)]

    try:
        refused(client.get("/"), 503)
    finally:
        for connection in taken:
            connection.close()


@pytest.mark.parametrize("when", ["at once", "at the commit"])
def test_a_row_the_database_refuses_is_not_quoted_in_the_log(hello_app, engine_name, caplog, when):
    """PostgreSQL says which row it was, every column of it; the log says what kind of refusal."""
    kind = {"sqlite": "SQLITE_CONSTRAINT_NOTNULL", "postgres": "23502"}[engine_name]

    @for_everyone
    def view():
        db.session.add(User(username="zhang", name="家里的事", password_hash=None))
        if when == "at once":
            db.session.flush()
        return "ok"

    hello_app.add_url_rule("/fails", "fails", view, methods=["POST"])

    refused(login(hello_app, "head").post("/fails"), 500)

    assert re.search(rf"^\w+ \(\w+\.py:\d+\) {kind}$", caplog.text, re.MULTILINE)
    assert re.search(r"^IntegrityError \(\w+\.py:\d+\)$", caplog.text, re.MULTILINE)
    assert caplog.text.count("at POST /fails") == 1
    assert "家里的事" not in caplog.text
