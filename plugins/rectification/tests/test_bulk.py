"""Several cards at once: each by its own rules, each with an answer and an audit entry of its own."""

import re
from datetime import timedelta

import time_machine
from sqlalchemy import func, select, update

from intranet import clock
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import AuditEntry
from plugins.rectification.models import Card, Drive, DriveCard, Helper, Tally
from plugins.rectification.stages import Stage
from tests.fixtures import HTMX, check_html, person, unit

HOSPITAL, BULK = "/hospital/rectification/", "/hospital/rectification/bulk"


def entries(app, action):
    with app.app_context():
        return db.session.scalar(select(func.count()).where(AuditEntry.action == f"rectification:{action}"))


def test_each_card_is_moved_or_refused_with_its_reason(app, make_card, card, client_for):
    plan, other, asked, fresh = (
        make_card(stage)
        for stage in (Stage.PLAN_PENDING, Stage.PLAN_PENDING, Stage.CLOSING_ASKED, Stage.UNCLAIMED)
    )
    office, before = client_for("office"), entries(app, "move")
    chosen = [f"{plan}:2", f"{other}:1", f"{asked}:4", f"{fresh}:1", "99999:1", "x:1"]
    check_html(office.get(BULK, query_string={"card": chosen}))

    answer = office.post(BULK, data={"deed": "step", "card": chosen}, headers=HTMX)

    assert answer.status_code == 200
    assert "办理了 1 张，没有办理 3 张。" in answer.text
    for reason in (
        "已批准方案，现在在“整改中”。",
        "把此卡移到",
        "您不能对此卡“验收通过”",
        "您不能对此卡“认领”",
    ):
        assert reason in answer.text
    assert [card(key).stage for key in (plan, other, asked, fresh)] == [
        Stage.IN_PROGRESS,
        Stage.PLAN_PENDING,
        Stage.CLOSING_ASKED,
        Stage.UNCLAIMED,
    ]
    assert entries(app, "move") == before + 1
    with app.app_context():
        tallies = dict(db.session.execute(select(Tally.stage, Tally.cards)).all())
        assert (tallies[Stage.PLAN_PENDING], tallies[Stage.IN_PROGRESS]) == (1, 1)


def test_only_deeds_at_least_one_card_allows_are_offered(make_card, client_for):
    late, fresh = make_card(Stage.IN_PROGRESS, due_on=clock.today() - timedelta(days=3)), make_card()

    def offered(who, *cards):
        page = client_for(who).get(BULK, query_string={"card": [f"{card}:1" for card in cards]}).text
        return re.findall(r'name="deed" value="(\w+)"', page)

    assert offered("supervisor", late, fresh) == ["urge"]
    assert offered("office", late) == ["owner", "sort", "urge"]
    assert offered("office", fresh) == ["sort"]
    assert offered("office", make_card(Stage.PLAN_PENDING)) == ["step", "owner", "sort"]
    assert offered("leader", fresh) == []


def test_owner_and_category_are_set_where_each_allows_it(app, make_card, card, client_for):
    working, fresh, asked = make_card(Stage.IN_PROGRESS), make_card(), make_card(Stage.CLOSING_ASKED)
    with app.app_context():
        member = person("member").id
    office = client_for("office")
    chosen = [f"{key}:{card(key).version}" for key in (working, fresh, asked)]

    owner = office.post(BULK, data={"deed": "owner", "card": chosen, "person": member})
    assert "办理了 1 张，没有办理 2 张。" in owner.text
    assert "还没有认领，认领时定责任人。" in owner.text
    assert card(working).user_id == member
    stale = office.post(BULK, data={"deed": "sort", "card": chosen, "category": "formalism"})
    assert "办理了 1 张，没有办理 2 张。" in stale.text
    assert (card(fresh).category, card(working).category) == ("formalism", "bureaucracy")
    nothing = office.post(BULK, data={"deed": "sort", "card": chosen, "category": ""})
    assert (nothing.status_code, "请选类别。" in nothing.text) == (422, True)
    assert entries(app, "edit") == 2


def test_nobody_becomes_responsible_where_they_do_not_work(app, make_card, card, client_for):
    here, there = make_card(Stage.IN_PROGRESS), make_card(Stage.IN_PROGRESS)
    with app.app_context(), transaction():
        other, member = unit("wk1").id, person("member").id
        db.session.execute(update(Card).where(Card.id == there).values(unit_id=other))
    before = card(there).user_id
    data = {"deed": "owner", "card": [f"{here}:3", f"{there}:3"], "person": member}

    answer = client_for("office").post(BULK, data=data).text

    assert "办理了 1 张，没有办理 1 张。" in answer
    assert "不在外一科工作，不能做责任人。" in answer
    assert (card(here).user_id, card(there).user_id) == (member, before)


def test_a_card_of_another_unit_is_moved_from_rows_it_does_not_stand_in(app, make_card, card, client_for):
    """The responsible person of a card their own unit only helps with."""
    with app.app_context():
        stranger = person("stranger").id
    card_id = make_card(Stage.IN_PROGRESS, done=True, user_id=stranger)
    with app.app_context(), transaction():
        db.session.add(Helper(card_id=card_id, unit_id=unit("wk1").id))
    headers = {**HTMX, "HX-Current-URL": "http://localhost/wk1/rectification/?lanes=unit"}
    sent = {"stage": "in_progress", "deed": "report_stage", "note": "完成一半", "version": 3}

    answer = client_for("stranger").post(
        f"/wk1/rectification/cards/{card_id}/move", data=sent, headers=headers
    )

    assert answer.status_code < 400
    assert card(card_id).staged_on


