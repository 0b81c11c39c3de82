"""来龙去脉: one problem from the meeting or talk it was named in to the look-back, as each may know it."""
# ruff: noqa: E402, F811 - each of these folders may have been deleted; a fixture of one is taken over

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from intranet import clock
from intranet.db import transaction
from intranet.extensions import db
from tests.fixtures import login, person, unit

for _name in ("democratic_life", "rectification", "talk_records"):
    pytest.importorskip(f"plugins.{_name}", reason="one of these folders was deleted: nobody to tell of")

from plugins.democratic_life.models import Meeting, Raised, Seat
from plugins.democratic_life.tests.conftest import make_meeting  # noqa: F401 - a fixture
from plugins.democratic_life.wording import Source, State
from plugins.rectification.models import Card
from plugins.rectification.stages import Stage
from plugins.rectification.tests.conftest import make_card  # noqa: F401 - a fixture
from plugins.talk_records.models import Passed
from plugins.talk_records.queries.talks import talk_or_404
from plugins.talk_records.services.passing import agree, propose
from plugins.talk_records.services.talks import Days, Plan, plan_talk, take
from plugins.talk_records.wording import Kind, Way

STORY = "/nk1/rectification/cards/{}/story"
DAY = (clock.today() + timedelta(days=9)).isoformat()
SECRET = "当面说的话不外传"


def name_source(card_id, source, key):
    db.session.execute(update(Card).where(Card.id == card_id).values(source=source, source_key=str(key)))


def test_a_problem_of_a_meeting_is_told_to_its_look_back(app, make_meeting, make_card):
    """`rectification_story`, as meetings answer it."""
    first, card_id = make_meeting(State.RECORDED, SECRET), make_card(Stage.CLOSED)
    second = make_meeting(State.HELD, SECRET)
    with app.app_context(), transaction():
        ago = clock.now() - timedelta(200)
        db.session.execute(
            update(Meeting).where(Meeting.id == second).values(held_at=clock.now() + timedelta(1))
        )
        raised = raise_from(first, ago)
        db.session.expunge(raised)
        name_source(card_id, "democratic_life", raised.id)
        nobody = update(Meeting).values(chair_id=person("leader").id)
        db.session.execute(nobody.where(Meeting.id.in_([first, second])))
    page = login(app, "recorder").get(STORY.format(card_id)).text
    told = [
        "在会议里查摆出来",
        "登记问题",
        'tag">认领',
        "措施：合并窗口",
        'tag">验收',
        'tag">公示',
        'tag">销号',
        'tag">回头看',
    ]
    places = [page.index(words) for words in told]
    assert places == sorted(places)
    assert f"/nk1/democratic_life/meetings/{first}" in page
    assert f"/nk1/democratic_life/meetings/{second}" in page
    assert "/nk1/rectification/published" in page
    assert SECRET not in page
    back = f'href="{STORY.format(card_id)}">来龙去脉</a>'
    records = f"meetings/{first}", f"raised/{raised.id}"
    assert all(back in login(app, "recorder").get(f"/nk1/democratic_life/{each}").text for each in records)


def test_who_may_not_know_of_a_meeting_is_led_to_the_plain_words(app, make_meeting, make_card):
    meeting_id, card_id = make_meeting(State.RECORDED, SECRET), make_card(Stage.UNCLAIMED)
    with app.app_context(), transaction():
        raised = raise_from(meeting_id, clock.now())
        name_source(card_id, "democratic_life", raised.id)
        db.session.execute(delete(Seat).where(Seat.user_id == person("member").id))
        plain = f"/nk1/democratic_life/raised/{raised.id}"
    page = login(app, "member").get(STORY.format(card_id)).text
    assert "在会议里查摆出来" in page
    assert plain in page
    assert "/democratic_life/meetings/" not in page
    assert SECRET not in page


def raise_from(meeting_id, at):
    raised = Raised(source=Source.CRITICISM, source_id=1, meeting_id=meeting_id, target_id=unit("nk1").id)
    raised.title, raised.raised_by, raised.raised_at = "夜班交接登记两遍", person("recorder").id, at
    db.session.add(raised)
    db.session.flush()
    return raised


def test_a_talk_is_shown_to_those_who_sat_in_it(app, make_card):
    card_id = make_card(Stage.UNCLAIMED)
    talk_id = passed_from_a_talk(app, card_id)
    with app.app_context():
        passed = db.session.scalars(select(Passed)).one()
        page = f"/nk1/talk_records/passed/{passed.id}"
    head, office = login(app, "head").get(STORY.format(card_id)).text, login(app, "office")
    assert "您参加的那次谈心谈话" in head
    assert f"/nk1/talk_records/talks/{talk_id}" in head
    others = office.get(STORY.format(card_id)).text
    assert "谈话的人都同意以后转交整改" in others
    assert page in others
    back = f'href="{STORY.format(card_id)}">来龙去脉</a>'
    assert back in office.get(page).text
    assert back in login(app, "head").get(f"/nk1/talk_records/talks/{talk_id}/text").text
    assert "您参加的那次" not in others
    assert f"/talks/{talk_id}" not in others
    assert SECRET not in head + others


def passed_from_a_talk(app, card_id):
    with app.app_context(), transaction():
        head, member, here = person("head"), person("member"), unit("nk1")
        talk = plan_talk(here, Plan(Kind.STAFF, Way.PHONE, head.id, (member.id,)), by=head)
        take(talk_or_404(head, here, talk.id), "hold", Days(held_on=clock.today()), version=1, by=head)
        passed = propose(talk_or_404(head, here, talk.id), here, "交接登记两遍", [], by=head)
        agree(passed, talk_or_404(member, here, talk.id), by=member)
        name_source(card_id, "talk_records", passed.id)
        return talk.id


def test_the_card_leads_to_its_story_and_strangers_find_none(app, make_card):
    card_id = make_card(Stage.UNCLAIMED)
    card = login(app, "head").get(f"/nk1/rectification/cards/{card_id}").text
    assert f'href="/nk1/rectification/cards/{card_id}/story"' in card
    assert login(app, "stranger").get(STORY.format(card_id)).status_code == 404


def test_a_card_nobody_else_knows_of_tells_its_own_source(app, make_card):
    card_id = make_card(Stage.IN_PROGRESS)
    page = login(app, "member").get(STORY.format(card_id)).text
    assert "来源：" in page
    assert page.index("来源：") < page.index("登记问题")


def test_a_measure_added_later_is_told_when_it_came_and_not_with_the_claim(app, make_card):
    card_id, head = make_card(Stage.IN_PROGRESS), login(app, "head")
    head.post(f"/nk1/rectification/cards/{card_id}/measures", data={"text": "每周巡查", "due_on": DAY})

    page = head.get(STORY.format(card_id)).text

    assert "增加措施：每周巡查" in page
    assert "措施：合并窗口" in page
    assert page.count("措施：每周巡查") == 1
