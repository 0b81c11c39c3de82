"""A closed unit is history: those over it read it, nobody changes it, and no list or notice speaks of it."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from intranet import clock, notices
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import AuditEntry, Grant, Membership, Notice
from intranet.permissions import allowed, declared
from tests.fixtures import HTMX, check_html, login, person, unit

PAGE = "/nk1/hello/"


@pytest.fixture
def app(hello_app):
    """With a notice on the board of nk1, and somebody over it told of it."""
    login(hello_app, "head").post(PAGE, data={"text": "明早七点半交班"})
    assert tell(hello_app) == 1
    return hello_app


def tell(app, once=1):
    with app.app_context(), transaction():
        return notices.tell([person("office").id], "hello:due", PAGE, unit("nk1"), once=once, title="交班")


def close(app, into=None):
    with app.app_context(), transaction():
        ward = unit("nk1")
        ward.closed_on = clock.today()
        ward.merged_into_id = unit(into).id if into else None


def test_it_is_reached_from_above_and_says_what_it_is(app, client_for):
    close(app)
    office = client_for("office")
    home, ward, page = (office.get(path) for path in ("/hospital/", "/nk1/", PAGE))

    assert 'href="/nk1/"' in home.text.partition("已关闭的下属单位")[2]
    for answer in (ward, page):
        check_html(answer)
        assert "内一科已于" in answer.text
        assert "内容只能查看" in answer.text
        assert "badges" not in answer.text
    assert "明早七点半交班" in page.text
    assert "功能开关" not in ward.text
    assert 'href="/nk1/"' not in office.get("/").text
    assert "已关闭的下属单位" not in client_for("stranger").get("/wk1/").text


def test_who_worked_there_learns_what_became_of_it_and_others_nothing(app, client_for):
    close(app)
    with app.app_context(), transaction():
        for right in (Membership, Grant):
            yesterday = clock.today() - timedelta(days=1)
            db.session.execute(
                update(right).where(right.user_id == person("head").id).values(ends_on=yesterday)
            )

    for path in ("/nk1/", PAGE):
        former, stranger = client_for("head").get(path), client_for("stranger").get(path)
        assert (former.status_code, stranger.status_code) == (404, 404)
        assert "内一科已经关闭" in former.text
        assert "内一科" not in stranger.text


def test_nothing_is_changed_there_and_a_sentence_says_why(app, client_for):
    close(app)
    office = client_for("office")

    for headers in ({}, HTMX):
        for path in (PAGE, "/nk1/plugins/hello"):
            refused = office.post(path, data={"text": "又一条", "state": "off"}, headers=headers)
            assert refused.status_code == 403
            assert "内一科已经关闭，内容只能查看，不能改动。" in refused.text

    with app.app_context():
        assert db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()[-1] == "hello:post"


def test_only_permissions_that_read_hold_there(app):
    close(app)
    with app.app_context():
        office, ward, reads = person("office"), unit("nk1"), declared()["core:plugins"]
        assert not allowed(office, "core:plugins", ward)
        assert allowed(office, "core:plugins", unit("hospital"))

        declared()["core:plugins"] = type(reads)(reads.name, reads.title, reads.default, reads=True)
        assert allowed(office, "core:plugins", ward)
        assert not allowed(person("head"), "core:plugins", ward)


def test_nobody_hears_of_it(app, client_for):
    assert "交班" in client_for("office").get("/notices").text
    close(app)

    assert tell(app, once=2) == 0
    assert "交班" not in client_for("office").get("/notices").text
    with app.app_context():
        assert len(db.session.scalars(select(Notice)).all()) == 1
        assert notices.unread(person("office")) == {}


def test_a_merged_one_says_where_it_went(app, client_for):
    close(app, into="wk1")

    shell = client_for("office").get("/nk1/").text

    assert '已并入：<a href="/wk1/">外一科</a>' in shell


def test_reopened_it_is_as_it_was(app, client_for):
    close(app)
    with app.app_context(), transaction():
        unit("nk1").closed_on = None

    assert client_for("head").post(PAGE, data={"text": "又开了"}).status_code == 303
    assert "又开了" in client_for("member").get(PAGE).text
