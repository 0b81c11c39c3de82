"""Who owns a step finds it; closing is asked for with evidence or a reason."""

from datetime import timedelta

import pytest

from intranet import clock
from intranet.db import transaction
from intranet.extensions import db
from plugins.rectification.deadlines import deadlines
from plugins.rectification.models import Card
from plugins.rectification.services.measures import Wording, add_measure
from plugins.rectification.stages import Stage
from tests.fixtures import login, person, unit

NK1 = "/nk1/rectification/cards"


@pytest.mark.beside("calendar")
def test_a_step_with_an_owner_is_their_duty_and_in_their_calendar(app, make_card):
    card_id, day = make_card(Stage.IN_PROGRESS), clock.today() + timedelta(days=4)
    with app.app_context(), transaction():
        found = db.session.get_one(Card, card_id)
        add_measure(found, Wording("核对门诊流程图", day, person("recorder").id), by=person("head"))

    assert "完成措施：核对门诊流程图" in login(app, "recorder").get("/").text
    assert "核对门诊流程图" not in login(app, "head").get("/").text
    assert "核对门诊流程图" in login(app, "recorder").get("/account/calendar/").text
    with app.app_context():
        due = deadlines([unit("nk1")], day, day + timedelta(days=1))
        assert [(each.title, each.owner_id) for each in due] == [("核对门诊流程图", person("recorder").id)]


def test_a_part_is_found_as_ones_own_and_by_the_name_of_its_owner(app, make_card):
    """The card answers to whoever answers for a part of it, and to the leader's name."""
    card_id = make_card(Stage.IN_PROGRESS)
    with app.app_context(), transaction():
        found = db.session.get_one(Card, card_id)
        found.leader_id = person("leader").id
        add_measure(found, Wording("核对门诊流程图", None, person("recorder").id), by=person("head"))
        names = [person(name).name for name in ("recorder", "leader", "stranger")]
    recorder, address = login(app, "recorder"), f"/cards/{card_id}"

    assert address in recorder.get(f"{NK1}?person=me").text
    assert address not in login(app, "member").get(f"{NK1}?person=me").text
    assert [address in recorder.get(f"{NK1}?q={name}").text for name in names] == [True, True, False]


def test_closing_is_asked_for_with_evidence_or_the_reason_why_there_is_none(app, make_card, card):
    card_id = make_card(Stage.IN_PROGRESS, done=True)
    head, data = login(app, "head"), {"stage": "closing_asked", "version": 3, "note": "已办结"}

    refused = head.post(f"{NK1}/{card_id}/move", data=data)
    assert refused.status_code == 422
    assert "本轮还没有佐证材料" in refused.text
    assert card(card_id).stage is Stage.IN_PROGRESS

    assert head.post(f"{NK1}/{card_id}/move", data=data | {"no_files": "只改了流程"}).status_code == 303
    assert "没有佐证材料的理由：只改了流程" in head.get(f"{NK1}/{card_id}").text


def test_who_has_left_the_unit_has_no_part_among_the_duties(app, make_card):
    card_id = make_card(Stage.IN_PROGRESS)
    with app.app_context(), transaction():
        found = db.session.get_one(Card, card_id)
        add_measure(found, Wording("核对门诊流程图", None, person("stranger").id), by=person("head"))

    home = login(app, "stranger").get("/")
    assert home.status_code == 200
    assert "核对门诊流程图" not in home.text
