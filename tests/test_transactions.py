"""One transaction a request: reading for GET, kept only when all went well, and no write waits for ever."""

import time
from threading import Thread

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, update

from intranet import audit
from intranet import db as transactions
from intranet.db import is_sqlite, keep_on_refusal, reads_first, start_writing, transaction, writes
from intranet.errors import Conflict, Invalid
from intranet.extensions import db
from intranet.migrate import copy_sqlite
from intranet.models import AuditEntry, LoginCount, LoginSession, Unit, User
from intranet.permissions import for_strangers
from tests.fixtures import HTMX, PASSWORD, check_html, login, person, unit
from tests.workers import finish, go, start

HOLDER = """
from intranet import audit
from intranet.db import transaction
from intranet.units import unit_called as unit
with transaction():
    audit.record(None, "test:deed", "holder", unit=unit("nk1"))
    print("holding", flush=True)
    sys.stdin.readline()
"""
COUNTER = """
from sqlalchemy import select
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import Unit
for _number in range(50):
    with transaction():
        ward = db.session.scalars(select(Unit).where(Unit.code == "nk1").with_for_update()).one()
        ward.position += 1
"""


def rename(answer):
    """A view that writes first and then answers as told."""

    @for_strangers
    def view():
        unit("nk1").name = "改了名"
        db.session.flush()
        return answer()

    return view


def refuse(error):
    raise error


def name_now(app):
    with app.app_context():
        return unit("nk1").name


ANSWERS = {
    "ok": (lambda: "ok", True),
    "see-other": (lambda: ("", 303, {"Location": "/"}), True),
    "no-content": (lambda: ("", 204), True),
    "form-refused": (lambda: ("once more", 422), False),
    "not-found": (lambda: ("", 404), False),
    "broken": (lambda: ("", 500), False),
    "conflict-raised": (lambda: refuse(Conflict("请刷新。")), False),
    "bug": (lambda: refuse(RuntimeError("bug")), False),
}


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
@pytest.mark.parametrize("kind", ANSWERS)
def test_what_went_well_is_kept_and_nothing_else(app, kind, headers):
    answer, kept = ANSWERS[kind]
    app.add_url_rule("/rename", "rename", rename(answer), methods=["POST"])

    login(app, "head").post("/rename", headers=headers)

    assert (name_now(app) == "改了名") is kept


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_get_cannot_write(app, method):
    app.add_url_rule("/rename", "rename", rename(lambda: "ok"))

    response = login(app, "head").open("/rename", method=method)

    assert response.status_code == 500
    assert name_now(app) == "内一科"


def test_a_change_a_get_forgot_to_flush_is_not_lost_in_silence(app):
    @for_strangers
    def view():
        unit("nk1").name = "改了名"
        return "saved"

    app.add_url_rule("/rename", "rename", view)

    assert app.test_client().get("/rename").status_code == 500
    assert name_now(app) == "内一科"


def test_a_get_that_says_so_at_its_route_can_write(app):
    app.add_url_rule("/rename", "rename", writes(rename(lambda: "ok")))

    assert app.test_client().get("/rename").status_code == 200
    assert name_now(app) == "改了名"


def test_after_a_refused_write_the_next_request_can_read_and_write(app):
    app.add_url_rule("/rename", "rename", rename(lambda: "ok"), methods=["GET", "POST"])
    client = login(app, "head")

    statuses = [client.open("/rename", method=method).status_code for method in ("GET", "POST")]

    assert statuses == [500, 200]
    assert client.get("/nk1/").status_code == 200


def test_whoever_wrote_before_or_copied_the_database_a_get_cannot_write(app, tmp_path):
    app.add_url_rule("/rename", "rename", rename(lambda: "ok"), methods=["GET", "POST"])
    client = login(app, "head")

    assert client.post("/rename").status_code == 200
    assert client.get("/rename").status_code == 500
    with app.app_context():
        if is_sqlite(db.engine):
            copy_sqlite(tmp_path / "copy.sqlite")
    assert client.get("/rename").status_code == 500


def test_what_must_be_remembered_is_kept_although_the_answer_is_a_refusal(app):
    @for_strangers
    def view():
        keep_on_refusal()
        unit("nk1").name = "改了名"
        raise Invalid("密码不对，请重试。")

    app.add_url_rule("/remember", "remember", view, methods=["POST"])

    assert login(app, "head").post("/remember").status_code == 422
    assert name_now(app) == "改了名"


