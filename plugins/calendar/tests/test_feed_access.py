"""Who may read a feed, and how often it is read."""

import hashlib
import logging
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from intranet import accounts, clock, passwords
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import AuditEntry, Grant, UnitPlugin, User
from plugins.calendar import feed as ical
from plugins.calendar.models import Feed
from plugins.calendar.tests.feeds import PAGE, change, events, feed_row, made, titles
from tests.fixtures import check_html, login, person, unit

# Who may read it -------------------------------------------------------------------------------------


def test_only_todays_rights_count(app, put):
    put("内科的", 26)
    put("外科的", 26, code="wk1", owner="stranger")
    put("外科的，名下却是内科的人", 26, code="wk1", owner="head", leader="member", done=True)
    head, stranger = made(app), made(app, "stranger")
    assert (titles(app, head), titles(app, stranger)) == (["内科的"], ["外科的"])

    change(app, update(Grant).values(starts_on=date(2026, 1, 1), ends_on=date(2026, 11, 24)))
    assert titles(app, head) == []  # works in nk1 still, but is not its head

    with app.app_context(), transaction():
        row = {"plugin": "tasks", "unit_id": unit("wk1").id, "enabled": False}
        db.session.add(UnitPlugin(**row, changed_at=clock.now()))
    assert titles(app, stranger) == []

    change(app, update(User).where(User.username == "stranger").values(disabled=True))
    assert app.test_client().get(stranger).status_code == 404
    assert app.test_client().get(head).status_code == 200


@pytest.mark.parametrize("end", [accounts.disable, passwords.give_first])
def test_another_password_and_a_closed_account_end_the_address_for_good(app, stopped, end):
    path = made(app)
    stopped.shift(1)
    with app.app_context(), transaction():
        end(person("head"), by=None)
    with app.app_context(), transaction():
        accounts.enable(person("head"))

    assert app.test_client().get(path).status_code == 404
    head = login(app, "head")
    assert "未开启" in head.get(PAGE).text
    assert head.post(f"{PAGE}/content", data={"titles": "1"}).status_code == 409
    stopped.shift(1)
    assert app.test_client().get(made(app)).status_code == 200


@pytest.mark.one_engine
def test_a_revoked_replaced_unknown_or_mangled_address_is_no_page(app, put):
    first = made(app)
    second = made(app)
    other = made(app, "member")
    other_row = hashlib.sha256(other[len("/account/calendar/feed/") : -4].encode()).hexdigest()

    client = app.test_client()
    wrong = ("x" * 43, "x", other_row, second[-47:-5], "%00", "长" * 43, "../feed")
    for path in (first, *(f"/account/calendar/feed/{token}.ics" for token in wrong)):
        assert client.get(path).status_code in {400, 404}, path
    assert client.get(second).status_code == 200

    assert login(app, "head").post(f"{PAGE}/revoke").status_code == 303
    assert client.get(second).status_code == 404
    assert client.get(other).status_code == 200
    assert login(app, "head").post(f"{PAGE}/content", data={"titles": "1"}).status_code == 409


def test_the_address_is_shown_once_and_kept_nowhere(app, put):
    path = made(app)
    token = path.rpartition("/")[2][:-4]

    page = login(app, "head").get(PAGE)
    check_html(page)
    assert token not in page.text
    with app.app_context():
        kept = [tuple(row) for table in (Feed.__table__, AuditEntry.__table__) for row in rows(table)]
        entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        done = [(each.action, each.actor_id, each.detail) for each in entries if "calendar" in each.action]
        head = person("head").id
    assert token not in repr(kept)
    assert done == [("calendar:make", head, {"titles": "True"})]
    login(app, "head").post(f"{PAGE}/revoke")
    login(app, "head").post(f"{PAGE}/revoke")
    with app.app_context():
        query = select(AuditEntry.action).where(AuditEntry.action.startswith("calendar:"))
        assert sorted(db.session.scalars(query)) == ["calendar:make", "calendar:revoke"]


def rows(table):
    return db.session.execute(table.select()).all()


@pytest.mark.one_engine
def test_a_failure_writes_no_address_into_the_log(app, put, monkeypatch, caplog):
    path = made(app)
    monkeypatch.setattr(ical, "entries_for", lambda _user: 1 / 0)

    with caplog.at_level(logging.DEBUG):
        answer = app.test_client().get(path)

    assert answer.status_code == 500
    assert "/account/calendar/feed/….ics" in caplog.text
    assert path.rpartition("/")[2][:-4] not in caplog.text
    assert path.rpartition("/")[2][:-4] not in login(app, "system").get("/admin/plugins").text


@pytest.mark.one_engine
def test_making_and_widening_it_ask_for_the_password_again_and_stopping_does_not(app, put, stopped):
    made(app, titles="0")
    client = login(app, "head")
    stopped.shift(301)

    for path in (PAGE, f"{PAGE}/content"):
        assert "/login" in client.post(path, data={"titles": "1"}).headers["Location"]
    assert feed_row(app).titles is False
    assert client.post(f"{PAGE}/revoke").headers["Location"] == PAGE


# Reading it again and again --------------------------------------------------------------------------


def test_nothing_new_is_a_304_and_every_change_is_new(app, put, stopped):
    task = put("办着的", 26, owner="head")
    path, client = made(app), app.test_client()
    tag = client.get(path).headers["ETag"]

    def asked_again():
        answer = client.get(path, headers={"If-None-Match": tag})
        return answer.status_code, answer.data

    assert asked_again() == (304, b"")
    task.title = "改了名的"
    assert asked_again()[0] == 200
    task.title = "办着的"
    assert asked_again() == (304, b"")
    login(app, "head").post(f"{PAGE}/content", data={"titles": "0"})
    assert asked_again()[0] == 200


@pytest.mark.one_engine
def test_its_headers_keep_it_to_its_reader(app, put):
    path = made(app)
    for headers in ({}, {"If-None-Match": app.test_client().get(path).headers["ETag"]}):
        answer = app.test_client().get(path, headers=headers)
        assert {part.strip() for part in answer.headers["Cache-Control"].split(",")} == {
            "private",
            "no-cache",
        }
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert "Set-Cookie" not in answer.headers
    assert app.test_client().get("/login").headers["Cache-Control"] == "no-store"


def test_the_page_says_when_it_was_read_last_at_most_every_ten_minutes(app, put, stopped):
    path = made(app)
    assert "还没有被读取过" in login(app, "head").get(PAGE).text

    events(app, path)
    first = feed_row(app).read_at
    stopped.shift(599)
    events(app, path)
    assert feed_row(app).read_at == first
    stopped.shift(1)
    events(app, path)

    assert feed_row(app).read_at == first + timedelta(seconds=600)
    assert "最近读取 11月25日 10:10" in login(app, "head").get(PAGE).text
