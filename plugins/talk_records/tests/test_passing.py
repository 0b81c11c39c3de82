"""What goes on from a talk. The board here is a stand-in: this folder must do without it."""

from datetime import timedelta
from pathlib import Path
from types import ModuleType

import pytest
from sqlalchemy import select

from intranet import clock
from intranet.contracts import Problem
from intranet.db import transaction
from intranet.extensions import db
from intranet.hookspecs import hookimpl
from intranet.plugins import Plugin
from plugins.talk_records.models import Passed
from plugins.talk_records.queries.passed import problems_of
from plugins.talk_records.services.talks import Plan, plan_talk
from plugins.talk_records.wording import Kind, State, Way
from tests.fixtures import login, person, unit

SECRET = "密谈的话"


class Board:
    """Took up every problem, and knows a way there for nobody."""

    @hookimpl(optionalhook=True)
    def talk_records_outcomes(self, keys):
        return [Problem("talk_records", key, f"卡片 {key}：整改中", "", clock.today()) for key in keys]


@pytest.fixture
def board_app(app):
    state = app.extensions["intranet.plugins"]
    state.manager.register(Board(), name="standin")
    state.working["standin"] = Plugin("standin", ModuleType("standin"), "看板", "", Path())
    return app


def offered(app):
    """What the board would be given in nk1."""
    with app.test_request_context():
        return problems_of(unit("nk1"), clock.now() - timedelta(1))


def test_what_both_sides_agree_to_goes_on_and_nothing_else(board_app, make_talk):
    talk_id = make_talk(State.HELD, SECRET)
    page = f"/nk1/talk_records/talks/{talk_id}"
    with board_app.app_context():
        fields = {"target": unit("nk1").id, "title": "报表重复", "measures": "一份数据只报一次"}
    member, head, recorder = (login(board_app, name) for name in ("member", "head", "recorder"))
    assert recorder.post(f"{page}/passed", data=fields).status_code == 403
    assert member.post(f"{page}/passed", data=fields).status_code == 303
    with board_app.app_context():
        passed = db.session.scalars(select(Passed)).one()
        assert (passed.title, passed.agreed_at) == (None, None)
        address = f"/nk1/talk_records/passed/{passed.id}"
        agreeing = f"{page}/passed/{passed.id}/agree"
    assert member.post(agreeing).status_code == 403
    assert head.get(address).status_code == 404
    assert offered(board_app) == []

    assert [head.post(agreeing).status_code for _twice in range(2)] == [303, 409]

    problem = offered(board_app)[0]
    assert (problem.title, problem.measures) == ("报表重复", ("一份数据只报一次",))
    assert problem.url == address
    assert login(board_app, "stranger").get(address.replace("nk1", "wk1")).status_code == 404
    told = login(board_app, "office").get(address).text
    assert "一份数据只报一次" in told
    assert "整改中" in told
    assert not any(word in told for word in (SECRET, "何小满"))
    assert "整改中" in member.get(f"{page}/text").text


def test_to_answer_is_a_duty_of_whoever_has_not(board_app, make_talk):
    page, duty = f"/nk1/talk_records/talks/{make_talk(State.HELD)}", "答复转交的问题"
    member, head, recorder = (login(board_app, name) for name in ("member", "head", "recorder"))
    with board_app.app_context():
        fields = {"target": unit("nk1").id, "title": "报表重复", "measures": "一份数据只报一次"}
    member.post(f"{page}/passed", data=fields)
    assert [duty in each.get("/").text for each in (head, member, recorder)] == [True, False, False]
    with board_app.app_context():
        passed_id = db.session.scalars(select(Passed.id)).one()

    head.post(f"{page}/passed/{passed_id}/agree")

    assert duty not in head.get("/").text


def test_with_several_at_the_table_each_of_the_others_must_agree(board_app):
    with board_app.app_context(), transaction():
        host, subjects = person("head"), (person("member").id, person("leader").id)
        talk = plan_talk(unit("nk1"), Plan(Kind.OTHER, Way.MEETING, host.id, subjects), by=host)
        page, fields = f"/nk1/talk_records/talks/{talk.id}", {"target": unit("nk1").id, "title": "报表重复"}
    member, head, leader = (login(board_app, name) for name in ("member", "head", "leader"))
    member.post(f"{page}/passed", data=fields)
    with board_app.app_context():
        agreeing = f"{page}/passed/{db.session.scalars(select(Passed.id)).one()}/agree"

    assert head.post(agreeing).status_code == 303
    assert head.post(agreeing).status_code == 409
    assert offered(board_app) == []
    assert "等周定远同意" in head.get(f"{page}/text").text

    assert leader.post(agreeing).status_code == 303
    assert [problem.title for problem in offered(board_app)] == ["报表重复"]


def test_a_proposal_is_taken_back_or_refused_and_its_words_are_gone(board_app, make_talk):
    talk_id = make_talk(State.HELD, SECRET)
    page = f"/nk1/talk_records/talks/{talk_id}"
    member, head, recorder = (login(board_app, name) for name in ("member", "head", "recorder"))
    with board_app.app_context():
        fields = {"target": unit("nk1").id, "title": "说重了的话"}
    for who, says in ((member, "撤回，不转交"), (head, "不同意转交")):
        member.post(f"{page}/passed", data=fields)
        with board_app.app_context():
            each = f"{page}/passed/{db.session.scalars(select(Passed.id)).one()}"
        assert says in who.get(f"{page}/text").text
        assert recorder.post(f"{each}/withdraw").status_code == 403
        assert who.post(f"{each}/withdraw").status_code == 303
        assert who.post(f"{each}/withdraw").status_code == 404
        assert head.post(f"{each}/agree").status_code == 404
        with board_app.app_context():
            assert db.session.scalars(select(Passed)).all() == []
    assert "没有同意转交" in member.get("/notices").text

    member.post(f"{page}/passed", data=fields)
    with board_app.app_context():
        each = f"{page}/passed/{db.session.scalars(select(Passed.id)).one()}"
    assert head.post(f"{each}/agree").status_code == 303
    assert member.post(f"{each}/withdraw").status_code == 409
    assert [problem.title for problem in offered(board_app)] == ["说重了的话"]
