"""An idle look costs next to nothing; a change of one column names that column alone."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import delete, event, select, text

from intranet import clock
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import LoginSession
from plugins.rectification.stages import Stage
from tests.fixtures import END_OTHERS, HTMX

HOSPITAL = "/hospital/rectification/"


def ask(client, stamp=""):
    return client.get(f"{HOSPITAL}changes?stamp={stamp}", headers=HTMX)


def test_an_idle_look_is_two_queries_and_no_bytes(app, make_card, client_for):
    make_card(Stage.PLAN_PENDING)
    office, queries = client_for("office"), []
    stamp = ask(office).text
    assert f'data-stamp="{stamp}"' in office.get(HOSPITAL).text
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *seen: queries.append(seen[2]))

    answer = ask(office, stamp)

    assert (answer.status_code, answer.data) == (204, b"")
    assert len([query for query in queries if query.startswith("SELECT")]) <= 2


def test_the_next_idle_look_asks_nothing_until_anything_is_written(app, make_card, client_for):
    make_card(Stage.PLAN_PENDING)
    office, stranger, queries = client_for("office"), client_for("member"), []
    stamp = ask(office).text
    ask(office, stamp)
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *seen: queries.append(seen[2]))

    def asks_nothing():
        queries.clear()
        assert ask(office, stamp).status_code == 204
        return queries == []

    # another database of the same server may be written to, or a minute end
    assert any(asks_nothing() for _try in range(200))
    assert ask(stranger, stamp).status_code != 204
    assert app.test_client().get(f"{HOSPITAL}changes?stamp={stamp}", headers=HTMX).status_code == 401
    assert office.post(f"{HOSPITAL}changes?stamp={stamp}", headers=HTMX).status_code == 405

    with app.app_context(), transaction():
        db.session.execute(delete(LoginSession))
    assert ask(office, stamp).status_code == 401


def test_a_look_after_the_server_was_away_is_answered_as_before(app, make_card, client_for, engine_name):
    if engine_name != "postgres":
        pytest.skip("PostgreSQL's own matter")
    make_card(Stage.PLAN_PENDING)
    office = client_for("office")
    stamp = ask(office).text
    assert ask(office, stamp).status_code == 204
    with app.app_context():
        db.session.execute(text(END_OTHERS))

    assert [ask(office, stamp).status_code for _look in range(3)] == [204, 204, 204]


def test_a_move_names_its_two_columns_and_an_edit_one(make_card, client_for):
    card_id, other = make_card(Stage.PLAN_PENDING), make_card(Stage.IN_PROGRESS)
    office, leader = client_for("office"), client_for("leader")
    before = ask(office).text.split(".")

    leader.post(f"{HOSPITAL}cards/{card_id}/move", data={"stage": "in_progress", "version": 2})
    moved = ask(office, ".".join(before)).text.split(".")
    client_for("head").post(f"/nk1/rectification/cards/{other}/measures", data={"text": "增设窗口"})
    noted = ask(office).text.split(".")

    def differ(first, second):
        words = zip(["shared", *Stage], first, second, strict=True)
        return [name for name, one, two in words if one != two]

    assert differ(before, moved) == [Stage.PLAN_PENDING, Stage.IN_PROGRESS]
    assert differ(moved, noted) == [Stage.IN_PROGRESS]


def test_looking_alone_does_not_keep_a_login_alive(app, client_for):
    office = client_for("office")
    with app.app_context(), transaction():
        long_ago = clock.now() - timedelta(minutes=5)
        for row in db.session.scalars(select(LoginSession)):
            row.seen_at = long_ago

    ask(office)

    with app.app_context():
        assert set(db.session.scalars(select(LoginSession.seen_at))) == {long_ago}
    office.get(HOSPITAL)
    with app.app_context():
        assert set(db.session.scalars(select(LoginSession.seen_at))) != {long_ago}


def test_an_idle_look_after_the_login_has_run_out_is_refused_though_nothing_was_written(app, client_for):
    office = client_for("office")
    stamp = ask(office).text
    assert ask(office, stamp).status_code == 204

    with time_machine.travel(clock.now() + timedelta(minutes=app.config["SESSION_IDLE_MINUTES"] + 1)):
        assert ask(office, stamp).status_code == 401


def test_a_column_is_read_again_as_far_as_it_was_shown(make_card, client_for):
    for _each in range(18):
        make_card(Stage.PLAN_PENDING)
    office = client_for("office")

    piece = office.get(f"{HOSPITAL}?column=plan_pending&rows=18", headers=HTMX).text

    assert piece.count("card-item") == 18
    assert 'id="figures"' in piece
    assert "column-in_progress" not in piece
