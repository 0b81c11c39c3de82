"""The door: passwords, throttle, sessions, and where one comes out."""

import re
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Thread

import pytest
import time_machine
from argon2 import PasswordHasher
from flask.cli import ScriptInfo
from sqlalchemy import func, select, update

from intranet import accounts, clock, create_app, throttle
from intranet.cli import group
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import AuditEntry, LoginSession, User
from intranet.testing import HTMX, PASSWORD, check_html, login, person
from tests.workers import finish, start

FOREIGN = (
    "//evil.example",
    "/\\evil.example",
    "https://evil.example",
    "/%09/evil",
    "////evil",
    "javascript:alert(1)",
    "http:evil",
    "/ /evil",
    "\\\\evil",
    "",
    "evil",
)


def attempt(client, username="head", password=PASSWORD, address="10.0.0.1", **options):
    data = {"username": username, "password": password}
    return client.post("/login", data=data, environ_base={"REMOTE_ADDR": address}, **options)


def without_tokens(page):
    return re.sub(r'(value|nonce|"X-CSRFToken":) ?=?"[^"]*"', "", page)


def test_the_login_page_is_a_valid_page(app):
    response = app.test_client().get("/login")

    assert response.status_code == 200
    check_html(response)


def test_the_right_password_opens_the_home_page(app):
    client = app.test_client()

    response = attempt(client)

    assert response.status_code == 303
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_wrong_password_keeps_the_name_and_says_what_to_do(app, headers):
    response = attempt(app.test_client(), password="wrong", headers=headers)

    assert response.status_code == 422
    assert 'value="head"' in response.text
    assert "请检查后再试" in response.text


def test_an_unknown_account_gets_the_same_answer_as_a_wrong_password(app):
    known, unknown = (attempt(app.test_client(), name, "wrong").text for name in ("head", "nobody"))

    assert without_tokens(known) == without_tokens(unknown)


def test_a_disabled_account_cannot_enter(app):
    assert attempt(app.test_client(), "d00001").status_code == 422


def test_five_wrong_passwords_make_that_address_wait_even_with_the_right_one(app):
    for _try in range(5):
        attempt(app.test_client(), password="wrong")

    response = attempt(app.test_client())

    assert response.status_code == 429
    assert "15 分钟" in response.text


def test_an_attacker_elsewhere_does_not_lock_the_person_out(app):
    for number in range(70):
        attempt(app.test_client(), password="wrong", address=f"10.9.9.{number}")

    assert attempt(app.test_client(), address="10.0.0.1").status_code == 303


def test_an_attacker_behind_the_same_gateway_locks_out_nobody_else(cheap):
    for number in range(70):
        attempt(cheap.test_client(), f"d{number:05d}", "wrong")

    assert attempt(cheap.test_client()).status_code == 303


def test_an_attacker_on_the_same_ward_does_not_lock_the_person_out_of_their_own_browser(app):
    own = app.test_client()
    attempt(own)
    own.post("/logout")
    for _try in range(6):
        attempt(app.test_client(), password="wrong")

    assert attempt(app.test_client()).status_code == 429
    assert attempt(own).status_code == 303


def test_a_browser_known_for_one_account_is_not_known_for_another(app):
    own = app.test_client()
    attempt(own, "member")
    own.post("/logout")
    for _try in range(5):
        attempt(app.test_client(), password="wrong")

    assert attempt(own).status_code == 429


def test_in_a_known_browser_too_guessing_ends_after_five(app):
    own = app.test_client()
    attempt(own)
    own.post("/logout")

    answers = [attempt(own, password="wrong").status_code for _try in range(7)]

    assert answers == [422] * 5 + [429] * 2


@pytest.mark.parametrize("cookie", ["", "x", "W10.x", "é"])
def test_a_made_up_cookie_makes_no_browser_known(app, cookie):
    for _try in range(5):
        attempt(app.test_client(), password="wrong")
    client = app.test_client()
    client.set_cookie("intranet-known", cookie, path="/login")

    assert attempt(client).status_code == 429


def test_the_cookie_of_a_known_browser_is_out_of_reach_and_names_nobody(app):
    response = attempt(app.test_client())

    found = [line for line in response.headers.getlist("Set-Cookie") if line.startswith("intranet-known=")]
    assert all(word in found[0] for word in ("HttpOnly", "Path=/login", "SameSite=Lax"))
    assert "head" not in found[0]


