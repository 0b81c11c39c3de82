"""Guessing passwords is slow, whatever others try nobody is shut out, and no password is written down."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from argon2 import PasswordHasher
from sqlalchemy import func, select, update

from intranet import clock, create_app, passwords, throttle
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import AuditEntry, User
from tests.fixtures import PASSWORD, person
from tests.test_login import attempt, without_tokens
from tests.workers import finish, start


def test_five_wrong_passwords_make_that_address_wait_even_with_the_right_one(app):
    for _try in range(5):
        attempt(app.test_client(), password="wrong")

    response = attempt(app.test_client())

    assert response.status_code == 429
    assert "15 分钟" in response.text


@pytest.mark.one_engine
def test_an_attacker_elsewhere_does_not_lock_the_person_out(app):
    for number in range(70):
        attempt(app.test_client(), password="wrong", address=f"10.9.9.{number}")

    assert attempt(app.test_client(), address="10.0.0.1").status_code == 303


@pytest.mark.one_engine
def test_an_attacker_behind_the_same_gateway_locks_out_nobody_else(cheap):
    for number in range(70):
        attempt(cheap.test_client(), f"d{number:05d}", "wrong")

    assert attempt(cheap.test_client()).status_code == 303


@pytest.mark.one_engine
def test_an_attacker_on_the_same_ward_does_not_lock_the_person_out_of_their_own_browser(app):
    own = app.test_client()
    attempt(own)
    own.post("/logout")
    for _try in range(6):
        attempt(app.test_client(), password="wrong")

    assert attempt(app.test_client()).status_code == 429
    assert attempt(own).status_code == 303


@pytest.mark.one_engine
def test_a_browser_known_for_one_account_is_not_known_for_another(app):
    own = app.test_client()
    attempt(own, "member")
    own.post("/logout")
    for _try in range(5):
        attempt(app.test_client(), password="wrong")

    assert attempt(own).status_code == 429


@pytest.mark.one_engine
def test_in_a_known_browser_too_guessing_ends_after_five(app):
    own = app.test_client()
    attempt(own)
    own.post("/logout")

    answers = [attempt(own, password="wrong").status_code for _try in range(7)]

    assert answers == [422] * 5 + [429] * 2


@pytest.mark.one_engine
@pytest.mark.parametrize("cookie", ["", "x", "W10.x", "é"])
def test_a_made_up_cookie_makes_no_browser_known(app, cookie):
    for _try in range(5):
        attempt(app.test_client(), password="wrong")
    client = app.test_client()
    client.set_cookie("intranet-known", cookie, path="/login")

    assert attempt(client).status_code == 429


@pytest.mark.one_engine
def test_the_cookie_of_a_known_browser_is_out_of_reach_and_names_nobody(app):
    response = attempt(app.test_client())

    found = [line for line in response.headers.getlist("Set-Cookie") if line.startswith("intranet-known=")]
    assert all(word in found[0] for word in ("HttpOnly", "Path=/login", "SameSite=Lax"))
    assert "head" not in found[0]


@pytest.fixture
def cheap(app, monkeypatch):
    """Passwords are checked fast, for tests of many tries."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "HASHER", hasher)
    monkeypatch.setattr(passwords, "NOBODY", hasher.hash("x"))
    with app.app_context(), transaction():
        db.session.execute(update(User).values(password_hash=hasher.hash(PASSWORD)))
    return app


def test_an_address_that_has_seen_very_many_has_one_try_for_each_account(cheap):
    for number in range(61):
        attempt(cheap.test_client(), f"d{number:05d}", "wrong")

    answers = [attempt(cheap.test_client(), "stranger", "wrong").status_code for _try in range(3)]

    assert answers == [422, 429, 429]
    assert attempt(cheap.test_client(), "stranger", "wrong", "10.0.0.2").status_code == 422
    assert attempt(cheap.test_client(), "stranger", "wrong", "10.0.0.2").status_code == 422


def test_an_account_that_has_seen_very_many_has_one_try_at_each_address(cheap):
    for number in range(61):
        attempt(cheap.test_client(), password="wrong", address=f"10.1.1.{number}")

    answers = [attempt(cheap.test_client(), password="wrong", address="10.2.2.2") for _try in range(3)]

    assert [answer.status_code for answer in answers] == [422, 429, 429]


@pytest.mark.one_engine
def test_hammering_one_account_does_not_make_the_address_strict_for_the_others(cheap):
    for _try in range(100):
        attempt(cheap.test_client(), password="wrong")

    answers = [attempt(cheap.test_client(), "member", "wrong").status_code for _try in range(5)]

    assert answers == [422] * 5