def test_only_the_late_are_urged_and_once_a_day(make_card, client_for):
    late = make_card(Stage.IN_PROGRESS, due_on=clock.today() - timedelta(days=3))
    calm, office = make_card(Stage.IN_PROGRESS), client_for("office")
    data = {"deed": "urge", "card": [f"{late}:3", f"{calm}:3"]}

    first, second = office.post(BULK, data=data).text, office.post(BULK, data=data).text

    assert "办理了 1 张，没有办理 1 张。" in first
    assert "没有逾期" in first
    assert "办理了 0 张，没有办理 2 张。" in second
    assert "今天已经催办过" in second


def test_nobody_reaches_cards_they_may_not_see_nor_too_many(make_card, card, client_for):
    card_id = make_card(Stage.PLAN_PENDING)
    path = "/wk1/rectification/bulk"

    strange = client_for("stranger").post(path, data={"deed": "step", "card": f"{card_id}:2"})
    many = client_for("office").get(BULK, query_string={"card": [f"{n}:1" for n in range(1, 52)]})
    unknown = client_for("office").post(BULK, data={"deed": "close", "card": f"{card_id}:2"})

    assert (strange.status_code, many.status_code, unknown.status_code) == (422, 422, 422)
    assert card(card_id).stage is Stage.PLAN_PENDING


# Taken back ----------------------------------------------------------------------------------------


def offered(answer):
    """The cards one 撤销 would take back, as the page sends them."""
    form = answer.text.partition('/bulk/undo"')[2].partition("</form>")[0]
    return re.findall(r'name="card" value="(\d+:\d+)"', form)


def undo(client, cards):
    return client.post(f"{BULK}/undo", data={"card": cards}, headers=HTMX)


def test_a_whole_deed_is_taken_back_and_what_was_changed_since_is_left_and_named(
    app, make_card, card, client_for
):
    cards = [make_card(Stage.PLAN_PENDING) for _each in range(3)]
    office, before = client_for("office"), card(cards[0])
    chosen = [f"{key}:2" for key in (*cards, make_card(Stage.UNCLAIMED))]
    cards_offered = offered(office.post(BULK, data={"deed": "step", "card": chosen}, headers=HTMX))
    assert cards_offered == [f"{key}:3" for key in cards]
    head = client_for("head")
    head.post(f"/nk1/rectification/cards/{cards[1]}/edit", data=facts_of(card(cards[1]), "改了题目"))

    answer = undo(office, cards_offered)

    assert "撤销了 2 张，没有撤销 1 张。" in answer.text
    with app.app_context():
        assert f"{person('head').name}已于" in answer.text
    assert [card(key).stage for key in cards] == [
        Stage.PLAN_PENDING,
        Stage.IN_PROGRESS,
        Stage.PLAN_PENDING,
    ]
    assert (card(cards[0]).started_on, offered(answer)) == (before.started_on, [])
    assert "撤销了 0 张，没有撤销 3 张。" in undo(office, cards_offered).text


def facts_of(found, title):
    facts = {"title": title, "category": found.category, "source_kind": found.source_kind.value}
    facts |= {"term": found.term.value, "version": found.version, "person": found.user_id}
    return facts | {"due_on": found.due_on or clock.today()}


def test_person_category_and_special_campaign_are_taken_back_within_minutes(app, make_card, card, client_for):
    card_id, office = make_card(Stage.IN_PROGRESS), client_for("office")
    with app.app_context(), transaction():
        member, head = person("member").id, person("head").id
        drive = Drive(unit_id=unit("hospital").id, name="看病难专项", leading_id=unit("nk1").id, version=1)
        drive.basis, drive.starts_on = "", clock.today()
        db.session.add(drive)
        db.session.flush()
        drive_id = drive.id
        db.session.get_one(Card, card_id).user_id = head
    deeds = ({"deed": "owner", "person": member}, {"deed": "sort", "category": "formalism"})
    for deed in (*deeds, {"deed": "join", "drive": drive_id}):
        seen = f"{card_id}:{card(card_id).version}"
        cards = offered(office.post(BULK, data={**deed, "card": seen}, headers=HTMX))
        assert cards == [f"{card_id}:{card(card_id).version}"]
        assert "撤销了 1 张，没有撤销 0 张。" in undo(office, cards).text
        assert (card(card_id).user_id, card(card_id).category) == (head, "bureaucracy")
    with app.app_context():
        assert db.session.scalars(select(DriveCard)).all() == []

    cards = offered(office.post(BULK, data={**deeds[1], "card": f"{card_id}:{card(card_id).version}"}))
    strange = undo(client_for("leader"), cards).text
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        late = undo(office, cards).text

    assert "只能撤销自己刚才的办理" in strange
    assert "只能在 10 分钟内撤销" in late
    assert card(card_id).category == "formalism"
    assert "撤销" in office.get(f"{HOSPITAL}cards/{card_id}").text


def test_a_deed_that_changed_nothing_takes_nothing_back(make_card, card, client_for):
    card_id, office = make_card(Stage.PLAN_PENDING), client_for("office")
    office.post(f"{HOSPITAL}cards/{card_id}/move", data={"stage": "in_progress", "version": 2})

    same = {"deed": "sort", "category": card(card_id).category, "card": f"{card_id}:3"}
    answer = office.post(BULK, data=same, headers=HTMX)

    assert ("办理了 1 张" in answer.text, offered(answer)) == (True, [])
