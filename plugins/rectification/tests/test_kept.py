"""Drawn boards are kept: of one app on one database, in so many bytes, until what they show changes."""

from datetime import timedelta

import pytest
import time_machine
from markupsafe import Markup

from intranet import clock
from intranet.db import transaction
from plugins.rectification.stages import Stage
from plugins.rectification.views import drawing
from plugins.rectification.views.kept import Kept, kept_html
from tests.fixtures import login, unit

BOARD = "/hospital/rectification/"


def piece(letters):
    return (Markup("x") * letters,)


def test_no_more_bytes_are_kept_than_allowed_and_the_longest_unasked_goes_first():
    kept, drawn = Kept(most_bytes=104), []

    def ask(name, letters=20):
        kept.get(name, lambda: drawn.append(name) or piece(letters))

    for name in ("a", "b", "a", "c", "a", "b"):
        ask(name)
    assert drawn == ["a", "b", "c", "b"]
    assert kept.bytes == 2 * (2 * 20 + 4 * len("'a'"))

    ask("larger than all", 60)
    assert kept.bytes == 0


def test_of_two_who_draw_the_same_at_once_one_is_counted():
    kept = Kept(most_bytes=100)

    kept.get("a", lambda: kept.get("a", lambda: piece(20)) and piece(20))

    assert kept.bytes == 2 * 20 + 4 * len("'a'")


def test_two_databases_share_no_drawing(make_app):
    kept = []
    for app in (make_app("cast"), make_app("cast")):
        with app.app_context():
            assert kept_html() is kept_html()
            kept.append(kept_html())

    assert kept[0] is not kept[1]


@pytest.fixture
def drawings(monkeypatch):
    """How many boards have been drawn."""
    made, draw = [], drawing.draw
    monkeypatch.setattr(drawing, "draw", lambda *given: made.append(1) or draw(*given))
    return made


def test_a_board_is_drawn_once_as_long_as_nothing_changes(make_card, client_for, drawings):
    make_card()
    office = client_for("office")

    office.get(BOARD)
    office.get(BOARD)

    assert len(drawings) == 1


def test_a_unit_with_another_name_draws_it_anew(app, make_card, client_for, drawings):
    make_card()
    office = client_for("office")
    office.get(BOARD)

    with app.app_context(), transaction():
        unit("nk1").name = "内科一病区"

    assert "内科一病区" in office.get(BOARD).text
    assert len(drawings) == 2


def test_a_move_another_person_another_language_and_another_day_draw_it_anew(
    app, make_card, client_for, drawings
):
    card_id = make_card(Stage.PLAN_PENDING)
    office = client_for("office")
    office.get(BOARD)

    office.post(f"{BOARD}cards/{card_id}/move", data={"stage": "in_progress", "version": 2})
    office.get(BOARD)
    assert len(drawings) == 2

    login(app, "leader").get(BOARD)
    assert len(drawings) == 3

    office.post("/language", data={"language": "en", "next": "/"})
    office.get(BOARD)
    assert len(drawings) == 4

    with time_machine.travel(clock.now() + timedelta(days=1)):
        login(app, "leader").get(BOARD)
    assert len(drawings) == 5
