"""Notices: told once, seen only by their reader, and only while unit and plugin are open to them."""

from datetime import date, timedelta

import pytest
from sqlalchemy import event, func, select, update

from intranet import clock, deadlines, notices
from intranet.contracts import Deadline
from intranet.db import transaction
from intranet.errors import Conflict, Invalid
from intranet.extensions import db
from intranet.models import AuditEntry, Grant, Notice, UnitPlugin
from intranet.web import in_language
from tests.fixtures import HTMX, check_html, login, person, unit
from tests.workers import finish, start

URL = "/nk1/hello/"
DUE = "hello:due"


@pytest.fixture
def app(hello_app):
    return hello_app


def tell(app, *usernames, kind=DUE, code="nk1", once="once", **values):
    with app.app_context(), transaction():
        people = [person(username).id for username in usernames]
        values = {"title": "交记录", "day": date(2026, 11, 25), **values}
        return notices.tell(people, kind, URL, unit(code), once=once, **values)


def texts(app, username):
    return login(app, username).get("/notices").text


def only_id(app):
    with app.app_context():
        return db.session.scalars(select(Notice.id)).one()


def read_at(app):
    with app.app_context():
        return db.session.scalars(select(Notice.read_at)).all()


# Telling -------------------------------------------------------------------------------------------


def test_the_same_thing_is_told_once_and_each_person_once(app):
    assert tell(app, "head", "member", "head") == 2
    assert tell(app, "head", "member") == 0
    assert tell(app, "head", once="again") == 1
    assert tell(app) == 0


def test_many_are_told_with_one_statement(app):
    heard = []
    with app.app_context(), transaction():
        people = [person(username).id for username in ("head", "member", "office")]
        at = unit("nk1")
        event.listen(db.engine, "before_cursor_execute", lambda *args: heard.append(args[2]))

        assert notices.tell([*people, None], DUE, URL, at, once="once", title="交记录") == 3
    assert len(heard) == 1


TELL = """
from sqlalchemy import select
from intranet.db import transaction
from intranet.models import Unit, User
from intranet.extensions import db
from intranet import notices
for number in range(20):
    with transaction():
        unit = db.session.scalars(select(Unit).where(Unit.code == "nk1")).one()
        people = db.session.scalars(select(User.id).where(User.username.in_(["head", "member"]))).all()
        print(notices.tell(people, "hello:due", "/nk1/hello/", unit, once=number))
"""


def test_processes_that_tell_at_once_tell_it_once(app):
    outputs = finish([start(app, TELL) for _each in range(3)])

    assert sum(int(number) for output in outputs for number in output.split()) == 40


def test_a_notice_speaks_its_readers_language(app):
    tell(app, "head")
    with app.app_context():
        notice = db.session.scalars(select(Notice)).one()
        chinese = notices.said(notice)
        with in_language("en"):
            english = notices.said(notice)

    assert chinese == "2026-11-25 到期：交记录"
    assert english == "Due 2026-11-25: 交记录"


def test_a_kind_nobody_knows_any_more_breaks_no_page(app):
    tell(app, "head", kind="hello:forgotten")

    assert "科室公告" in texts(app, "head")


# Seeing --------------------------------------------------------------------------------------------


def test_the_reader_sees_it_with_its_number_and_nobody_else_does(app):
    tell(app, "head")

    page = login(app, "head").get("/notices")

    check_html(page)
    assert "交记录" in page.text
    assert "未读 1 条" in page.text
    assert "未读 1 条" in login(app, "head").get("/").text
    for other in ("member", "office", "stranger", "system"):
        assert "交记录" not in texts(app, other)
        assert "未读" not in login(app, other).get("/").text


def test_opening_one_marks_it_and_leads_to_its_page(app):
    tell(app, "head")
    client = login(app, "head")

    answer = client.post(f"/notices/{only_id(app)}")

    assert (answer.status_code, answer.location) == (303, URL)
    assert read_at(app) != [None]
    assert "已读" in client.get("/notices").text
    assert "未读 1 条" not in client.get("/").text


def test_one_is_marked_without_opening_it(app):
    tell(app, "head")

    answer = login(app, "head").post(f"/notices/{only_id(app)}", data={"stay": "1"})

    assert answer.location == "/notices"
    assert read_at(app) != [None]


def test_looking_at_the_list_marks_nothing(app):
    tell(app, "head")

    texts(app, "head")

    assert read_at(app) == [None]


def test_another_persons_notice_is_not_there(app):
    """Not even for those who have notices of the same unit and plugin themselves."""
    tell(app, "head")
    theirs = only_id(app)
    tell(app, "member", "office")

    for other in ("member", "office", "stranger"):
        assert login(app, other).post(f"/notices/{theirs}").status_code == 404
        login(app, other).post("/notices/read")
    assert read_at(app).count(None) == 1


