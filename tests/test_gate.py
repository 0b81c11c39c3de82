"""Is the person in the unit? Is the plugin on? Asked before every plugin page, and before a 403."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from intranet import clock
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import Grant, Membership, Unit, User
from tests.conftest import second_app
from tests.fixtures import HTMX, login, person, unit

pytestmark = pytest.mark.one_engine

PAGE = "/nk1/hello/"
WAYS = (("GET", {}), ("HEAD", {}), ("GET", HTMX), ("POST", {}), ("POST", HTMX))
TOMORROW, YESTERDAY = timedelta(days=1), timedelta(days=-1)


@pytest.fixture
def app(hello_app):
    """One plugin, on for the hospital."""
    return hello_app


def status(client, path=PAGE):
    return client.get(path).status_code


def every_way(client):
    return {client.open(PAGE, method=method, headers=headers).status_code for method, headers in WAYS}


def turn(client, code, state):
    response = client.post(f"/{code}/plugins/hello", data={"state": state})
    assert response.status_code == 303, response.text


# Who may enter -------------------------------------------------------------------------------------


def test_who_is_in_the_unit_or_over_it_enters(client_for):
    for username in ("member", "recorder", "head", "leader", "office", "supervisor"):
        assert status(client_for(username)) == 200, username
        assert status(client_for(username), "/nk1/") == 200, username


def test_who_is_not_finds_nothing_whatever_the_way(client_for):
    for username in ("stranger", "system", "security", "audit"):
        assert every_way(client_for(username)) == {404}, username


def test_a_foreign_unit_and_one_that_does_not_exist_answer_alike(client_for):
    client = client_for("stranger")
    foreign, missing = client.get("/nk1/"), client.get("/nowhere/")

    assert foreign.status_code == missing.status_code == 404
    assert "内一科" not in foreign.text


def test_a_head_of_a_department_is_not_over_the_hospital_or_its_sister(client_for):
    assert [status(client_for("head"), f"/{code}/") for code in ("hospital", "wk1", "zb1")] == [404, 404, 200]


@pytest.mark.parametrize(
    ("starts", "ends", "expected"),
    [
        (None, None, 200),
        (None, timedelta(0), 200),
        (timedelta(0), None, 200),
        (None, YESTERDAY, 404),
        (TOMORROW, None, 404),
    ],
)
@pytest.mark.parametrize("table", [Grant, Membership])
def test_a_right_counts_from_its_first_to_its_last_day(app, table, starts, ends, expected):
    today = clock.today()
    with app.app_context(), transaction():
        row = table(user_id=person("stranger").id, unit_id=unit("nk1").id)
        row.starts_on = None if starts is None else today + starts
        row.ends_on = None if ends is None else today + ends
        if table is Grant:
            row.role = "supervisor"
        db.session.add(row)

    assert status(login(app, "stranger")) == expected


def test_a_disabled_person_is_out_at_the_next_request(app, client_for):
    client = client_for("head")
    assert status(client) == 200

    with app.app_context(), transaction():
        db.session.execute(update(User).where(User.username == "head").values(disabled=True))

    assert status(client) == 303


def test_a_closed_unit_is_gone_for_its_people_and_read_by_those_over_it(app, client_for):
    with app.app_context(), transaction():
        db.session.execute(update(Unit).where(Unit.code == "nk1").values(closed_on=clock.today()))

    for username in ("head", "recorder", "member", "stranger", "system"):
        assert every_way(client_for(username)) == {404}, username
    for username in ("office", "leader", "supervisor"):
        found = [client_for(username).open(PAGE, method=way, headers=more).status_code for way, more in WAYS]
        assert found == [200, 200, 200, 403, 403], username
        assert "nk1" not in client_for(username).get("/").text


# Whether it is on ----------------------------------------------------------------------------------


def test_turned_off_it_is_gone_at_once_whatever_the_way(client_for):
    head = client_for("head")
    turn(head, "nk1", "off")

    assert every_way(head) == {404}
    assert "hello" not in head.get("/nk1/").text


def test_turned_off_it_is_gone_in_every_process(app, client_for):
    other = second_app(app)
    elsewhere = login(other, "member")
    assert status(elsewhere) == 200

    turn(client_for("head"), "nk1", "off")
    gone = status(elsewhere)
    turn(client_for("head"), "nk1", "on")

    assert (gone, status(elsewhere)) == (404, 200)
    with other.app_context():
        db.engine.dispose()


def test_a_form_opened_before_it_was_turned_off_is_refused(client_for):
    recorder = client_for("recorder")
    recorder.get(PAGE)

    turn(client_for("head"), "nk1", "off")

    assert recorder.post(PAGE, data={"text": "晚了"}).status_code == 404


def test_turning_off_deletes_nothing(client_for):
    head = client_for("head")
    head.post(PAGE, data={"text": "明早七点半交班"})

    turn(head, "nk1", "off")
    turn(head, "nk1", "on")

    assert "明早七点半交班" in head.get(PAGE).text


def test_a_unit_without_a_word_follows_its_parent(client_for):
    office = client_for("office")

    turn(office, "hospital", "off")
    off = [status(client_for(name), path) for name, path in (("head", PAGE), ("stranger", "/wk1/hello/"))]
    turn(office, "hospital", "on")

    assert off == [404, 404]
    assert status(client_for("head")) == 200


def test_a_units_own_word_beats_its_parents(client_for):
    turn(client_for("head"), "nk1", "on")

    turn(client_for("office"), "hospital", "off")

    assert status(client_for("head")) == 200
    assert status(client_for("stranger"), "/wk1/hello/") == 404


def test_back_to_the_parent_takes_the_own_word_away(client_for):
    turn(client_for("head"), "nk1", "off")

    turn(client_for("head"), "nk1", "parent")

    assert status(client_for("head")) == 200
    assert "随上级单位" in client_for("head").get("/nk1/plugins").text
