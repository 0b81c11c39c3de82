"""What other rooms answer for the gates of a meeting, and who is seated when one is planned."""
# ruff: noqa: E402, F811 - each of these folders may have been deleted; a fixture of one is taken over

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from intranet import clock
from intranet.db import transaction
from intranet.extensions import db
from intranet.gate import Word, turn
from intranet.plugins import collect
from tests.fixtures import login, person, unit

for _name in ("democratic_life", "rectification", "study_logs", "talk_records"):
    pytest.importorskip(
        f"plugins.{_name}", reason="one of these folders was deleted: nobody to ask or to answer"
    )

from plugins.democratic_life.models import Meeting
from plugins.democratic_life.queries.gates import Facts, gates_of
from plugins.democratic_life.queries.meetings import found_or_404
from plugins.democratic_life.services.meetings import plan_meeting
from plugins.democratic_life.tests.conftest import make_meeting, seen  # noqa: F401 - a fixture
from plugins.democratic_life.wording import Kind
from plugins.rectification.models import Card
from plugins.rectification.stages import Stage as CardStage
from plugins.study_logs.models import Session
from plugins.study_logs.steps import Stage
from plugins.study_logs.wording import Form
from plugins.talk_records.services.roster import Post, add_cycle, add_member

TODAY = clock.today()


@pytest.fixture
def group(app):
    """Head and member lead nk1, and a round of talks has begun."""
    with app.app_context(), transaction():
        office, here = person("office"), unit("nk1")
        for name, is_chief in (("head", True), ("member", False)):
            post = Post("科主任" if is_chief else "护士长", is_chief, TODAY - timedelta(100), None)
            add_member(here, person(name), post, by=office)
        add_cycle(here, "会前谈话", TODAY - timedelta(5), TODAY + timedelta(5), by=office)
    return app


def gates(app, meeting_id):
    with app.app_context():
        found = gates_of(Facts(seen(meeting_id, "recorder")))
        return {each.gate.name: each for each in found}


def test_the_roster_is_seated_chief_first(group):
    """democratic_life_roster, as talks keep it."""
    with group.app_context(), transaction():
        values = {"kind": Kind.DEMOCRATIC, "name": "民主生活会"}
        meeting = plan_meeting(unit("nk1"), values, by=person("recorder"))
        found = found_or_404(person("recorder"), unit("nk1"), meeting.id)
        shown = [(each.name, each.seat.duty, each.seat.is_chief) for each in found.sitters]
        assert shown == [("李牧原", "科主任", True), ("何小满", "护士长", False)]


def test_a_gate_nobody_answers_waits_for_people_and_one_that_is_answered_does_not(group, make_meeting):
    """democratic_life_readiness of talks, studying and the board."""
    meeting_id = make_meeting()
    before = gates(group, meeting_id)
    assert {name for name, each in before.items() if each.by_hand} == {
        "study",
        "opinions",
        "measures",
        "handover",
    }
    assert (before["talks"].done, before["talks"].total) == (0, 1)
    assert login(group, "recorder").get(before["talks"].url).status_code == 200
    with group.app_context(), transaction():
        for stage in (Stage.ARCHIVED, Stage.PLANNED):
            session = Session(unit_id=unit("nk1").id, form=Form.LECTURE, title="学习", stage=stage)
            session.day = session.planned_on = TODAY
            session.opened_by, session.opened_at = person("recorder").id, clock.now()
            db.session.add(session)
    study = gates(group, meeting_id)["study"]
    assert (study.done, study.total, study.is_met) == (1, 2, False)
    assert login(group, "recorder").get(study.url).status_code == 200
    with group.app_context(), transaction():
        turn("talk_records", unit("nk1"), Word.OFF, by=person("head"))
    assert gates(group, meeting_id)["talks"].by_hand


def test_a_round_leads_to_the_first_meeting_after_it_begins(group, make_meeting):
    """talk_records_meetings, for those who may know of the meeting."""
    recorder, page = login(group, "recorder"), "/nk1/talk_records/matrix"
    assert "/democratic_life/meetings/" not in recorder.get(page).text.partition('id="matrix"')[0]
    meeting_id = make_meeting()
    address = f'<a href="/nk1/democratic_life/meetings/{meeting_id}">'
    assert recorder.get(page).text.count(address) == 1
    with group.app_context(), transaction():
        day = clock.now() - timedelta(20)
        db.session.execute(update(Meeting).where(Meeting.id == meeting_id).values(meets_at=day))
    assert address not in recorder.get(page).text
    with group.app_context(), transaction():
        turn("democratic_life", unit("nk1"), Word.OFF, by=person("head"))
    assert recorder.get(page).status_code == 200


def test_the_board_answers_for_the_problems_it_was_given(demo_app):
    """What nobody has decided on is not done; of none the board says nothing."""
    with demo_app.app_context(), transaction():
        ask = {"unit": unit("hospital"), "user": person("office"), "gate": "measures"}
        ask |= {"start": TODAY, "end": TODAY, "keys": []}
        assert collect("democratic_life_readiness", **ask) == []
        ask["keys"] = ["999"]
        [bar] = collect("democratic_life_readiness", **ask)
        assert (bar.done, bar.total) == (0, 1)
        card = db.session.scalars(select(Card).where(Card.stage == CardStage.CLOSED).limit(1)).one()
        card.source, card.source_key = "democratic_life", "999"
        db.session.flush()
        bars = collect("democratic_life_readiness", **ask)
        assert [(bar.done, bar.total) for bar in bars] == [(1, 1)]
