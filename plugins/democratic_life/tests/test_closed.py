"""A unit that is merged or without meetings: what was written stays its people's, and wants nothing."""

import re

import pytest

from intranet.db import transaction
from intranet.gate import Word, turn
from plugins.democratic_life.tests.reviewing import begun, hand_in
from plugins.democratic_life.wording import State
from tests.fixtures import login, merge, person, unit

SECRET = "密写zqxjshut"
DUTY = re.compile("对照检查：|记录定稿：|记录：组织")


def duties(app, who):
    return DUTY.findall(login(app, who).get("/").text)


def off_or_on(app, word):
    with app.app_context(), transaction():
        turn("democratic_life", unit("nk1"), word, by=person("head"))


def test_of_a_merged_unit_reviews_are_read_by_their_people_and_changed_by_nobody(app, make_meeting):
    meeting_id, review_id = make_meeting(State.HELD, SECRET), begun(app)
    hand_in(app, review_id, SECRET)
    assert duties(app, "head")
    off_or_on(app, Word.OFF)
    assert duties(app, "head") == []
    off_or_on(app, Word.ON)
    with app.app_context(), transaction():
        merge("nk1", "wk1")

    head, office = login(app, "head"), login(app, "office")
    assert duties(app, "head") == []
    own, words = f"reviews/{review_id}/text", f"meetings/{meeting_id}/words"
    for page in (own, words):
        assert SECRET in head.get(f"/wk1/democratic_life/{page}").text
        assert head.get(f"/nk1/democratic_life/{page}").status_code == 404
    for who in ("stranger", "leader", "office", "system", "security", "audit"):
        for code in ("nk1", "wk1", "hospital"):
            answers = [login(app, who).get(f"/{code}/democratic_life/{page}") for page in (own, words)]
            assert [(each.status_code, SECRET in each.text) for each in answers] == [(404, False)] * 2, who
    for page in ("", "reviews/unit", f"meetings/{meeting_id}", f"reviews/{review_id}"):
        assert office.get(f"/nk1/democratic_life/{page}").status_code == 200, page
    refused = head.post(f"/wk1/democratic_life/meetings/{meeting_id}/steps/record", data={"version": 9})
    assert refused.status_code == 403
    assert "已经关闭" in refused.text


@pytest.mark.parametrize("state", [State.PREPARING, State.AGREED, State.HELD, State.ANNOUNCED])
def test_of_a_merged_unit_nothing_is_offered_under_another_address(app, make_meeting, state):
    meeting_id, review_id = make_meeting(state, SECRET), begun(app)
    hand_in(app, review_id, SECRET)
    with app.app_context(), transaction():
        merge("nk1", "wk1")
    of_meeting = ("", "/seats", "/agenda", "/show", "/attendance", "/criticism", "/words", "/minutes")
    pages = [f"meetings/{meeting_id}{page}" for page in of_meeting]
    pages += [f"reviews/{review_id}", f"reviews/{review_id}/text"]
    for who in ("head", "recorder", "member"):
        viewer = login(app, who)
        for page in pages:
            text = viewer.get(f"/wk1/democratic_life/{page}").text.partition("<main")[2]
            assert "<button" not in text, (who, page)
            assert "/words/new" not in text, (who, page)
    office = login(app, "office").get(f"/hospital/democratic_life/meetings/{meeting_id}").text
    assert "<button" not in office.partition("<main")[2]
