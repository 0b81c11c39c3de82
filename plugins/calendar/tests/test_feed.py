"""The feed as a calendar program reads it, and who may read it."""

import hashlib
import logging
import re
from datetime import date, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select, update

from intranet import accounts, clock, passwords
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import AuditEntry, Grant, UnitPlugin, User
from plugins.calendar import feed as ical
from plugins.calendar.models import Feed
from plugins.rectification.models import Card
from tests.fixtures import check_html, login, person, unit

PAGE = "/account/calendar/subscription"
TITLE = "出院结算需往返两处窗口，" * 8 + "患者与家属多次反映，须在月底前改成一处办结"


def made(app, username="head", titles="1"):
    """The path of a new address, as the page shows it once."""
    answer = login(app, username).post(PAGE, data={"titles": titles})
    assert answer.status_code == 200
    return re.search(r'value="http://localhost(/account/calendar/feed/[\w-]{43}\.ics)"', answer.text)[1]


def events(app, path, **more):
    """What a calendar program reads, without a login."""
    answer = app.test_client().get(path, **more)
    assert answer.status_code == 200
    return Calendar.from_ical(answer.data).walk("VEVENT")


def titles(app, path):
    return sorted(str(event["SUMMARY"]) for event in events(app, path))


def change(app, statement):
    with app.app_context(), transaction():
        db.session.execute(statement)


def feed_row(app):
    with app.app_context():
        return db.session.scalars(select(Feed)).one()


# What stands in it -----------------------------------------------------------------------------------


@pytest.fixture
def whole(app, put):
    """What the head of nk1 answers for, and more that others do: a calendar and its events by title."""
    number = put(TITLE, 26, owner="head")
    put("早该办的", 24, owner="head")
    put("办好的", 27, owner="head", done=True)
    put("没有人的", 26)
    put("外科的", 26, code="wk1", owner="stranger")
    answer = app.test_client().get(made(app), base_url="https://oa.example.cn:8443")
    calendar = Calendar.from_ical(answer.data)
    return number, answer, calendar, {str(event["SUMMARY"]): event for event in calendar.walk("VEVENT")}


def test_a_calendar_reads_what_its_person_answers_for(whole):
    number, _answer, _calendar, found = whole
    assert set(found) == {TITLE, "逾期：早该办的", "已办理：办好的", "没有人的"}
    event = found[TITLE]
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (date(2026, 11, 26), date(2026, 11, 27))
    assert event["DTSTART"].params["VALUE"] == "DATE"
    assert event["URL"] == f"https://oa.example.cn:8443/nk1/rectification/cards/{number}"
    assert event["DESCRIPTION"] == "内一科 · 整改看板"
    assert (event["STATUS"], event["TRANSP"]) == ("CONFIRMED", "TRANSPARENT")


@pytest.mark.one_engine
def test_the_file_is_as_the_standard_wants_it(whole):
    _number, answer, calendar, found = whole
    assert answer.mimetype == "text/calendar"
    assert (calendar["VERSION"], calendar["X-WR-CALNAME"]) == ("2.0", "李牧原的期限")
    assert calendar.decoded("REFRESH-INTERVAL") == timedelta(hours=1)
    assert calendar["X-PUBLISHED-TTL"] == "PT1H"
    assert len({each["UID"] for each in found.values()}) == 4
    for event in found.values():
        assert event["UID"].endswith("@oa.example.cn:8443")
        assert event.decoded("DTSTAMP").tzinfo is not None
        assert not event.errors
    assert not calendar.errors
    assert max(map(len, answer.data.split(b"\r\n"))) <= 75


def test_a_moved_deadline_keeps_its_name_and_days_far_away_are_left_out(app, put):
    number = put("会挪动的", 26, owner="head")
    path = made(app)
    [before] = events(app, path)
    today = clock.today()
    for day, shown in ((today - timedelta(days=90), 1), (today - timedelta(days=91), 0)):
        change(app, update(Card).where(Card.id == number).values(due_on=day))
        assert len(events(app, path)) == shown
    change(app, update(Card).where(Card.id == number).values(due_on=today + timedelta(days=399)))
    [after] = events(app, path)

    assert after["UID"] == before["UID"]
    assert after.decoded("DTSTART") == today + timedelta(days=399)


def test_numbers_alone_tell_no_word_of_what_is_due(app, put):
    put("机密的甲", 26, owner="head")
    put("机密的乙", 26, owner="head")
    put("机密的丙", 27, owner="head", done=True)
    path = made(app, titles="0")

    [event] = events(app, path)
    assert event["SUMMARY"] == "有 2 项到期"
    assert event["URL"] == "http://localhost/account/calendar/list?day=2026-11-26"
    assert "机密" not in app.test_client().get(path).text
    assert "内一科" not in app.test_client().get(path).text

    assert login(app, "head").post(f"{PAGE}/content", data={"titles": "1"}).status_code == 303
    assert titles(app, path) == ["已办理：机密的丙", "机密的乙", "机密的甲"]


@pytest.mark.one_engine
def test_of_too_much_the_nearest_is_sent(app, put, monkeypatch):
    for day in (5, 24, 26, 30):
        put(f"{day}日", day, owner="head")
    monkeypatch.setattr(ical, "MOST", 2)

    assert titles(app, made(app)) == ["26日", "逾期：24日"]


@pytest.mark.one_engine
def test_it_speaks_its_persons_language_whoever_reads_it(app, put):
    put("早该办的", 24, owner="head")
    path = made(app)
    change(app, update(User).where(User.username == "head").values(language="en"))

    assert titles(app, path) == ["Overdue: 早该办的"]


def test_what_waits_for_a_step_of_ones_own_is_in_it_with_the_step(app, put):
    put("请您定", 26, owner="member", asked=True)

    [judged] = titles(app, made(app, "leader"))
    assert judged.endswith("：请您定")
    assert not judged.startswith("已办理")
    assert titles(app, made(app, "member")) == ["已办理：请您定"]


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
        row = {"plugin": "rectification", "unit_id": unit("wk1").id, "enabled": False}
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
    number = put("办着的", 26, owner="head")
    path, client = made(app), app.test_client()
    tag = client.get(path).headers["ETag"]

    def asked_again():
        answer = client.get(path, headers={"If-None-Match": tag})
        return answer.status_code, answer.data

    assert asked_again() == (304, b"")
    change(app, update(Card).where(Card.id == number).values(title="改了名的"))
    assert asked_again()[0] == 200
    change(app, update(Card).where(Card.id == number).values(title="办着的"))
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