def test_all_are_marked_at_once(app):
    for number in range(3):
        tell(app, "head", once=number)

    login(app, "head").post("/notices/read")

    assert None not in read_at(app)


def turn_off(app):
    with app.app_context(), transaction():
        db.session.execute(update(UnitPlugin).values(enabled=False))


def leave(app):
    with app.app_context(), transaction():
        db.session.execute(
            update(Grant).where(Grant.user_id == person("office").id).values(ends_on=date(2020, 1, 1))
        )


@pytest.mark.parametrize(("happens", "reader"), [(turn_off, "head"), (leave, "office")])
def test_what_the_person_may_no_longer_enter_is_left_out_and_comes_back_unread(app, happens, reader):
    tell(app, reader)
    client = login(app, reader)
    assert "交记录" in client.get("/notices").text

    happens(app)

    assert "交记录" not in client.get("/notices").text
    assert "未读" not in client.get("/notices").text
    assert client.post(f"/notices/{only_id(app)}").status_code == 404
    client.post("/notices/read")
    assert read_at(app) == [None]


def test_unread_come_first_and_pages_follow_each_other(app):
    for number in range(notices.PAGE + 2):
        tell(app, "head", once=number, title=f"第{number}件")
    client = login(app, "head")
    with app.app_context():
        newest = db.session.scalar(select(func.max(Notice.id)))
    client.post(f"/notices/{newest}", data={"stay": "1"})

    first, second = client.get("/notices").text, client.get("/notices?page=2").text

    assert f"第{notices.PAGE + 1}件" not in first
    assert f"第{notices.PAGE + 1}件" in second
    assert "下一页" in first
    assert "下一页" not in second
    assert client.get(f"/notices?page={10**30}").status_code == 200
    assert "<html" not in client.get("/notices", headers=HTMX).text


def test_the_number_costs_no_query_of_its_own_when_nothing_is_new(app, monkeypatch):
    monkeypatch.setattr(notices, "unread", lambda _user: pytest.fail("asked"))

    assert login(app, "head").get("/nk1/").status_code == 200


def test_what_is_old_goes(app):
    tell(app, "head", once="old")
    with app.app_context(), transaction():
        db.session.execute(update(Notice).values(created_at=clock.now() - timedelta(days=91)))
    tell(app, "head", once="new")

    with app.app_context(), transaction():
        assert notices.forget_old() == {"notices": 1}


# Urging --------------------------------------------------------------------------------------------


def deadline(code="nk1", owner=None, leader=None):
    owner_id = person(owner).id if owner else None
    leader_id = person(leader).id if leader else None
    return Deadline(date(2026, 11, 2), "交记录", URL, unit(code).id, owner_id, leader_id)


def readers():
    return set(db.session.scalars(select(Notice.user_id)))


def test_urging_reaches_the_owner_or_else_those_who_run_the_unit(app):
    with app.app_context(), transaction():
        deadlines.urge("hello", deadline(owner="member"), by=person("office"))
        assert readers() == {person("member").id}
    with app.app_context(), transaction():
        db.session.query(Notice).delete()
        deadlines.urge("hello", deadline(), by=person("office"))
        assert readers() == {person("head").id, person("recorder").id}
    assert "江月白催办：交记录" in texts(app, "head")


def test_a_thing_is_urged_once_a_day_by_whomever_and_the_log_says_so(app):
    with app.app_context(), transaction():
        deadlines.urge("hello", deadline(), by=person("office"))
    refused = pytest.raises(Conflict, match="江月白今天已经催办过")
    with app.app_context(), refused, transaction():
        deadlines.urge("hello", deadline(), by=person("supervisor"))
    with app.app_context(), transaction():
        db.session.execute(update(Notice).values(created_at=clock.now() - timedelta(days=1)))
        last = deadlines.last_urged(URL)
        assert last.values["who"] == "江月白"
    with app.app_context(), transaction():
        db.session.execute(update(Notice).values(key="yesterday " + Notice.key))
        deadlines.urge("hello", deadline(), by=person("supervisor"))
        assert deadlines.last_urged(URL).values["who"] == "沈若谷"
        urged = select(func.count()).where(AuditEntry.action == "core:urge")
        assert db.session.scalar(urged) == 2


def test_with_nobody_to_tell_urging_is_refused(app):
    with app.app_context(), transaction(), pytest.raises(Invalid, match="没有可以通知的人"):
        deadlines.urge("hello", deadline("hlb"), by=person("office"))


def test_escalation_reaches_the_named_leader_or_those_over_the_unit(app):
    with app.app_context():
        leader, supervisor = person("leader").id, person("supervisor").id
        assert deadlines.leaders_over(deadline()) == {leader}
        assert deadlines.leaders_over(deadline(leader="supervisor")) == {supervisor}