def test_a_bug_after_keep_on_refusal_keeps_nothing(app):
    @for_strangers
    def view():
        keep_on_refusal()
        unit("nk1").name = "改了名"
        raise RuntimeError

    app.add_url_rule("/remember", "remember", view, methods=["POST"])

    assert login(app, "head").post("/remember").status_code == 500
    assert name_now(app) == "内一科"


def test_a_post_that_reads_first_cannot_write_before_it_says_so(app):
    @for_strangers
    @reads_first
    def view(ask):
        if ask:
            start_writing()
        unit("nk1").name = "改了名"
        return "ok"

    app.add_url_rule("/slow/<int:ask>", "slow", view, methods=["POST"])
    client = login(app, "head")

    assert client.post("/slow/0").status_code == 500
    assert name_now(app) == "内一科"
    assert client.post("/slow/1").status_code == 200
    assert name_now(app) == "改了名"


def test_what_was_read_before_start_writing_is_read_again(app):
    with app.app_context():
        ward = unit("nk1")
        write_elsewhere(app, "改了名")

        transactions.start_writing()

        assert ward.name == "改了名"


def write_elsewhere(app, name):
    def write():
        with app.app_context(), transaction():
            db.session.execute(update(Unit).where(Unit.code == "nk1").values(name=name))

    thread = Thread(target=write)
    thread.start()
    thread.join(20)
    assert not thread.is_alive()


def test_the_check_of_a_password_holds_nobody_up(app):
    slow = PasswordHasher(time_cost=60, memory_cost=19456, parallelism=1)
    with app.app_context(), transaction():
        person("head").password_hash = slow.hash(PASSWORD)
    data = {"username": "head", "password": PASSWORD}
    client = app.test_client()
    client.get("/login")
    answers = []
    thread = Thread(target=lambda: answers.append(client.post("/login", data=data).status_code))

    thread.start()
    time.sleep(0.3)  # it is checking the password now
    write_elsewhere(app, "改了名")
    still_checking = thread.is_alive()
    thread.join(60)

    assert still_checking
    assert answers == [303]


@pytest.fixture
def held(make_app):
    """An app that waits one second for a write, while another process is in the middle of one."""
    app = make_app("cast", WRITE_WAIT_SECONDS=1)
    client = login(app, "head")
    holder = start(app, HOLDER)
    go([holder])
    assert holder.stdout.readline() == "holding\n"
    app.add_url_rule("/deed", "deed", for_strangers(deed), methods=["POST"])
    yield app, client
    if holder.poll() is None:
        holder.communicate("enough\n", timeout=20)


def deed():
    audit.record(None, "test:deed", "waiter", unit=unit("nk1"))
    return "ok"


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
def test_a_write_that_waits_too_long_is_told_to_try_again(held, headers):
    _app, client = held

    response = client.post("/deed", headers=headers)

    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    assert "请稍等几秒再试一次" in response.text
    if not headers:
        check_html(response)


def test_while_somebody_writes_everybody_can_read(held):
    _app, client = held

    assert client.get("/nk1/").status_code == 200


def test_increments_of_four_processes_are_all_there(app):
    with app.app_context():
        before = unit("nk1").position

    finish([start(app, COUNTER) for _each in range(4)])

    with app.app_context():
        assert unit("nk1").position == before + 200


def test_a_killed_writer_leaves_its_lock_and_no_half_deed(app):
    holder = start(app, HOLDER)
    go([holder])
    assert holder.stdout.readline() == "holding\n"

    holder.kill()
    holder.communicate()

    assert login(app, "office").post("/logout").status_code == 303
    with app.app_context():
        assert "holder" not in set(db.session.scalars(select(AuditEntry.subject)))


def test_looking_at_pages_writes_nothing_but_last_seen_once_a_minute(app):
    client = login(app, "head")

    for path in ("/", "/nk1/", "/nk1/plugins"):
        client.get(path)

    with app.app_context():
        session = db.session.scalars(select(LoginSession)).one()
        assert session.seen_at == session.started_at
        assert db.session.scalars(select(LoginCount)).all() == []
        assert db.session.scalars(select(User.language).where(User.username == "head")).one() is None
