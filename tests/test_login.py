"""The door: passwords, throttle, sessions, and where one comes out."""

import re

import pytest
import time_machine

from intranet import clock, create_app
from intranet.extensions import db
from intranet.models import AuditEntry, LoginSession
from intranet.testing import HTMX, PASSWORD, check_html, login

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
    for _try in range(5):
        attempt(app.test_client(), password="wrong", address="10.9.9.9")

    assert attempt(app.test_client(), address="10.0.0.1").status_code == 303


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
