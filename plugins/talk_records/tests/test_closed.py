"""A unit that is closed, merged, or without talks: what was said stays its people's, and wants nothing."""

import re
from datetime import timedelta

import pytest

from intranet import clock
from intranet.db import transaction
from intranet.extensions import db
from intranet.gate import Word, turn
from plugins.talk_records.models import Talk
from plugins.talk_records.services.roster import Post, add_cycle, add_member
from plugins.talk_records.tests.conftest import step
from plugins.talk_records.wording import State
from tests.fixtures import login, merge, person, unit

SECRET = "密谈zqxjshut"
DUTY = re.compile("谈心谈话（已约）|核对、确认谈话记录|谈心谈话：")


@pytest.fixture
def site(app, make_talk):
    """The head has a talk arranged, one to confirm, and a pair of a round in nk1."""
    talk_id = make_talk(State.HELD, SECRET)
    arranged = make_talk()
    with app.app_context(), transaction():
        step(db.session.get_one(Talk, arranged), "arrange", "head", day=clock.today() + timedelta(2))
        for who in ("head", "recorder"):
            post = Post("成员", who == "head", clock.today() - timedelta(9), None)
            add_member(unit("nk1"), person(who), post, by=person("office"))
        add_cycle(unit("nk1"), "会前谈话", clock.today(), clock.today(), by=person("office"))
    return app, talk_id


def duties(app, who):
    return DUTY.findall(login(app, who).get("/").text)


def test_where_talks_are_turned_off_none_is_a_duty(site):
    app, _talk_id = site
    assert len(duties(app, "head")) == 3
    with app.app_context(), transaction():
        turn("talk_records", unit("nk1"), Word.OFF, by=person("head"))
    assert duties(app, "head") == []
    with app.app_context(), transaction():
        turn("talk_records", unit("nk1"), Word.ON, by=person("head"))
    assert len(duties(app, "head")) == 3


def test_of_a_merged_unit_talks_are_read_by_their_people_and_changed_by_nobody(site):
    app, talk_id = site
    with app.app_context(), transaction():
        merge("nk1", "wk1")

    head, office = login(app, "head"), login(app, "office")
    assert duties(app, "head") == []
    own = f"/wk1/talk_records/talks/{talk_id}"
    assert SECRET in head.get(f"{own}/text").text
    assert head.get(f"/nk1/talk_records/talks/{talk_id}/text").status_code == 404
    for who in ("stranger", "leader", "office", "supervisor", "system", "security", "audit"):
        for code in ("nk1", "wk1", "hospital"):
            answer = login(app, who).get(f"/{code}/talk_records/talks/{talk_id}/text")
            assert (answer.status_code, SECRET in answer.text) == (404, False), (who, code)
    for page in ("matrix", "pairs", "talks", f"talks/{talk_id}"):
        assert office.get(f"/nk1/talk_records/{page}").status_code == 200, page
    assert "未谈" in office.get("/nk1/talk_records/matrix").text
    for path in (f"{own}/steps/confirm", f"{own}/text/edit", f"{own}/passed"):
        refused = head.post(path, data={"version": 3, "content": "改"})
        assert refused.status_code == 403, path
        assert "已经关闭" in refused.text
