"""Who must talk with whom: right on every day, whoever joins, leaves or changes duties."""

import re
from datetime import timedelta
from html import unescape
from io import BytesIO

import pytest
from openpyxl import load_workbook

from intranet import clock, units
from intranet.contracts import Role
from intranet.db import transaction
from intranet.errors import Invalid
from intranet.extensions import db
from plugins.talk_records.deadlines import deadlines
from plugins.talk_records.meetings import readiness
from plugins.talk_records.models import Cycle, Member
from plugins.talk_records.papers import how_far
from plugins.talk_records.queries.needs import of_cycle
from plugins.talk_records.queries.talks import talk_or_404
from plugins.talk_records.queries.waiting import waiting_for
from plugins.talk_records.services.roster import Post, add_cycle, add_member, reassign
from plugins.talk_records.services.talks import Days, Plan, plan_talk, take
from plugins.talk_records.wording import Kind, NeedState, Way
from tests.fixtures import login, person, unit

TODAY = clock.today()
LONG_AGO = TODAY - timedelta(400)


@pytest.fixture
def group(app):
    """Three members of the hospital's group, the third in charge of nk1 and wk1, and a round."""
    with app.app_context(), transaction():
        office, hospital = person("office"), unit("hospital")
        below = (unit("nk1").id, unit("wk1").id)
        members = {}
        for name, duty, is_chief, charges in (
            ("yld1", "书记", True, ()),
            ("yld2", "院长", False, ()),
            ("leader", "副院长", False, below),
        ):
            user = person(name) if name == "leader" else units.add_person(name, name, "", hashed="-")
            post = Post(duty, is_chief, LONG_AGO, None, charges)
            members[name] = add_member(hospital, user, post, by=office).id
        cycle = add_cycle(hospital, "会前谈话", TODAY - timedelta(30), TODAY + timedelta(10), by=office)
        return cycle.id, members


def pairs(cycle_id, kind=None):
    """Names, whether they have talked."""
    found = of_cycle(db.session.get_one(Cycle, cycle_id))
    return {
        (frozenset({need.first, need.second}), need.talked_on is not None)
        for need in found
        if kind in {None, need.kind}
    }


def talk(host, subjects, day=TODAY):
    host, people = person(host), tuple(person(name).id for name in subjects)
    made = plan_talk(unit("hospital"), Plan(Kind.OTHER, Way.MEETING, host.id, people), by=host)
    found = talk_or_404(host, unit("hospital"), made.id)
    take(found, "hold", Days(held_on=day), version=made.version, by=host)
    return made


def test_the_three_kinds_and_a_talk_counts_for_both_sides(app, group):
    cycle_id, _members = group
    with app.app_context(), transaction():
        assert pairs(cycle_id, Kind.CHIEF) == {
            (frozenset({"yld1", "yld2"}), False),
            (frozenset({"yld1", "周定远"}), False),
        }
        assert pairs(cycle_id, Kind.MEMBERS) == {(frozenset({"yld2", "周定远"}), False)}
        assert pairs(cycle_id, Kind.HEADS) == {
            (frozenset({"周定远", "李牧原"}), False),
            (frozenset({"周定远", "唐明朗"}), False),
        }
        talk("head", ["leader"])  # the head of the ward came to the leader: it counts
        assert (frozenset({"周定远", "李牧原"}), True) in pairs(cycle_id, Kind.HEADS)
        talk("yld1", ["yld2", "leader"])
        assert {done for _pair, done in pairs(cycle_id, Kind.CHIEF)} == {True}
        assert {done for _pair, done in pairs(cycle_id, Kind.MEMBERS)} == {False}  # they only sat together


def test_a_talk_outside_the_days_of_the_round_does_not_count(app, group):
    cycle_id, _members = group
    with app.app_context(), transaction():
        talk("yld1", ["yld2"], TODAY - timedelta(31))
        assert (frozenset({"yld1", "yld2"}), False) in pairs(cycle_id)
        talk("yld2", ["yld1"], TODAY - timedelta(30))
        assert (frozenset({"yld1", "yld2"}), True) in pairs(cycle_id)


def test_whose_day_has_passed_is_told_how_a_talk_still_counts(app, group):
    cycle_id, _members = group
    head, said = login(app, "head"), "延长本轮期限"
    assert said not in head.get("/nk1/talk_records/").text
    with app.app_context(), transaction():
        db.session.get_one(Cycle, cycle_id).due_on = TODAY - timedelta(1)
    assert said in head.get("/nk1/talk_records/").text


