"""Cards are found by what they say now, and a move writes nothing into the index."""

import pytest
from sqlalchemy import event, select

from intranet import search
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import SearchRow
from plugins.rectification.models import Card, Measure
from plugins.rectification.queries.scope import scope_of
from plugins.rectification.services.finding import entries
from plugins.rectification.stages import Stage
from tests.fixtures import person, unit

CARDS = "/nk1/rectification/cards"


def found(app, asked, username="head"):
    with app.test_request_context():
        hits, _total = search.find(person(username), search.words_of(asked), 1)
        return [row.key for row, _unit, _url in hits if row.kind == "rectification:card"]


def test_a_registered_card_is_found_by_number_problem_goal_and_measures(app, client_for):
    data = {"title": "发药窗口排队", "unit": "nk1", "category": "other", "source_kind": "self"}
    data |= {"goal": "十分钟取到药", "measures": "1. 增开窗口\n2. 分时叫号"}

    assert client_for("head").post(f"{CARDS}/new", data=data).status_code == 303

    with app.app_context():
        key = db.session.scalars(select(Card.id)).one()
    for asked in (f"{key:03d}", "發藥窗口", "十分钟", "增开", "叫号"):
        assert found(app, asked) == [str(key)], asked
    assert found(app, "发药窗口", "stranger") == []


def test_edited_words_replace_the_old_ones(app, make_card, card, client_for):
    card_id = make_card(Stage.UNCLAIMED)
    version = card(card_id).version
    data = {"title": "候诊区座椅不足", "category": "other", "source_kind": "self", "version": version}

    assert client_for("head").post(f"{CARDS}/{card_id}/edit", data=data).status_code == 303

    assert (found(app, "座椅"), found(app, "结算")) == ([str(card_id)], [])


def test_measures_added_reworded_and_removed(app, make_card, client_for):
    card_id = make_card(Stage.UNCLAIMED)
    client, path = client_for("head"), f"{CARDS}/{card_id}/measures"

    assert client.post(path, data={"text": "加装扶手"}).status_code == 303
    assert found(app, "扶手") == [str(card_id)]
    with app.app_context():
        measure = db.session.scalars(select(Measure).where(Measure.text == "加装扶手")).one()
    data = {"text": "加装栏杆", "version": measure.version}
    assert client.post(f"{path}/{measure.id}", data=data).status_code == 303
    assert (found(app, "扶手"), found(app, "栏杆")) == ([], [str(card_id)])
    assert (
        client.post(f"{path}/{measure.id}/remove", data={"version": measure.version + 1}).status_code == 303
    )
    assert found(app, "栏杆") == []


def test_a_move_does_not_touch_the_index(app, make_card, card, client_for):
    card_id = make_card(Stage.IN_PROGRESS, done=True)
    written = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *seen: written.append(str(seen[2])))

    answer = client_for("head").post(
        f"{CARDS}/{card_id}/move",
        data={
            "stage": "closing_asked",
            "version": card(card_id).version,
            "note": "窗口已合并",
            "no_files": "无",
        },
    )

    assert answer.status_code == 303
    assert any("rectification_card" in statement for statement in written)
    assert not any("core_search_entry" in statement for statement in written)


def test_what_has_not_changed_is_not_written(app, make_card):
    make_card(Stage.UNCLAIMED)
    written = []
    with app.app_context(), transaction():
        event.listen(db.engine, "before_cursor_execute", lambda *seen: written.append(str(seen[2])))
        search.put(*entries())

    assert not [statement for statement in written if statement.startswith(("INSERT", "UPDATE", "DELETE"))]


@pytest.mark.parametrize("username", ["member", "head", "leader", "office", "supervisor", "stranger"])
def test_the_list_and_search_agree(demo_app, username, monkeypatch):
    """Every card with the word that the person's lists hold is found, and no other."""
    monkeypatch.setattr(search, "PAGE", 500)
    with demo_app.test_request_context():
        who = person(username)
        scope = scope_of(unit("hospital"), who)
        query = select(Card.id).where(Card.unit_id.in_(list(scope.units)), Card.title.contains("患者"))
        listed = {str(key) for key in db.session.scalars(query)}
        hits, _total = search.find(who, ["患者"], 1)
        titled = {
            row.key for row, _unit, _url in hits if row.kind == "rectification:card" and "患者" in row.title
        }

    assert titled == listed
    assert listed or username in {"member", "head", "stranger"}


def test_rebuilt_it_is_as_it_was_pushed(app, make_card, client_for):
    first, second = make_card(Stage.IN_PROGRESS), make_card(Stage.UNCLAIMED)
    client_for("head").post(f"{CARDS}/{second}/measures", data={"text": "加装扶手"})

    def kept():
        with app.app_context():
            columns = [column for column in SearchRow.__table__.columns if column.name != "id"]
            return list(db.session.execute(select(*columns).order_by(SearchRow.id)))

    pushed, order = kept(), found(app, "结算")
    with app.app_context(), transaction():
        assert search.rebuild() == len(pushed)

    assert kept() == pushed
    assert found(app, "结算") == order == [str(second), str(first)]
