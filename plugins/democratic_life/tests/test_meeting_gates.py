"""The gates as people see them: what to do in plain words, no alarm before its time, no link to nowhere."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from intranet import clock
from intranet.contracts import Bar
from intranet.db import transaction
from intranet.extensions import db
from plugins.democratic_life.models import Meeting, Seat
from plugins.democratic_life.queries import gates
from plugins.democratic_life.queries.gates import Facts, gates_of
from plugins.democratic_life.tests.conftest import seen
from plugins.democratic_life.wording import Phase, State
from tests.fixtures import login, person

pytestmark = pytest.mark.one_engine

PAGE = "/nk1/democratic_life/meetings"


def later(app, meeting_id):
    with app.app_context():
        return {each.gate.name for each in gates_of(Facts(seen(meeting_id, "recorder"))) if each.is_later}


def begin_button(page):
    form = page.partition('id="step-begin"')[2].partition("</section>")[0]
    return re.search(r'<button class="btn (\S+)"', form)[1]


def test_before_its_day_nothing_of_the_meeting_is_red(app, make_meeting):
    meeting_id = make_meeting(State.AGREED)
    with app.app_context(), transaction():
        db.session.execute(update(Meeting).values(meets_at=clock.now() + timedelta(days=3)))
    page = login(app, "recorder").get(f"{PAGE}/{meeting_id}").text
    during, after = (page.partition(f'id="gates-{phase}"')[2] for phase in (Phase.DURING, Phase.AFTER))
    assert during.partition("</section>")[0].count("会上再看") == 4
    assert after.partition("</section>")[0].count("会后办理") == 5
    assert "未过" not in during
    assert "请核对会前学了几次" in page
    assert "没有功能能回答" not in page
    assert begin_button(page) == "btn-outline-secondary"


def test_on_its_day_the_quorum_counts_and_the_button_is_the_main_one(app, make_meeting):
    meeting_id = make_meeting(State.AGREED)
    assert "quorum" not in later(app, meeting_id)
    assert "criticism" in later(app, meeting_id)
    assert begin_button(login(app, "recorder").get(f"{PAGE}/{meeting_id}").text) == "btn-primary"
    held = make_meeting(State.HELD)
    assert later(app, held) == {"minutes", "told", "report", "circular", "handover"}
    assert later(app, make_meeting(State.RECORDED)) == set()


def test_a_waiver_is_called_a_waiver(app, make_meeting):
    meeting_id = make_meeting(State.AGREED)
    head, url = login(app, "head"), f"{PAGE}/{meeting_id}/gates/talks"
    head.post(url, data={"deed": "waive", "note": "新班子"})
    assert "已豁免" in head.get(f"{PAGE}/{meeting_id}").text
    head.post(url, data={"deed": "take_back"})
    assert "已撤销，这一关重新计算" in head.get(f"{PAGE}/{meeting_id}").text


def test_a_number_leads_only_where_one_may_go(app, make_meeting, monkeypatch):
    """The head of another ward sits in it and may not enter this one."""
    meeting_id, list_ = make_meeting(State.AGREED), "/nk1/study_logs/"
    monkeypatch.setattr(gates, "collect", lambda *_hook, **_asked: [Bar("", 1, 3, list_)])
    with app.app_context(), transaction():
        db.session.add(Seat(meeting_id=meeting_id, user_id=person("stranger").id, place=9))
    for who, code, leads in (("head", "nk1", True), ("stranger", "wk1", False)):
        page = login(app, who).get(f"/{code}/democratic_life/meetings/{meeting_id}").text
        assert "1/3" in page
        assert (f'href="{list_}"' in page.partition('id="gates-before"')[2]) is leads


def test_self_reviews_are_a_click_away_and_the_gate_says_who_waives_it(app, make_meeting):
    meeting_id = make_meeting(State.AGREED)
    before = login(app, "recorder").get(f"{PAGE}/{meeting_id}").text.partition('id="gates-before"')[2]
    assert f'<a href="{PAGE}/{meeting_id}/reviews">0/4</a>' in before
    gate = f"{PAGE}/{meeting_id}/gates/reviews"
    assert "豁免由主持人或上级办理" in login(app, "recorder").get(gate).text
    assert "豁免由主持人或上级办理" not in login(app, "head").get(gate).text
