"""What goes on from a self-review to the board. The board here is a stand-in."""

from datetime import timedelta
from pathlib import Path
from types import ModuleType

import pytest
from sqlalchemy import select, update

from intranet import clock
from intranet.contracts import Problem
from intranet.db import transaction
from intranet.extensions import db
from intranet.hookspecs import hookimpl
from intranet.models import AuditEntry
from intranet.plugins import Plugin
from plugins.democratic_life.models import Meeting, Raised
from plugins.democratic_life.queries.raised import problems_of
from plugins.democratic_life.tests.reviewing import PAGE, begun, hand_in, make_meeting
from plugins.democratic_life.wording import State
from tests.fixtures import check_html, login, unit

SECRET = "材料里的话"


class Board:
    """Took up every problem, and knows a way there for nobody."""

    @hookimpl(optionalhook=True)
    def democratic_life_outcomes(self, keys):
        return [Problem("democratic_life", key, f"卡片 {key}：整改中", "", clock.today()) for key in keys]


@pytest.fixture
def board_app(app):
    state = app.extensions["intranet.plugins"]
    state.manager.register(Board(), name="standin")
    state.working["standin"] = Plugin("standin", ModuleType("standin"), "看板", "", Path())
    return app


def offered(app):
    with app.test_request_context():
        return problems_of(unit("nk1"), clock.now() - timedelta(1))


def test_looked_at_once_more_then_on_the_board_in_its_own_words(board_app):
    review_id = begun(board_app)
    hand_in(board_app, review_id, f"{SECRET}一\n{SECRET}二")
    member, page = login(board_app, "member"), f"{PAGE}/{review_id}"
    began = member.get(f"{page}/raise?part=formalism&line=2")
    check_html(began)
    assert f'value="{SECRET}二"' in began.text
    with board_app.app_context():
        fields = {"target": unit("nk1").id, "title": "会议偏多", "measures": "合并会议\n少发文"}
    preview = member.post(f"{page}/raise", data=fields)
    check_html(preview)
    assert "转交后公开的就是这些" in preview.text
    assert offered(board_app) == []
    assert member.post(f"{page}/raise", data=fields | {"sure": "1", "target": 99}).status_code == 422
    assert member.post(f"{page}/raise", data=fields | {"sure": "1"}).status_code == 303
    twice = member.post(f"{page}/raise", data=fields | {"sure": "1"})
    assert "已经转交过了" in twice.text

    problem = offered(board_app)[0]
    assert (problem.title, problem.measures) == ("会议偏多", ("合并会议", "少发文"))
    with board_app.app_context():
        raised = db.session.scalars(select(Raised)).one()
        assert (raised.source, raised.source_id) == ("review", review_id)
        entry = select(AuditEntry).where(AuditEntry.action == "democratic_life:raise")
        assert db.session.scalars(entry).one().subject == f"democratic_life_meeting:{raised.meeting_id}"


def test_what_became_of_it_is_shown_and_nothing_of_where_it_came_from(board_app):
    review_id = begun(board_app)
    hand_in(board_app, review_id, SECRET)
    member, page = login(board_app, "member"), f"{PAGE}/{review_id}"
    with board_app.app_context():
        fields = {"target": unit("nk1").id, "title": "会议偏多", "sure": "1"}
    assert member.post(f"{page}/raise", data=fields).status_code == 303
    problem = offered(board_app)[0]
    told = login(board_app, "office").get(problem.url)
    check_html(told)
    assert "整改中" in told.text
    assert not any(word in told.text for word in (SECRET, "何小满"))
    assert "整改中" in member.get(page).text
    assert login(board_app, "stranger").get(problem.url).status_code == 404


def test_the_next_meeting_begins_with_what_became_of_them(board_app):
    review_id = begun(board_app)
    hand_in(board_app, review_id, SECRET)
    with board_app.app_context(), transaction():
        fields = {"target": unit("nk1").id, "title": "会议偏多", "sure": "1"}
        db.session.execute(update(Meeting).values(state=State.HELD))
    login(board_app, "member").post(f"{PAGE}/{review_id}/raise", data=fields)
    head, meeting = login(board_app, "head"), f"/nk1/democratic_life/meetings/{make_meeting(board_app)}"
    assert f'href="{meeting}/gates/measures"' in head.get(meeting).text
    page = head.get(f"{meeting}/gates/measures")
    check_html(page)
    assert "会议偏多" in page.text
    assert "整改中" in page.text
    assert SECRET not in page.text


def test_only_its_writer_passes_a_problem_on(app):
    review_id = begun(app)
    hand_in(app, review_id, SECRET)
    with app.app_context():
        fields = {"target": unit("nk1").id, "title": "会议偏多", "sure": "1"}
    for who, code in (("head", "nk1"), ("recorder", "nk1"), ("office", "hospital")):
        url = f"/{code}/democratic_life/reviews/{review_id}/raise"
        assert login(app, who).post(url, data=fields).status_code == 404
    assert offered(app) == []


def test_from_a_draft_nothing_goes_on(board_app):
    review_id = begun(board_app)
    member, page = login(board_app, "member"), f"{PAGE}/{review_id}/raise"
    with board_app.app_context():
        fields = {"target": unit("nk1").id, "title": "会议偏多", "sure": "1"}
    refused = member.get(page)
    assert (refused.status_code, "材料还没有送审" in refused.text) == (409, True)
    assert member.post(page, data=fields).status_code == 409
    assert offered(board_app) == []
    hand_in(board_app, review_id, SECRET)
    assert member.post(page, data=fields).status_code == 303