@pytest.fixture
def cheap(app, monkeypatch):
    """Passwords are checked fast, for tests of many tries."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(accounts, "HASHER", hasher)
    monkeypatch.setattr(accounts, "NOBODY", hasher.hash("x"))
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


def test_hammering_one_account_does_not_make_the_address_strict_for_the_others(cheap):
    for _try in range(100):
        attempt(cheap.test_client(), password="wrong")

    answers = [attempt(cheap.test_client(), "member", "wrong").status_code for _try in range(5)]

    assert answers == [422] * 5


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


def test_the_database_holds_no_token(app):
    client = app.test_client()
    attempt(client)

    with client.session_transaction() as session:
        token = session["_user_id"]
    with app.app_context():
        assert token not in db.session.query(LoginSession.token_hash).one()[0]


def test_logging_out_kills_a_copied_cookie(app, client_for):
    client = client_for("head")
    cookie = client.get_cookie("intranet").value

    client.post("/logout")
    client.set_cookie("intranet", cookie)

    assert client.get("/").status_code == 303


def command(app, *words):
    return app.test_cli_runner().invoke(group, words, obj=ScriptInfo(create_app=lambda: app))


def test_disabling_an_account_ends_its_sessions_for_good(app, client_for):
    head, member = client_for("head"), client_for("member")

    assert "其所有登录已结束" in command(app, "disable-person", "head").output
    disabled = attempt(app.test_client())
    assert "可以重新登录" in command(app, "enable-person", "head").output

    assert disabled.status_code == 422
    assert head.get("/").status_code == 303
    assert member.get("/").status_code == 200
    assert attempt(app.test_client()).status_code == 303
    with app.app_context():
        actions = list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))
    assert [action for action in actions if action.endswith("able")] == ["core:disable", "core:enable"]


@pytest.mark.parametrize("verb", ["disable-person", "enable-person"])
def test_nobody_of_that_name_can_be_disabled(app, verb):
    done = command(app, verb, "nobody")

    assert done.exit_code == 1
    assert "没有工号为 nobody 的账号" in done.output


def test_an_account_disabled_while_its_password_is_looked_at_gets_no_session(app):
    slow = PasswordHasher(time_cost=60, memory_cost=19456, parallelism=1)
    with app.app_context(), transaction():
        person("head").password_hash = slow.hash(PASSWORD)
    answers = []
    thread = Thread(target=lambda: answers.append(attempt(app.test_client()).status_code))

    thread.start()
    time.sleep(0.3)
    command(app, "disable-person", "head")
    thread.join(60)

    assert answers == [422]
    with app.app_context():
        assert db.session.scalars(select(LoginSession)).all() == []


def test_an_idle_session_ends(app, client_for):
    client = client_for("head")

    with time_machine.travel(clock.now().timestamp() + 61 * 60):
        assert client.get("/").status_code == 303


def test_using_a_session_keeps_it_alive_but_not_for_ever(app, client_for):
    client = client_for("head")
    start = clock.now().timestamp()

    answers = []
    for hours in range(1, 14):
        with time_machine.travel(start + hours * 3600 - 60 * hours):
            answers.append(client.get("/").status_code)

    assert answers[:11] == [200] * 11
    assert answers[-1] == 303


def test_a_fragment_sends_the_whole_page_to_the_login(app):
    headers = {**HTMX, "HX-Current-URL": "http://localhost/nk1/plugins"}
    response = app.test_client().get("/nk1/plugins", headers=headers)

    assert response.status_code == 401
    assert response.headers["HX-Redirect"] == "/login?next=/nk1/plugins"


def test_after_the_login_one_is_where_one_wanted_to_be(app):
    client = app.test_client()
    target = client.get("/nk1/plugins").headers["Location"]

    data = {"username": "head", "password": PASSWORD}
    assert client.post(target, data=data).headers["Location"] == "/nk1/plugins"


@pytest.mark.parametrize("target", FOREIGN)
def test_nobody_is_sent_to_another_site(app, target):
    client = app.test_client()

    data = {"username": "head", "password": PASSWORD}
    response = client.post("/login", query_string={"next": target}, data=data)

    assert response.headers["Location"] == "/"


def test_a_form_without_token_changes_nothing(app, client_for):
    client = client_for("head")

    assert client.post("/nk1/plugins/campaign", data={"state": "off"}, csrf=False).status_code == 400
    assert client.post("/logout", csrf=False).status_code == 400
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://evil.example"}])
def test_a_form_of_another_site_is_refused(client_for, headers):
    assert client_for("head").post("/logout", headers=headers).status_code == 403


def test_logins_are_in_the_audit_log(app):
    attempt(app.test_client(), password="wrong")
    attempt(app.test_client())

    with app.app_context():
        actions = db.session.scalars(db.select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert list(actions)[-2:] == ["core:login-refused", "core:login"]


def test_every_answer_carries_the_headers(app, client_for):
    for path in ("/login", "/", "/no/such/page", "/static/intranet.css"):
        with client_for("head").get(path) as response:
            headers = response.headers
        assert "script-src 'nonce-" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_personal_pages_are_not_kept_by_the_browser(client_for):
    assert client_for("head").get("/").headers["Cache-Control"] == "no-store"


def test_login_answers_who_is_already_in_with_the_home_page(app):
    client = login(app, "head")

    assert client.get("/login").headers["Location"] == "/"