def test_who_joins_leaves_and_changes_duties(app, group):
    cycle_id, members = group
    office = None
    with app.app_context(), transaction():
        office, hospital = person("office"), unit("hospital")
        new = units.add_person("yld4", "yld4", "", hashed="-")
        add_member(hospital, new, Post("副院长", False, TODAY, None), by=office)
        db.session.get_one(Member, members["yld2"]).ends_on = TODAY - timedelta(1)
        leader = db.session.get_one(Member, members["leader"])
        post = Post("常务副院长", False, TODAY, None, (unit("wk1").id,))
        reassign(leader, hospital, post, version=leader.version, by=office)
        db.session.flush()
        assert pairs(cycle_id) == {
            (frozenset({"yld1", "周定远"}), False),
            (frozenset({"yld1", "yld4"}), False),
            (frozenset({"yld4", "周定远"}), False),
            (frozenset({"周定远", "唐明朗"}), False),
        }
        # once the round is over it is told as it was on its last day
        cycle = db.session.get_one(Cycle, cycle_id)
        cycle.due_on = TODAY - timedelta(1)
        db.session.flush()
        assert (frozenset({"yld1", "yld2"}), False) in pairs(cycle_id)
        assert (frozenset({"周定远", "李牧原"}), False) in pairs(cycle_id)
        assert not [pair for pair, _done in pairs(cycle_id) if "yld4" in pair]


def test_whose_account_is_closed_stays_in_the_numbers_of_rounds_that_are_over(app, group):
    cycle_id, _members = group
    with app.app_context(), transaction():
        talk("yld1", ["yld2"])
        person("yld2").disabled = person("head").disabled = True
        db.session.flush()
        running = pairs(cycle_id)
        assert (frozenset({"yld1", "yld2"}), True) in running  # they have talked
        assert not [pair for pair, done in running if "李牧原" in pair or ("yld2" in pair and not done)]
        cycle = db.session.get_one(Cycle, cycle_id)
        cycle.due_on = TODAY - timedelta(1)
        db.session.flush()
        over = {pair for pair, _done in pairs(cycle_id)}
        assert {frozenset({"yld2", "周定远"}), frozenset({"周定远", "李牧原"})} <= over
        assert len(duties(person("leader"))) == 2  # nobody can talk with the others any more
        found = deadlines([unit("nk1"), unit("hospital")], cycle.due_on, TODAY, None, None)
        assert not {person("yld2").id, person("head").id} & {each.owner_id for each in found}


def test_a_round_closed_early_is_told_as_it_was_that_day(app, group):
    cycle_id, members = group
    with app.app_context(), transaction():
        before = pairs(cycle_id)
        db.session.get_one(Cycle, cycle_id).closed_on = TODAY - timedelta(2)
        for member_id in members.values():
            db.session.get_one(Member, member_id).ends_on = TODAY - timedelta(1)
        db.session.flush()
        assert pairs(cycle_id) == before


def test_another_head_is_another_hole_and_who_stands_in_is_none(app, group):
    cycle_id, _members = group
    with app.app_context(), transaction():
        held = units.grant(person("member"), Role.HEAD, unit("nk1"), (TODAY, TODAY + timedelta(5)))
        held.for_user_id = person("head").id
        db.session.flush()
        assert len(pairs(cycle_id, Kind.HEADS)) == 2
        units.grant(person("recorder"), Role.HEAD, unit("nk1"))
        assert (frozenset({"周定远", "程以宁"}), False) in pairs(cycle_id, Kind.HEADS)


def test_nobody_is_in_the_group_twice_on_one_day(app, group):
    with app.app_context(), transaction(), pytest.raises(Invalid):
        add_member(unit("hospital"), person("leader"), Post("院长", False, TODAY, None), by=person("office"))


def test_a_hole_is_a_duty_of_both_with_its_day(app, group):
    cycle_id, _members = group
    for who, other in (("leader", "李牧原"), ("head", "周定远")):
        assert f"{other}" in login(app, who).get("/").text
        assert "会前谈话" in login(app, who).get("/").text
    with app.app_context():
        due = TODAY + timedelta(10)
        found = deadlines([unit("nk1"), unit("hospital")], due, due + timedelta(1), None, None)
        owners = {(each.owner_id, each.unit_id) for each in found}
        assert (person("head").id, unit("nk1").id) in owners
        assert (person("leader").id, unit("hospital").id) in owners
        assert not any(each.done for each in found)
        assert cycle_id


