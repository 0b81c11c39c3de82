"""Targets: one sum for person, unit and hospital; the list behind a number has as many lines."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet import clock
from intranet.db import transaction
from intranet.extensions import db
from plugins.study_logs.models import Makeup, Target
from plugins.study_logs.queries.targets import standings
from plugins.study_logs.steps import Stage
from plugins.study_logs.wording import MakeupState, Measure, Pace, People
from tests.fixtures import login, person, unit

PATH = "/nk1/study_logs"


@pytest.fixture
def target(app):
    """4 hours for everybody of nk1, half of the time over."""

    def make(**changes):
        today = clock.today()
        values = {"starts_on": today - timedelta(days=10), "ends_on": today + timedelta(days=9), "amount": 40}
        values |= {"title": "四学时", "measure": Measure.HOURS, "people": People.ALL, **changes}
        with app.app_context(), transaction():
            made = Target(unit_id=unit("nk1").id, **values)
            db.session.add(made)
            db.session.flush()
            return made.id

    return make


def standing(app, target_id, who):
    with app.app_context():
        found = standings(db.session.get_one(Target, target_id), [unit("nk1")])
        one = next(each for each in found if each.user_id == person(who).id)
        return one.value, one.pace, one.forecast


def test_who_came_has_the_hours_and_who_made_up_for_it_too(app, make_session, target):
    target_id = target()
    make_session(Stage.RECORDED)
    make_session(Stage.SIGNING)

    assert standing(app, target_id, "head") == (20, Pace.ON_TRACK, 40)
    assert standing(app, target_id, "member") == (0, Pace.BEHIND, 0)
    with app.app_context(), transaction():
        makeup = db.session.scalars(select(Makeup)).one()
        makeup.state, makeup.decided_by = MakeupState.CONFIRMED, person("head").id
    assert standing(app, target_id, "member")[:2] == (20, Pace.ON_TRACK)
    make_session(Stage.RECORDED)
    assert standing(app, target_id, "head")[:2] == (40, Pace.REACHED)


def test_without_an_amount_nobody_is_behind(app, make_session, target):
    target_id = target(amount=None, measure=Measure.SESSIONS)
    make_session(Stage.RECORDED)

    assert standing(app, target_id, "member")[:2] == (0, Pace.COUNTED)
    assert standing(app, target_id, "head")[:2] == (10, Pace.COUNTED)
    assert "不作硬性规定" in login(app, "head").get(f"{PATH}/progress/?target={target_id}").text


def test_every_number_opens_a_list_as_long(app, make_session, target, client_for):
    target_id, head = target(), client_for("head")
    make_session(Stage.RECORDED)
    make_session(Stage.RECORDED)
    page = head.get(f"{PATH}/progress/?target={target_id}").text
    links = re.findall(r'<a href="([^"]+pace=[^"]+)"[^>]*><b>(\d+)</b>', page)

    assert links
    for link, number in links:
        rows = head.get(link.replace("&amp;", "&")).text
        assert len(re.findall(r'<td class="when"><span class="light', rows)) == int(number)
    with app.app_context():
        mine = person("head").id
    assert head.get(f"{PATH}/people/{mine}?target={target_id}").text.count('<td class="title">') == 2
    counted = re.search(r'<a href="([^"]+form=together[^"]*)"><b>(\d+)</b>', head.get(f"{PATH}/").text)
    assert counted[2] == "2"
    assert head.get(counted[1].replace("&amp;", "&")).text.count('<td class="title">') == 2


def test_a_member_sees_their_own_progress_and_nobody_elses(app, make_session, target, client_for):
    target_id, member = target(), client_for("member")
    make_session(Stage.RECORDED)
    with app.app_context():
        own, other = person("member").id, person("head").id

    page = member.get(f"{PATH}/progress/?target={target_id}").text
    assert "何小满" in page
    assert "程以宁" not in page.partition("<main")[2]
    assert member.get(f"{PATH}/people/{own}").status_code == 200
    assert member.get(f"{PATH}/people/{other}").status_code == 404
    assert member.post(f"{PATH}/targets/new", data={}).status_code == 403
    assert client_for("stranger").get(f"/wk1/study_logs/people/{own}").status_code == 404


def test_a_target_is_set_changed_and_removed_by_its_own_unit(app, target, client_for):
    target_id, office, head = target(), client_for("office"), client_for("head")
    words = {"title": "五学时", "measure": "hours", "people": "all", "amount": "5", "form": ""}
    words |= {"starts_on": "2026-01-01", "ends_on": "2026-12-31"}

    wrong = head.post(f"{PATH}/targets/new", data={**words, "ends_on": "2025-12-31"})
    assert (wrong.status_code, "截止不能早于开始" in wrong.text) == (422, True)
    assert office.post(f"/hospital/study_logs/targets/{target_id}", data=words).status_code == 404
    late = head.post(f"{PATH}/targets/{target_id}", data={**words, "version": 9})
    assert (late.status_code, 'value="五学时"' in late.text) == (409, True)
    assert "这项设置刚被他人改过，您的改动没有保存，请看过现在的内容再改。" in late.text
    again = re.search(r'name="version"[^>]*value="(\d+)"', late.text)[1]
    assert head.post(f"{PATH}/targets/{target_id}", data={**words, "version": again}).status_code == 303
    assert head.post(f"{PATH}/targets/{target_id}/remove", data={"version": 2}).status_code == 303
    with app.app_context():
        assert db.session.scalars(select(Target)).all() == []
