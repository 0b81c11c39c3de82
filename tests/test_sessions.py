"""How far a login is, how long it lasts, and what ends it."""

import re

import pytest
import time_machine
from sqlalchemy import select

import plugins as package
from intranet import clock, units
from intranet.contracts import Role
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import AuditEntry, LoginSession
from intranet.permissions import policy_of
from tests.fixtures import HTMX, PASSWORD, login
from tests.test_login import attempt
from tests.test_plugin_faults import forget, write_plugin

HEADER = 'TITLE = "门卫"\nPURPOSE = "试验"\nREQUIRES_CORE = "1"\nFOR_SITE = True\n'
HOOKS = """
from flask import Blueprint, redirect
from intranet import sessions
from intranet.contracts import NavItem
from intranet.hookspecs import hookimpl
from intranet.permissions import for_step

bp = Blueprint("porter", __name__, url_prefix="/account")

@bp.get("/")
@for_step
def ask():
    return f"口令？{sessions.visitor().username}"

@bp.post("/")
@for_step
def answer():
    return "x"

@bp.post("/go")
@for_step
def second():
    sessions.go_on()
    return redirect(sessions.way_on())

@hookimpl
def intranet_blueprints():
    return [bp]

@hookimpl
def intranet_login_step(user):
    steps = [NavItem("再来", "porter.second", 2), NavItem("口令", "porter.ask", 1)]
    return steps if user.username == "head" else []
"""


@pytest.fixture
def guarded(make_app, tmp_path, monkeypatch):
    """`guarded(HOOKS)`: a site with a plugin `porter` that asks the head for something after the password."""
    folder = tmp_path / "plugins"
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(folder)])

    def make(hooks=HOOKS):
        write_plugin(folder / "porter", HEADER, hooks)
        return make_app("cast", PLUGINS=("porter",))

    yield make
    forget("plugins.porter")


# Steps ---------------------------------------------------------------------------------------------


def test_a_step_comes_between_the_password_and_the_page_one_wanted(guarded):
    client = guarded().test_client()

    data = {"username": "head", "password": PASSWORD}
    step = client.post("/login?next=/nk1/", data=data)

    assert step.headers["Location"] == "/account/porter/?next=/nk1/"
    assert client.get("/account/porter/").text == "口令？head"
    assert client.get("/nk1/").headers["Location"] == "/account/porter/?next=/nk1/"
    assert 'href="/account/porter/?next=/"' in client.get("/nk1/", headers=HTMX).text


def test_a_login_half_done_opens_no_page_at_all(guarded):
    app = guarded()
    client = app.test_client()
    attempt(client)
    seen = 0

    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if policy_of(view) == "strangers" or rule.endpoint == "porter.ask":
            continue
        path = re.sub(r"<int:\w+>", "1", rule.rule.replace("<unit:unit>", "nk1"))
        path = re.sub(r"<[^>]+>", "x", path)
        for method in rule.methods & {"GET", "POST"}:
            answer = client.open(path, method=method)
            assert answer.status_code == 303, (method, path)
            assert answer.headers["Location"].startswith("/account/porter/"), path
            seen += 1

    assert seen > 10
    assert "内一科" not in client.get("/no-such-page").text


def test_a_step_passed_gives_a_new_token_and_the_old_one_is_worth_nothing(guarded):
    app = guarded()
    client, thief = app.test_client(), app.test_client()
    attempt(client)
    with app.app_context(), transaction():
        db.session.execute(db.update(LoginSession).values(steps="porter.second"))
    thief.set_cookie("intranet", client.get_cookie("intranet").value)

    assert client.post("/account/porter/go").headers["Location"] == "/"

    assert client.get("/").status_code == 200
    assert thief.get("/").headers["Location"].startswith("/login")
    assert deeds(app)[-2:] == ["core:login-step", "core:login"]


def test_a_login_half_done_ends_after_ten_minutes_and_by_logging_out(guarded):
    app = guarded()
    client = app.test_client()
    attempt(client)

    with time_machine.travel(clock.now().timestamp() + 601):
        assert client.get("/account/porter/").headers["Location"].startswith("/login")
    assert client.post("/logout").status_code == 303
    assert client.get("/account/porter/").headers["Location"].startswith("/login")