def test_every_number_opens_the_list_it_counts(app, group):
    cycle_id, _members = group
    office = login(app, "office")
    page = office.get("/hospital/talk_records/matrix").text
    numbers = re.findall(r'<a href="(/hospital/talk_records/pairs\?[^"]+)">(\d+)</a>', page)
    assert len(numbers) == 12
    for url, number in numbers:
        assert office.get(unescape(url)).text.count("/hospital/talk_records/talks?a=") == int(number), url
    table = load_workbook(BytesIO(office.post(f"/hospital/talk_records/matrix.xlsx?cycle={cycle_id}").data))
    rows = [row for row in table.active.iter_rows(values_only=True) if isinstance(row[0], int)]
    assert len(rows) == sum(int(number) for url, number in numbers if "state" not in url)
    assert {row[5] for row in rows} == {"未谈"}


def test_who_talked_although_they_need_not_have_is_done_everywhere(app, group):
    cycle_id, _members = group
    with app.app_context(), transaction():
        pair = {"first": person("head").id, "second": person("leader").id}
    waiving = f"/hospital/talk_records/cycles/{cycle_id}/waived"
    assert login(app, "office").post(waiving, data={**pair, "reason": "长期外派"}).status_code == 303
    with app.app_context(), transaction():
        talk("head", ["leader"])

    with app.test_request_context():
        found = of_cycle(db.session.get(Cycle, cycle_id))
        [need] = [need for need in found if need.people == set(pair.values())]
        [bar] = readiness(unit("hospital"), person("office"), TODAY, TODAY)
        assert (need.state, need.waived) == (NeedState.DONE, "长期外派")
        assert (bar.done, bar.total) == (1, len(found))
        assert how_far(need) == "已谈"


def test_who_cannot_talk_is_waived_with_a_reason_and_put_back(app, group):
    cycle_id, _members = group
    office, stranger = login(app, "office"), login(app, "stranger")
    with app.app_context():
        two = {"first": person("head").id, "second": person("leader").id}
    waiving = f"/hospital/talk_records/cycles/{cycle_id}/waived"
    restoring = f"{waiving}/{two['second']}/{two['first']}/restore"
    pairs_page = f"/hospital/talk_records/pairs?cycle={cycle_id}&state="

    assert stranger.post(waiving, data={**two, "reason": "外派"}).status_code in {403, 404}
    assert "请写明免谈的原因" in office.post(waiving, data={**two, "reason": " "}).text
    assert office.post(waiving, data={**two, "reason": "长期外派"}).status_code == 303
    assert office.post(waiving, data={**two, "reason": "又一次"}).status_code == 409

    assert "李牧原" not in office.get(pairs_page + "open").text
    assert "长期外派" in office.get(pairs_page + "waived").text
    assert "会前谈话" not in login(app, "head").get("/").text
    with app.app_context():
        due = TODAY + timedelta(10)
        found = deadlines([unit("nk1")], due, due + timedelta(1), None, None)
        assert [each.done for each in found if each.owner_id == two["first"]] == [True]

    assert office.post(restoring).status_code == 303
    assert office.post(restoring).status_code == 409
    assert "李牧原" in office.get(pairs_page + "open").text


def duties(user):
    return [(each.what, each.due_on) for each in waiting_for(user)]


def test_the_same_talk_is_one_duty(app, group):
    """Two rounds, and a talk that is planned, then arranged: each is there once, with the earliest day."""
    with app.app_context(), transaction():
        office, head, leader, here = person("office"), person("head"), person("leader"), unit("hospital")
        assert duties(head) == [("must", TODAY + timedelta(10))]
        add_cycle(here, "又一轮", TODAY - timedelta(3), TODAY + timedelta(4), by=office)
        assert duties(head) == [("must", TODAY + timedelta(4))]
        made = plan_talk(here, Plan(Kind.HEADS, Way.MEETING, leader.id, (head.id,)), by=leader)
        assert duties(head) == [("planned", TODAY + timedelta(4))]
        planned = f"/nk1/talk_records/talks/{made.id}"
        day = TODAY + timedelta(2)
        take(talk_or_404(leader, here, made.id), "arrange", Days(day=day), version=made.version, by=leader)
        assert duties(head) == [("arranged", day)]
    assert login(app, "head").get("/").text.count("谈心谈话（已约）：") == 1
    page = login(app, "head").get("/nk1/talk_records/").text
    assert "已安排" in page
    assert "talks/new?" not in page
    assert page.count(planned) == 3  # two rounds, and the talk itself