@pytest.mark.one_engine
def test_a_shift_that_logs_in_behind_one_gateway_uses_nothing_up(cheap):
    for _person in range(70):
        assert attempt(cheap.test_client(), "member").status_code == 303

    answers = [attempt(cheap.test_client(), "head", "wrong").status_code for _try in range(5)]

    assert answers == [422] * 5


@pytest.mark.parametrize("username", ["head", "nobody"])
def test_of_many_tries_at_the_same_moment_five_passwords_are_looked_at(app, username):
    def once(_number):
        return attempt(app.test_client(), username, "wrong").status_code

    with ThreadPoolExecutor(16) as pool:
        answers = Counter(pool.map(once, range(24)))

    assert answers == {422: 5, 429: 19}


def test_two_processes_share_the_count(app):
    workers = [start(app, GUESSER, number) for number in range(2)]

    answers = Counter(word for output in finish(workers) for word in output.split())

    assert answers == {"Invalid": 5, "TooMany": 11}


GUESSER = """
from intranet import accounts
from intranet.db import transaction
from intranet.errors import DomainError
for _try in range(8):
    try:
        with transaction(reads_first=True):
            accounts.log_in("head", "wrong", "10.0.0.1")
    except DomainError as error:
        print(type(error).__name__)
"""


@pytest.mark.one_engine
def test_an_unknown_account_is_refused_and_throttled_like_a_known_one(app):
    known, unknown = (
        [attempt(app.test_client(), name, "wrong") for _try in range(7)] for name in ("head", "nobody")
    )

    assert [answer.status_code for answer in known] == [answer.status_code for answer in unknown]
    for one, other in zip(known, unknown, strict=True):
        assert without_tokens(one.text) == without_tokens(other.text)


def test_a_password_typed_into_the_name_field_is_stored_nowhere(app):
    for _try in range(7):
        attempt(app.test_client(), "my-secret-password", "wrong")

    with app.app_context():
        for table in db.metadata.sorted_tables:
            if table.name.startswith("core_"):
                assert "my-secret-password" not in str(db.session.execute(table.select()).all())
        assert db.session.scalar(select(func.count()).where(AuditEntry.action == "core:login-refused")) == 5


@pytest.mark.parametrize("username", ["head", "nobody"])
def test_waiting_is_audited_once_a_window(app, username):
    for _try in range(9):
        attempt(app.test_client(), username, "wrong")
    once = throttled(app)
    with time_machine.travel(clock.now().timestamp() + 16 * 60):
        for _try in range(9):
            attempt(app.test_client(), username, "wrong")

    with app.app_context():
        subject = f"core_user:{person('head').id}" if username == "head" else ""
    assert once == [(subject, "10.0.0.1")]
    assert throttled(app) == [(subject, "10.0.0.1")] * 2


def throttled(app):
    with app.app_context():
        here = AuditEntry.action == "core:login-throttled"
        return [
            tuple(row)
            for row in db.session.execute(select(AuditEntry.subject, AuditEntry.address).where(here))
        ]


def test_ever_new_names_do_not_flood_the_audit_log(cheap):
    for number in range(90):
        for _try in range(2):
            attempt(cheap.test_client(), f"nobody{number}", "wrong")

    with cheap.app_context():
        actions = Counter(db.session.scalars(select(AuditEntry.action)))
    assert actions["core:login-refused"] == 60
    assert actions["core:login-throttled"] == 1


def test_old_counts_are_forgotten(app):
    attempt(app.test_client(), password="wrong")

    with app.app_context(), transaction():
        assert throttle.forget_old() == 0
    with time_machine.travel(clock.now().timestamp() + 16 * 60), app.app_context(), transaction():
        assert throttle.forget_old() == 3


def test_the_wait_ends(app):
    for _try in range(5):
        attempt(app.test_client(), password="wrong")

    with time_machine.travel(clock.now().timestamp() + 16 * 60):
        assert attempt(app.test_client()).status_code == 303


def test_the_throttle_survives_a_restart(make_app):
    app = make_app()
    for _try in range(5):
        attempt(app.test_client(), password="wrong")

    again = create_app(app.instance_path, DATABASE_URL=app.config["DATABASE_URL"])
    again.test_client_class = app.test_client_class
    assert attempt(again.test_client()).status_code == 429
    with again.app_context():
        db.engine.dispose()
