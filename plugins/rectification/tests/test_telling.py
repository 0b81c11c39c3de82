"""Whom the board tells what: assigned, claimed, returned; urged on when overdue."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select, update

from intranet import clock
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import Notice, UnitPlugin, User
from plugins.rectification.models import Card
from plugins.rectification.rights import Rights
from plugins.rectification.services.cards import edit_card
from plugins.rectification.services.moving import Words, move_card, step_to
from plugins.rectification.stages import Stage
from plugins.rectification.tests.conftest import TITLE, take
from plugins.rectification.wording import CheckResult, Term
from tests.fixtures import HTMX, check_html, login, person, unit

DUE = date(2026, 11, 25)
"""A Wednesday."""


def told(app):
    """Who was told what."""
    with app.app_context():
        query = select(User.username, Notice.kind).join(User, User.id == Notice.user_id)
        return sorted(tuple(row) for row in db.session.execute(query))


def forget(app):
    with app.app_context(), transaction():
        db.session.query(Notice).delete()


def change(app, card_id, **values):
    with app.app_context(), transaction():
        db.session.execute(update(Card).where(Card.id == card_id).values(**values))


def morning(day, hour=8):
    """On the hospital's clock."""
    return time_machine.travel(datetime(2026, 11, day, hour, 30, tzinfo=UTC) - timedelta(hours=8), tick=False)


@pytest.fixture
def due_card(app, make_card):
    """In work, responsible: 李牧原 (head); due on a Wednesday; nobody has been told anything."""
    card_id = make_card(Stage.IN_PROGRESS)
    change(app, card_id, due_on=DUE)
    forget(app)
    return card_id


# Deeds ---------------------------------------------------------------------------------------------


def test_a_claim_tells_the_responsible_person_and_who_opened_the_card(app, make_card):
    card_id = make_card()
    with app.app_context(), transaction():
        card, recorder = db.session.get_one(Card, card_id), person("recorder")
        words = Words(measures=("合并窗口",), person_id=person("head").id, due_on=DUE)
        step = step_to(card, Stage.PLAN_PENDING, version=1, rights=Rights(recorder), unit=unit("nk1"))
        move_card(card, step, words, by=recorder)

    assert told(app) == [("head", "assigned"), ("office", "claimed")]
    page = login(app, "head").get("/notices").text
    assert f"您是整改卡片 {card_id:03d} 的责任人：{TITLE}" in page


def test_what_one_does_oneself_is_not_told(app, make_card):
    make_card(Stage.PLAN_PENDING)

    assert ("head", "assigned") not in told(app)


def test_a_return_tells_those_who_worked_on_it_the_reason(app, make_card):
    card_id = make_card(Stage.CLOSING_ASKED)
    forget(app)
    with app.app_context(), transaction():
        card, leader = db.session.get_one(Card, card_id), person("leader")
        step = step_to(card, Stage.IN_PROGRESS, version=card.version, rights=Rights(leader), unit=unit("nk1"))
        move_card(card, step, Words(note="缺照片"), by=leader)

    assert told(app) == [("head", "returned")]
    assert "理由：缺照片" in login(app, "head").get("/notices").text


@pytest.mark.parametrize(
    ("stage", "by", "end", "deed", "words", "heard"),
    [
        (Stage.PUBLISHED, "office", Stage.REVIEWED, "", Words(note="写错了时间"), "公示已撤回"),
        (Stage.PUBLISHED, "office", Stage.IN_PROGRESS, "", Words(note="仍要排队", due_on=DUE), "要返工"),
        (
            Stage.IN_PROGRESS,
            "supervisor",
            Stage.IN_PROGRESS,
            "check",
            Words(note="抽查三例没有做", result=CheckResult.WEAK),
            "定期检查未到位",
        ),
    ],
)
def test_each_way_back_is_told_as_what_it_is(stage, by, end, deed, words, heard, app, make_card):  # noqa: PLR0917 - a case
    card_id = make_card(stage, **({"term": Term.LASTING, "check_months": 3} if deed else {}))
    forget(app)

    with app.app_context(), transaction():
        take(db.session.get_one(Card, card_id), end, by, words, deed)

    page = login(app, "head").get("/notices").text
    assert heard in page
    assert words.note in page
    assert "被退回" not in page


def test_a_new_responsible_person_is_told(app, due_card):
    with app.app_context(), transaction():
        card = db.session.get_one(Card, due_card)
        edit_card(card, {"user_id": person("member").id}, version=card.version, by=person("office"))

    assert told(app) == [("member", "assigned")]


# Urging --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_the_office_urges_on_an_overdue_card_and_the_card_says_so(app, due_card, headers):
    with morning(30):
        client = login(app, "office")
        before = client.get(f"/hospital/rectification/cards/{due_card}").text
        client.post(f"/hospital/rectification/cards/{due_card}/urge", headers=headers)
        page = login(app, "head").get(f"/nk1/rectification/cards/{due_card}")

        after = client.get(f"/hospital/rectification/cards/{due_card}").text
        again = login(app, "supervisor").post(f"/nk1/rectification/cards/{due_card}/urge")

    assert "/urge" in before
    assert "最近催办" not in before
    assert "江月白 · 11月30日 08:30" in page.text
    assert page.text.count("<p>催办</p>") == 1  # in the history, where it stays
    assert "/urge" not in after
    check_html(page)
    assert told(app) == [("head", "urged")]
    assert again.status_code == 409
    assert "江月白今天已经催办过" in again.text


def test_who_may_not_urge_is_refused_and_sees_no_button(app, due_card):
    address = f"/nk1/rectification/cards/{due_card}"
    with morning(30):
        for username, code in (("head", 403), ("leader", 403), ("stranger", 404)):
            client = login(app, username)
            assert "/urge" not in client.get(address).text
            assert client.post(f"{address}/urge").status_code == code
    assert told(app) == []


@pytest.mark.parametrize(
    "values", [{"due_on": DUE + timedelta(days=30)}, {"stage": Stage.CLOSING_ASKED, "asked_by": 1}]
)
def test_what_is_not_late_or_out_of_hand_is_not_urged(app, due_card, values):
    change(app, due_card, **values)
    with morning(30):
        client = login(app, "office")
        assert "/urge" not in client.get(f"/nk1/rectification/cards/{due_card}").text
        assert client.post(f"/nk1/rectification/cards/{due_card}/urge").status_code == 422

    assert told(app) == []


def test_where_the_board_is_off_nobody_urges(app, due_card):
    turn_off(app)

    with morning(30):
        assert login(app, "office").post(f"/nk1/rectification/cards/{due_card}/urge").status_code == 404


def turn_off(app):
    with app.app_context(), transaction():
        row = {"plugin": "rectification", "unit_id": unit("nk1").id, "enabled": False}
        db.session.add(UnitPlugin(**row, changed_at=clock.now()))
