"""The board in rows: true counts, each row loaded when it is looked at, moves answer their row alone."""

import re

import pytest
from sqlalchemy import event, update

from intranet.db import transaction
from intranet.extensions import db
from plugins.rectification.filters import Filters, Lanes
from plugins.rectification.models import Card
from plugins.rectification.queries.lanes import lanes
from plugins.rectification.queries.scope import scope_of
from plugins.rectification.stages import Stage
from tests.fixtures import HTMX, check_html, login, person, unit

HOSPITAL = "/hospital/rectification/"
MOST_QUERIES = 12


@pytest.mark.parametrize("kind", Lanes)
def test_the_rows_together_are_the_board_and_each_number_is_true(kind, demo_app):
    client, queries = login(demo_app, "office"), []
    client.get(HOSPITAL)
    with demo_app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *seen: queries.append(seen[2]))

    page = client.get(f"{HOSPITAL}?lanes={kind}")

    assert len([query for query in queries if query.startswith("SELECT")]) <= MOST_QUERIES
    check_html(page)
    total = int(re.search(r"<b>(\d+)</b>件", page.text)[1])
    rows = re.findall(r'id="lane-(\w+)".*?<h3><a href="([^"]+)">.*?(\d+) 件', page.text, re.DOTALL)
    assert rows
    assert sum(int(number) for _key, _url, number in rows) == total
    for key, url, number in rows[:3]:
        listed = client.get(url.replace("&amp;", "&").replace("rectification/?", "rectification/cards?"))
        assert f"共 {number} 件" in listed.text
        row = client.get(f"{HOSPITAL}?lanes={kind}&lane={key}", headers=HTMX)
        assert re.findall(r'class="lane" id="lane-(\w+)"', row.text) == [key]
        assert "card-item" in row.text


def test_a_row_counts_only_what_the_filters_leave(app, make_card):
    cards = [make_card(Stage.IN_PROGRESS), make_card(), make_card()]
    with app.app_context(), transaction():
        there = unit("wk1").id
        db.session.execute(update(Card).where(Card.id == cards[2]).values(unit_id=there))
    with app.app_context():
        office = person("office")
        scope = scope_of(unit("hospital"), office)

        def rows(**words):
            found = lanes(scope, Filters(lanes=Lanes.UNIT, **words), office, {})
            return {
                lane.key: {stage: number for stage, number in lane.stages.items() if number} for lane in found
            }

        everything = {"nk1": {Stage.IN_PROGRESS: 1, Stage.UNCLAIMED: 1}, "wk1": {Stage.UNCLAIMED: 1}}
        assert rows() == everything
        assert rows(unit=("wk1",)) == {"wk1": {Stage.UNCLAIMED: 1}}
        assert rows(q=str(cards[0])) == {"nk1": {Stage.IN_PROGRESS: 1}}


def test_a_move_answers_its_row_and_no_other(app, make_card, client_for):
    card_id, other = make_card(Stage.PLAN_PENDING), make_card(Stage.PLAN_PENDING)
    with app.app_context(), transaction():
        there = unit("wk1").id
        db.session.execute(update(Card).where(Card.id == other).values(unit_id=there))
    headers = {**HTMX, "HX-Current-URL": f"http://localhost{HOSPITAL}?lanes=unit"}
    data = {"stage": "in_progress", "version": 2}

    answer = client_for("office").post(f"{HOSPITAL}cards/{card_id}/move", data=data, headers=headers)

    assert re.findall(r'class="lane" id="lane-(\w+)"[^>]+hx-swap-oob', answer.text) == ["nk1"]
    assert f"card-{card_id}" in answer.text
    assert f"card-{other}" not in answer.text
    assert 'id="board-heads"' in answer.text


def test_cards_without_a_leader_are_a_row_of_their_own(make_card, client_for):
    make_card()

    page = client_for("office").get(f"{HOSPITAL}?lanes=leader").text

    assert re.search(r'id="lane-none".+未定责任领导', page, re.DOTALL)
    assert "共 1 件" in client_for("office").get(f"{HOSPITAL}cards?leader=none").text
    assert "共 0 件" in client_for("office").get(f"{HOSPITAL}cards?leader=99").text
