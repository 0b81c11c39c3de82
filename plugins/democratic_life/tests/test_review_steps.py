"""The way of a self-review, place by place; what its forms refuse; who is told and when it is due."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from intranet import clock, units
from intranet.contracts import Charge
from intranet.db import transaction
from intranet.errors import Forbidden
from intranet.extensions import db
from intranet.gate import Word, turn
from intranet.models import Notice
from plugins.democratic_life.models import Meeting, Review, Reviewer, Submitted, Verdict
from plugins.democratic_life.queries.progress import reviews_passed
from plugins.democratic_life.review_deadlines import deadlines
from plugins.democratic_life.services.reviews import Post, set_chain
from plugins.democratic_life.tests.reviewing import (
    PAGE,
    begun,
    hand_in,
    make_meeting,
    passed,
    say,
    seen_by,
)
from plugins.democratic_life.wording import Kind, ReviewState
from tests.fixtures import check_html, login, person, unit

ABOVE = "/hospital/democratic_life/reviews"


def state(app, review_id):
    with app.app_context():
        row = db.session.get_one(Review, review_id)
        return row.state, row.place, row.version


def post(app, who, review_id, path, **fields):
    """Under the unit this person enters, with the version that is there."""
    code = "hospital" if who in {"office", "supervisor", "leader"} else "nk1"
    url = f"{PAGE}/{review_id}/{path}".replace("nk1", code)
    return login(app, who).post(url, data={"version": state(app, review_id)[2], **fields})


def test_returned_revised_and_passed(app):
    review_id = begun(app)
    member, page = login(app, "member"), f"{PAGE}/{review_id}"
    assert post(app, "member", review_id, "submit").status_code == 422
    assert member.post(f"{page}/edit", data={"version": 1, "formalism": "会多"}).status_code == 303
    assert post(app, "member", review_id, "submit").status_code == 303

    assert post(app, "head", review_id, "judge", verdict="return").status_code == 422
    assert post(app, "head", review_id, "judge", verdict="return", remarks="再具体些").status_code == 303
    assert state(app, review_id)[:2] == (ReviewState.RETURNED, 1)
    assert "一字不差" in post(app, "member", review_id, "submit").text
    assert "再具体些" in member.get(f"{page}/text").text
    assert member.post(f"{page}/edit", data={"version": 2, "formalism": "会太多"}).status_code == 303
    assert post(app, "member", review_id, "submit").status_code == 303
    for who, place in (("head", 2), ("supervisor", 3)):
        assert post(app, who, review_id, "judge", verdict="pass").status_code == 303
        assert state(app, review_id)[:2] == (ReviewState.IN_REVIEW, place)
    assert post(app, "office", review_id, "judge", verdict="pass").status_code == 422
    day = {"day": clock.today().isoformat(), "paper": "批示〔2026〕1 号"}
    assert post(app, "office", review_id, "judge", verdict="pass", **day).status_code == 303
    assert state(app, review_id)[0] is ReviewState.PASSED
    assert post(app, "member", review_id, "judge", verdict="pass").status_code == 409
    assert post(app, "recorder", review_id, "marks/read_out").status_code == 422  # not held yet
    assert "修改 1 次" in member.get(page).text


def test_read_out_added_to_and_filed(app):
    review_id = passed(app)
    member, page = login(app, "member"), f"{PAGE}/{review_id}"
    assert post(app, "member", review_id, "marks/read_out").status_code == 403
    assert post(app, "recorder", review_id, "marks/read_out").status_code == 303
    assert post(app, "member", review_id, "additions", words="大家说得对").status_code == 303
    assert post(app, "member", review_id, "additions", words="又想到一条").status_code == 303
    text = member.get(f"{page}/text")
    check_html(text)
    assert "大家说得对" in text.text
    assert "会后已补充" in member.get(page).text
    assert post(app, "office", review_id, "marks/file").status_code == 303
    assert post(app, "member", review_id, "additions", words="太晚").status_code == 409


def test_each_step_is_taken_once(app):
    review_id = begun(app)
    hand_in(app, review_id, "第一稿")
    version = state(app, review_id)[2]
    first = post(app, "head", review_id, "judge", verdict="pass")
    second = post(app, "head", review_id, "judge", verdict="pass", version=version)
    third = post(app, "head", review_id, "judge", verdict="return", remarks="不行")
    assert [each.status_code for each in (first, second)] == [303, 409]
    assert third.status_code == 403
    with app.app_context():
        assert len(db.session.scalars(select(Verdict)).all()) == 1
        assert len(db.session.scalars(select(Submitted)).all()) == 1


def test_only_those_who_prepare_set_the_chain_and_nobody_reviews_their_own(app):
    review_id = begun(app)
    with app.app_context():
        own = db.session.scalars(select(Review).where(Review.author_id == person("head").id)).one()
        group = db.session.scalars(select(Review).where(Review.author_id.is_(None))).one()
        for review in (own, group):
            chain = select(Reviewer.user_id).where(Reviewer.review_id == review.id).order_by(Reviewer.place)
            assert list(db.session.scalars(chain)) == [person("supervisor").id, None]
        ids = {name: person(name).id for name in ("member", "supervisor", "leader")}
    fields = {"writer": ids["member"], "title1": "督导组", "who1": ids["supervisor"]}
    fields |= {f"who{number}": -1 for number in range(2, 6)}
    assert post(app, "member", review_id, "chain", **fields).status_code == 403
    assert post(app, "recorder", review_id, "chain", **fields).status_code == 303
    refused = post(app, "office", review_id, "chain", **fields | {"who1": ids["member"]})
    assert refused.status_code == 422
    assert "不能审阅自己" in refused.text
    unnamed = post(app, "office", review_id, "chain", **fields | {"title1": ""})
    assert "请写这一级的名称" in unnamed.text
    hand_in(app, review_id, "第一稿")
    moved = post(app, "office", review_id, "chain", **fields | {"who1": ids["leader"]})
    assert moved.status_code == 303
    assert post(app, "member", review_id, "chain/answer", word="agree").status_code == 303
    assert post(app, "leader", review_id, "judge", verdict="pass").status_code == 303
    assert (
        login(app, "supervisor").get(f"/hospital/democratic_life/reviews/{review_id}/text").status_code == 404
    )
    assert post(app, "office", review_id, "chain", **fields).status_code == 409


def test_the_service_asks_too_who_may_set_the_chain(app):
    review_id = begun(app)
    with app.app_context(), transaction():
        found, posts = seen_by("member", review_id), [Post("督导组", person("supervisor").id)]
        with pytest.raises(Forbidden):
            set_chain(found, None, posts, version=found.review.version, by=person("member"))


def test_places_that_have_passed_it_stay(app):
    review_id = begun(app)
    hand_in(app, review_id, "第一稿")
    say(app, review_id, "head")
    with app.app_context():
        leader = person("leader").id
    fields = {"writer": -1, "title1": "督导组", "who1": leader, **{f"who{n}": -1 for n in range(2, 6)}}
    refused = post(app, "office", review_id, "chain", **fields)
    assert refused.status_code == 422
    assert "已经审过的一级不能改" in refused.text


def test_beginning_asks_everybody_once_and_counts(app):
    meeting_id = make_meeting(app)
    office, page = login(app, "office"), f"/hospital/democratic_life/meetings/{meeting_id}/reviews"
    check_html(office.get(page))
    form = office.get(f"{page}/begin")
    check_html(form)
    assert (
        login(app, "member").get(f"/nk1/democratic_life/meetings/{meeting_id}/reviews/begin").status_code
        == 403
    )
    with app.app_context():
        fields = {
            "version": 1,
            "writer": person("head").id,
            "title1": "督导组",
            "who1": person("supervisor").id,
        }
    fields |= {f"who{number}": -1 for number in range(2, 6)}
    nobody = office.post(f"{page}/begin", data=fields | {"who1": -1})
    assert "请至少定一级" in nobody.text
    assert office.post(f"{page}/begin", data=fields).status_code == 303
    assert office.post(f"{page}/begin", data=fields).status_code == 303
    with app.app_context():
        assert len(db.session.scalars(select(Review)).all()) == 3
        assert reviews_passed(db.session.get_one(Meeting, meeting_id)) == (0, 3)
        told = db.session.scalars(select(Notice.user_id).where(Notice.kind == "review_begun"))
        assert sorted(told) == sorted([person("head").id, person("head").id, person("member").id])
    listed = office.get(page)
    check_html(listed)
    assert listed.text.count("起草") == 3


def test_duties_follow_who_has_it(app):
    review_id = begun(app)
    due = clock.today() + timedelta(20 - 7)

    def waits_for(who):
        page = login(app, who).get("/").text
        return f"/reviews/{review_id}" in page

    def owners():
        with app.test_request_context():
            found = deadlines([unit("nk1")], due, due + timedelta(1), None, None)
            assert deadlines([unit("nk1")], due + timedelta(1), due + timedelta(9), None, None) == []
            one = deadlines(
                [unit("nk1")], due, due + timedelta(1), Charge(person("member").id, frozenset()), 5
            )
            assert {each.owner_id for each in one} == {person("member").id}
            mine = f"review={review_id}&"
            names = {person(name).id: name for name in ("head", "member", "supervisor")}
            return {names[each.owner_id]: each.done for each in found if mine in each.url}

    assert (waits_for("member"), waits_for("head")) == (True, False)
    assert owners() == {"member": False}
    hand_in(app, review_id, "第一稿")
    assert (waits_for("member"), waits_for("head")) == (False, True)
    assert owners() == {"member": True, "head": False}
    mine = login(app, "head").get(f"{PAGE}/")
    check_html(mine)
    assert "请我审阅的" in mine.text
    assert "何小满" in mine.text
    say(app, review_id, "head")
    assert waits_for("supervisor")


def test_branch_members_declare_nothing(app):
    review_id = begun(app, kind=Kind.ORGANISATIONAL)
    page = login(app, "member").get(f"{PAGE}/{review_id}/edit").text
    assert "原因分析" in page
    assert "公务用车" not in page
    assert "公务用车" in login(app, "member").get(f"{PAGE}/{begun(app)}/edit").text


def test_who_has_left_still_opens_their_own_and_a_successor_does_not(app):
    review_id = passed(app, "我的话zq")
    with app.app_context(), transaction():
        db.session.execute(
            text("DELETE FROM core_membership WHERE user_id = :id"), {"id": person("member").id}
        )
        units.join(person("member"), unit("wk1"), "医师")
        units.join(person("stranger"), unit("nk1"), "医师")
    assert "我的话zq" in login(app, "member").get(f"/wk1/democratic_life/reviews/{review_id}/text").text
    assert login(app, "stranger").get(f"{PAGE}/{review_id}/text").status_code == 404


def test_who_sets_the_chain_opens_nothing_for_themselves_by_it(app):
    """Not once it was handed in, not as the writer of the group's own; nobody here becomes an outsider."""
    review_id = begun(app)
    hand_in(app, review_id, "第一稿")
    with app.app_context():
        group = db.session.scalars(select(Review).where(Review.author_id.is_(None))).one()
        group_id, wrote = group.id, group.writer_id
        me, supervisor = person("recorder").id, person("supervisor").id
    fields = {f"who{number}": -1 for number in range(2, 6)} | {"title1": "督导组", "writer": wrote}

    own = post(app, "recorder", review_id, "chain", **fields | {"who1": me})
    outside = post(app, "recorder", review_id, "chain", **fields | {"who1": 0})
    writer = post(app, "recorder", group_id, "chain", **fields | {"who1": supervisor, "writer": me})

    assert "不能把自己加进审阅链" in own.text
    assert "不能改成站外的人" in outside.text
    assert "不能把自己设为执笔人" in writer.text
    with app.app_context():
        assert db.session.get_one(Review, group_id).writer_id == wrote


def test_a_record_of_a_closed_unit_or_one_without_the_plugin_opens_under_no_other_address(app):
    review_id = begun(app)
    hand_in(app, review_id, "第一稿")
    text, judge = f"{ABOVE}/{review_id}/text", f"{ABOVE}/{review_id}/judge"
    supervisor = login(app, "supervisor")
    assert supervisor.get(f"{ABOVE}/{review_id}").status_code == 200
    with app.app_context(), transaction():
        turn("democratic_life", unit("nk1"), Word.OFF, by=person("head"))
    assert supervisor.get(f"{ABOVE}/{review_id}").status_code == 404
    assert supervisor.get(text).status_code == 404
    with app.app_context(), transaction():
        turn("democratic_life", unit("nk1"), Word.ON, by=person("head"))
        unit("nk1").closed_on = clock.today()
    assert supervisor.post(judge, data={"verdict": "pass", "version": 1}).status_code in {403, 404}
