"""The lights of a unit are counted again when something there has changed, and then alone."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import event

from intranet import clock
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import Unit
from plugins.rectification.lights import Light, light_of
from plugins.rectification.models import Card
from plugins.rectification.queries.counting import sums
from plugins.rectification.queries.lighting import counted_lights, lights_of
from plugins.rectification.queries.rules import Rule, rule_of
from plugins.rectification.queries.scope import scope_of
from plugins.rectification.services.boards import Setting, set_board
from plugins.rectification.services.history import count
from plugins.rectification.stages import Stage
from tests.fixtures import person, unit


def lights():
    """Of every unit, as the pages count them; together they are what is there."""
    scope = scope_of(unit("hospital"), person("office"))
    found = lights_of(sums(scope).of_units)
    there = {unit_id: cells for unit_id, cells in counted_lights(scope.units).items() if cells}
    assert {unit_id: cells for unit_id, cells in found.items() if cells} == there
    return found.get(unit("nk1").id, {})


def move_to(card_id, days):
    """Another deadline, in the caller's transaction."""
    db.session.get_one(Card, card_id).due_on = clock.today() + timedelta(days=days)
    count(unit("nk1").id, Stage.IN_PROGRESS, 0)


RED, AMBER = (Stage.IN_PROGRESS, Light.RED), (Stage.IN_PROGRESS, Light.AMBER)


@pytest.fixture
def late(app, make_card):
    """A card that is late, whose light was counted."""
    card_id = make_card(Stage.IN_PROGRESS)
    with app.app_context(), transaction():
        move_to(card_id, -1)
    with app.app_context():
        assert lights() == {RED: 1}
    return card_id


def test_another_deadline_another_light(app, late):
    with app.app_context(), transaction():
        move_to(late, 3)
    with app.app_context():
        assert lights() == {AMBER: 1}


def test_what_was_rolled_back_was_not_kept(app, late):
    def fail():
        with transaction():
            move_to(late, 3)
            assert lights() == {AMBER: 1}
            raise LookupError

    with app.app_context(), pytest.raises(LookupError):
        fail()
    with app.app_context(), transaction():
        move_to(late, 30)
    with app.app_context():
        assert lights() == {}


def test_a_new_day_is_counted_anew(app, late):
    with app.app_context(), transaction():
        move_to(late, 30)
    with time_machine.travel(clock.now() + timedelta(days=31)), app.app_context():
        assert lights() == {RED: 1}


def test_other_days_for_amber_are_counted_anew(app, late):
    with app.app_context(), transaction():
        move_to(late, 8)
    with app.app_context():
        assert lights() == {}
    with app.app_context(), transaction():
        set_board(unit("nk1"), Setting(amber_days=9), version=0, by=person("office"))
    with app.app_context():
        assert lights() == {AMBER: 1}


@pytest.mark.parametrize("days", [-1, 0, 7, 8])
def test_the_database_counts_the_light_each_card_shows(days, app, make_card):
    make_card(Stage.IN_PROGRESS, due_on=clock.today() + timedelta(days=days))

    with app.app_context():
        home, others = unit("nk1").id, [unit("wk1").id, unit("nk1").id]
        light = light_of(Stage.IN_PROGRESS, clock.today() + timedelta(days=days), clock.today(), Rule())
        counted = {} if light is Light.GREEN else {(Stage.IN_PROGRESS, light): 1}
        assert counted_lights([home])[home] == counted
        assert counted_lights(others)[home] == counted


def test_a_closed_unit_keeps_the_days_its_hospital_has_set(app, make_card):
    make_card(Stage.IN_PROGRESS, due_on=clock.today() + timedelta(days=5))
    with app.app_context(), transaction():
        set_board(unit("hospital"), Setting(amber_days=2), version=0, by=person("office"))
    with app.app_context(), transaction():
        unit("nk1").closed_on = clock.today()

    with app.app_context():
        assert rule_of(unit("nk1").id).amber_days == 2
        assert counted_lights([unit("nk1").id])[unit("nk1").id] == {}


def test_only_the_unit_that_changed_is_counted(app, client_for, make_card, late):
    office, counted = client_for("office"), []
    assert office.get("/hospital/rectification/").status_code == 200
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *seen: counted.append(seen[2:4]))

    def asked():
        counted.clear()
        assert office.get("/hospital/rectification/").status_code == 200
        return [values for words, values in counted if "'red'" in words]

    assert asked() == []
    make_card(Stage.UNCLAIMED)
    [values] = asked()
    with app.app_context():
        named = values["units"] if isinstance(values, dict) else values[0]
        assert named == unit("nk1").id
        assert db.session.query(Unit).count() > 1
