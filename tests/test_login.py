"""The door: passwords, throttle, sessions, and where one comes out."""

import re
import time
from threading import Thread

import pytest
import time_machine
from argon2 import PasswordHasher
from flask.cli import ScriptInfo
from sqlalchemy import select

from intranet import clock
from intranet.cli import group
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import AuditEntry, LoginSession
from tests.fixtures import HTMX, PASSWORD, check_html, login, person

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


@pytest.mark.one_engine
def test_the_login_page_is_a_valid_page(app):
    response = app.test_client().get("/login")

    assert response.status_code == 200
    check_html(response)


def test_the_right_password_opens_the_home_page(app):
    client = app.test_client()

    response = attempt(client)

    assert response.status_code == 303
    assert client.get("/").status_code == 200


@pytest.mark.one_engine
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


@pytest.mark.one_engine
@pytest.mark.parametrize("header", ["HX-Current-URL", "Referer"])
def test_a_fragment_leaves_the_page_where_it_is_and_shows_the_way_to_the_login(app, header):
    headers = {**HTMX, header: "http://localhost/nk1/plugins?a=1#b"}
    response = app.test_client().post("/nk1/plugins/people", headers=headers)

    assert response.status_code == 401
    assert "HX-Redirect" not in response.headers
    assert response.headers["HX-Retarget"] == "#notice"
    assert 'href="/login?next=/nk1/plugins?a%3D1"' in response.text
    assert "登录已过期" in response.text


def test_a_foreign_page_is_no_way_back(app):
    headers = {**HTMX, "HX-Current-URL": "http://localhost//evil.example/"}

    assert 'href="/login?next=/"' in app.test_client().get("/nk1/plugins", headers=headers).text


@pytest.mark.one_engine
def test_after_the_login_one_is_where_one_wanted_to_be(app):
    client = app.test_client()
    target = client.get("/nk1/plugins").headers["Location"]

    data = {"username": "head", "password": PASSWORD}
    assert client.post(target, data=data).headers["Location"] == "/nk1/plugins"


@pytest.mark.one_engine
@pytest.mark.parametrize("target", FOREIGN)
def test_nobody_is_sent_to_another_site(app, target):
    client = app.test_client()

    data = {"username": "head", "password": PASSWORD}
    response = client.post("/login", query_string={"next": target}, data=data)

    assert response.headers["Location"] == "/"


@pytest.mark.one_engine
def test_a_form_without_token_changes_nothing(app, client_for):
    client = client_for("head")

    assert client.post("/nk1/plugins/campaign", data={"state": "off"}, csrf=False).status_code == 400
    assert client.post("/logout", csrf=False).status_code == 400
    assert client.get("/").status_code == 200


@pytest.mark.one_engine
def test_the_token_of_a_page_is_good_for_its_login_and_for_no_other(client_for):
    def token_of(client):
        return re.search(r'name="csrf_token" value="([^"]+)"', client.get("/").text)[1]

    def logs_out(client, token):
        return client.post("/logout", data={"csrf_token": token}, csrf=False).status_code

    head, other = client_for("head"), client_for("office")
    token, again, foreign = token_of(head), token_of(head), token_of(other)

    assert token == again != foreign
    assert logs_out(other, token) == 400
    assert logs_out(head, token) == 303
    assert logs_out(client_for("head"), token) == 400


@pytest.mark.one_engine
@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://evil.example"}])
def test_a_form_of_another_site_is_refused(client_for, headers):
    assert client_for("head").post("/logout", headers=headers).status_code == 403


def test_logins_are_in_the_audit_log(app):
    attempt(app.test_client(), password="wrong")
    attempt(app.test_client())

    with app.app_context():
        actions = db.session.scalars(db.select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert list(actions)[-2:] == ["core:login-refused", "core:login"]


@pytest.mark.one_engine
def test_every_answer_carries_the_headers(app, client_for):
    for path in ("/login", "/", "/no/such/page", "/static/intranet.css"):
        with client_for("head").get(path) as response:
            headers = response.headers
        assert "script-src 'nonce-" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.one_engine
def test_personal_pages_are_not_kept_by_the_browser(client_for):
    assert client_for("head").get("/").headers["Cache-Control"] == "no-store"


@pytest.mark.one_engine
def test_login_answers_who_is_already_in_with_the_home_page(app):
    client = login(app, "head")

    assert client.get("/login").headers["Location"] == "/"