def test_others_log_in_without_the_step(guarded):
    assert attempt(guarded().test_client(), "member").headers["Location"] == "/"


@pytest.mark.parametrize("fault", ["\nraise RuntimeError", HOOKS.replace("steps =", "raise ValueError #")])
def test_a_plugin_that_cannot_be_asked_lets_nobody_in(guarded, fault):
    app = guarded(fault if "hookimpl" in fault else HOOKS + fault)

    for username in ("head", "member"):
        client = app.test_client()
        answer = attempt(client, username)
        assert answer.status_code == 422
        assert "登录的下一步现在不能用" in answer.text
        assert client.get("/").status_code == 303


def test_another_broken_plugin_keeps_nobody_out(guarded):
    app = guarded("raise RuntimeError")

    assert attempt(app.test_client()).status_code == 303


# How long ------------------------------------------------------------------------------------------


def used_ago(app, username, seconds):
    """The status of a page when the session was last used so long ago, on a clock that stands still."""
    client, now = login(app, username), clock.now().replace(microsecond=0)
    with app.app_context(), transaction():
        db.session.execute(db.update(LoginSession).values(seen_at=now, started_at=now))
    with time_machine.travel(now.timestamp() + seconds, tick=False):
        return client.get("/").status_code


@pytest.mark.one_engine
@pytest.mark.parametrize("username", ["system", "security", "audit"])
@pytest.mark.parametrize(("seconds", "status"), [(899, 200), (900, 200), (901, 303)])
def test_an_administrators_idle_session_ends_after_a_quarter_of_an_hour(app, username, seconds, status):
    assert used_ago(app, username, seconds) == status


@pytest.mark.one_engine
@pytest.mark.parametrize(("seconds", "status"), [(901, 200), (3599, 200), (3600, 200), (3601, 303)])
def test_other_peoples_after_an_hour(app, seconds, status):
    assert used_ago(app, "head", seconds) == status


def test_whoever_becomes_an_administrator_is_one_for_the_session_at_hand(app):
    with app.app_context(), transaction():
        newcomer = units.add_person("newcomer", "白知远", "a long enough password")
        units.grant(newcomer, Role.AUDIT, units.unit_called("hospital"))

    assert used_ago(app, "newcomer", 901) == 303


# Noting that it was used ---------------------------------------------------------------------------


def seen_at(app):
    with app.app_context():
        return db.session.scalars(select(LoginSession.seen_at)).one()


def test_use_is_noted_after_the_answer(app):
    client = login(app, "head")
    before = seen_at(app)

    with time_machine.travel(clock.now().timestamp() + 120, tick=False):
        answer = client.get("/", buffered=False)
        while_sending = seen_at(app)
        answer.close()

    assert while_sending == before
    assert (seen_at(app) - before).total_seconds() >= 119


@pytest.mark.one_engine  # one writer at a time is SQLite's way
def test_a_busy_database_holds_up_no_page(app):
    client = login(app, "head")
    before = seen_at(app)
    with app.app_context():
        connection = db.engine.raw_connection()
        connection.driver_connection.begin(writing=True)
        try:
            with time_machine.travel(clock.now().timestamp() + 120, tick=False):
                assert client.get("/").status_code == 200
        finally:
            connection.driver_connection.rollback()
            connection.close()
    assert seen_at(app) == before


# New tokens --------------------------------------------------------------------------------------


def test_logging_in_again_ends_the_session_before_it(app):
    client = app.test_client()
    attempt(client)
    old = client.get_cookie("intranet").value

    data = {"username": "head", "password": PASSWORD}
    assert client.post("/login?again=1&next=/nk1/", data=data).headers["Location"] == "/nk1/"

    assert client.get_cookie("intranet").value != old
    client.set_cookie("intranet", old)
    assert client.get("/").status_code == 303


def test_a_session_planted_before_the_login_is_not_the_one_after_it(app):
    client, thief = app.test_client(), app.test_client()
    client.get("/login")
    planted = client.get_cookie("intranet").value
    attempt(client)

    thief.set_cookie("intranet", planted)

    assert thief.get("/").status_code == 303


def deeds(app):
    with app.app_context():
        return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))
