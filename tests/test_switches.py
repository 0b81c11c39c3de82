"""The switch of a unit: locks from above, words nobody knows, many hands at once, and its audit."""

from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from intranet import gate
from intranet.db import transaction
from intranet.errors import Forbidden
from intranet.extensions import db
from intranet.models import AuditEntry, Unit
from intranet.organisation import organisation
from tests.fixtures import login, person, unit
from tests.test_gate import status, turn


@pytest.fixture
def app(hello_app):
    """One plugin, on for the hospital."""
    return hello_app


def test_the_parents_lock_binds_even_over_an_own_word(client_for):
    turn(client_for("head"), "nk1", "on")

    turn(client_for("office"), "hospital", "off")
    turn(client_for("office"), "hospital", "lock")

    assert status(client_for("head")) == 404


def test_the_parents_lock_refuses_the_unit_with_a_sentence(client_for):
    turn(client_for("office"), "hospital", "lock")

    response = client_for("head").post("/nk1/plugins/hello", data={"state": "off"})

    assert response.status_code == 403
    assert "请联系上级单位" in response.text
    assert "关闭</button>" not in client_for("head").get("/nk1/plugins").text
    assert status(client_for("head")) == 200


def test_who_locked_may_unlock(client_for):
    turn(client_for("office"), "hospital", "lock")
    assert "已锁定，与本单位一致" in client_for("office").get("/hospital/plugins").text

    turn(client_for("office"), "hospital", "unlock")
    turn(client_for("head"), "nk1", "off")

    assert status(client_for("head")) == 404


@pytest.mark.parametrize("state", ["on", "off"])
def test_a_lock_outlasts_turning_on_and_off(client_for, state):
    turn(client_for("office"), "hospital", "lock")

    turn(client_for("office"), "hospital", state)

    assert client_for("head").post("/nk1/plugins/hello", data={"state": "off"}).status_code == 403


def test_a_unit_without_units_below_it_is_offered_no_lock(client_for):
    assert "锁定下级单位" not in client_for("head").get("/nk1/plugins").text
    assert "锁定下级单位" in client_for("office").get("/hospital/plugins").text


def test_the_topmost_unit_has_nobody_to_follow(client_for):
    assert "恢复为随上级" not in client_for("office").get("/hospital/plugins").text
    turn(client_for("head"), "nk1", "on")
    assert "恢复为随上级" in client_for("head").get("/nk1/plugins").text


def test_a_word_nobody_knows_changes_nothing(client_for):
    assert client_for("head").post("/nk1/plugins/hello", data={"state": "maybe"}).status_code == 400
    assert status(client_for("head")) == 200


def test_two_who_turn_one_switch_at_once_are_both_heard(app):
    start, answers = Barrier(2), []

    def turn_again_and_again(username):
        client = login(app, username)
        for state in ("on", "off", "parent") * 8:
            start.wait()
            answers.append(client.post("/nk1/plugins/hello", data={"state": state}).status_code)

    threads = [Thread(target=turn_again_and_again, args=[name]) for name in ("head", "leader")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [303] * 48


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("username", "expected"), [("member", 403), ("recorder", 403), ("supervisor", 403), ("stranger", 404)]
)
def test_others_may_not_touch_the_switch(client_for, username, expected):
    client = client_for(username)

    assert client.post("/nk1/plugins/hello", data={"state": "off"}).status_code == expected
    assert status(client_for("head")) == 200


def test_the_switch_of_a_plugin_that_is_not_there_is_not_found(client_for):
    assert client_for("head").post("/nk1/plugins/nothing", data={"state": "on"}).status_code == 404


def test_a_plugin_on_by_default_is_on_until_somebody_speaks(make_app, example_plugins):
    app = make_app("empty", PLUGINS_ON=("hello",), PLUGINS=("hello",))
    with app.app_context():
        nowhere = Unit(id=1, code="x", path="1/")
        assert gate.switches(nowhere)["hello"] == gate.Switch(enabled=True, inherited=True)


def test_every_turn_is_audited_with_who_and_where(app, client_for):
    turn(client_for("head"), "nk1", "off")

    with app.app_context():
        entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert (entry.action, entry.subject, entry.actor_id, entry.unit_id) == (
            "core:plugins",
            "hello",
            person("head").id,
            unit("nk1").id,
        )
        assert entry.detail == {"word": "off"}


def test_a_refused_turn_writes_nothing(app, client_for):
    turn(client_for("office"), "hospital", "lock")
    with app.app_context():
        before = db.session.scalar(select(func.count()).select_from(AuditEntry))

    client_for("head").post("/nk1/plugins/hello", data={"state": "off"})

    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == before


def test_lists_over_many_units_ask_the_same_gate(app, client_for):
    turn(client_for("head"), "nk1", "off")

    with app.app_context():
        codes = {each.code for each in gate.subtree_with("hello", unit("hospital"))}
        assert "wk1" in codes
        assert "nk1" not in codes
        assert codes == {each.code for each in organisation().units if "hello" in gate.enabled_plugins(each)}


def test_the_service_refuses_a_locked_unit_too(app, client_for):
    turn(client_for("office"), "hospital", "lock")

    with app.app_context(), transaction(), pytest.raises(Forbidden):
        gate.turn("hello", unit("nk1"), gate.Word.OFF, by=person("head"))
