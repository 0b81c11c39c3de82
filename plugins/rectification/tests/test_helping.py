"""配合部门 with a part of their own: given to one of their people, who ticks it off and reports on it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet import clock
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import Notice
from plugins.rectification.models import Card, Helper, Measure
from plugins.rectification.queries.details import measures_of
from plugins.rectification.stages import Stage
from tests.fixtures import login, person, unit

NK1, WK1 = "/nk1/rectification/cards", "/wk1/rectification/cards"


@pytest.fixture
def shared_card(app, make_card):
    """nk1's card in hand; wk1 helps, whose head answers for the first measure but not for the second."""
    card_id = make_card(Stage.IN_PROGRESS)
    with app.app_context(), transaction():
        db.session.add(Helper(card_id=card_id, unit_id=unit("wk1").id))
        first, second = (row[0] for row in measures_of(db.session.get_one(Card, card_id)))
        first.user_id, first.due_on = person("stranger").id, clock.today()
        return card_id, first.id, second.id


def test_people_of_helping_units_may_be_given_a_part(app, shared_card):
    card_id, _first, second = shared_card
    head = login(app, "head")
    with app.app_context():
        helper, other = person("stranger"), person("office")

    page = head.get(f"{NK1}/{card_id}/measures/{second}")

    assert f"{helper.name}（{'外一科'}）" in page.text
    data = {"text": "公布时限", "version": 1, "reason": "由外一科配合", "person": helper.id}
    assert head.post(f"{NK1}/{card_id}/measures/{second}", data=data).status_code == 303
    wrong = head.post(f"{NK1}/{card_id}/measures/{second}", data={**data, "version": 2, "person": other.id})
    assert wrong.status_code == 422


def test_who_helps_ticks_and_reports_their_own_part_and_nothing_else(app, shared_card):
    card_id, first, second = shared_card
    helper = login(app, "stranger")
    page = helper.get(f"{WK1}/{card_id}").text

    assert f"/measures/{first}/done" in page
    assert f"/measures/{second}/done" not in page
    done = {"done": "1", "version": 1}
    assert helper.post(f"{WK1}/{card_id}/measures/{second}/done", data=done).status_code == 403
    assert helper.post(f"{WK1}/{card_id}/measures/{first}/done", data=done).status_code == 303
    assert helper.post(f"{WK1}/{card_id}/notes", data={"note": "窗口已移交"}).status_code == 303
    for deed in (f"measures/{first}", f"measures/{first}/steps", "edit"):
        assert helper.get(f"{WK1}/{card_id}/{deed}").status_code == 403
    with app.app_context():
        assert [row[0].done_on is not None for row in measures_of(db.session.get_one(Card, card_id))] == [
            True,
            False,
        ]


def test_who_helps_without_a_part_only_reads(app, shared_card):
    card_id, first, _second = shared_card
    with app.app_context(), transaction():
        for measure, *_names in measures_of(db.session.get_one(Card, card_id)):
            measure.user_id = None
    helper = login(app, "stranger")

    assert helper.post(f"{WK1}/{card_id}/notes", data={"note": "窗口已移交"}).status_code == 403
    data = {"done": "1", "version": 1}
    assert helper.post(f"{WK1}/{card_id}/measures/{first}/done", data=data).status_code == 403


def test_a_part_is_a_duty_of_who_helps_and_opens_in_their_unit(app, shared_card):
    card_id, first, second = shared_card
    with app.app_context(), transaction():
        card = db.session.get_one(Card, card_id)
        card.due_on, measure = clock.today() + timedelta(days=3), db.session.get_one(Measure, second)
        measure.user_id = person("stranger").id  # with no day of its own: the card's counts
    helper = login(app, "stranger")

    for page in ("/", f"/account/calendar/list?day={clock.today()}"):
        assert f"{WK1}/{card_id}#measure-{first}" in helper.get(page).text
    for page in ("/", f"/account/calendar/list?day={card_due(app, card_id)}"):
        assert f"{WK1}/{card_id}#measure-{second}" in helper.get(page).text


def card_due(app, card_id):
    with app.app_context():
        return db.session.get_one(Card, card_id).due_on


def test_who_is_given_a_part_hears_of_it_where_it_opens(app, shared_card):
    card_id, _first, second = shared_card
    head = login(app, "head")
    with app.app_context():
        helper = person("stranger")
    data = {"text": "公布时限", "version": 1, "reason": "由外一科配合", "person": helper.id}
    head.post(f"{NK1}/{card_id}/measures/{second}", data=data)
    head.post(f"{NK1}/{card_id}/measures/{second}", data={**data, "text": "公布各项时限", "version": 2})
    head.post(f"{NK1}/{card_id}/measures/{second}/steps", data={"text": "贴在窗口", "person": helper.id})

    with app.app_context():
        mine = select(Notice).where(Notice.user_id == helper.id).order_by(Notice.id)
        told = list(db.session.scalars(mine))
        assert [each.kind for each in told] == ["given", "given"]
        assert [each.values["text"] for each in told] == ["公布时限", "贴在窗口"]
        assert told[0].url == f"{WK1}/{card_id}#measure-{second}"
        assert {each.unit_id for each in told} == {unit("wk1").id}
    assert "有一条措施由您负责：贴在窗口" in login(app, "stranger").get("/notices").text
