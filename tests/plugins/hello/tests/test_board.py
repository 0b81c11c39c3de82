"""The form of the notice board: shown, works, refuses bad input, refuses people, refuses when off."""

import pytest

from tests.fixtures import HTMX, check_html

PAGE = "/nk1/hello/"
WAYS = pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])


@WAYS
def test_the_recorder_sees_the_form_and_the_member_only_the_board(client_for, headers):
    form = client_for("recorder").get(PAGE, headers=headers)
    board = client_for("member").get(PAGE, headers=headers)

    assert "<textarea" in form.text
    assert "还没有公告" in board.text
    assert "<textarea" not in board.text
    if not headers:
        check_html(form)


@WAYS
def test_a_posted_notice_is_read_by_the_whole_ward(client_for, headers):
    response = client_for("head").post(PAGE, data={"text": "明早七点半交班"}, headers=headers)

    assert response.status_code == (200 if headers else 303)
    assert "明早七点半交班" in client_for("member").get(PAGE, headers=headers).text


@WAYS
def test_too_long_a_notice_is_refused_and_not_lost(client_for, headers):
    text = "很" * 201

    response = client_for("head").post(PAGE, data={"text": text}, headers=headers)

    assert response.status_code == 422
    assert text in response.text
    assert "请删减" in response.text


@WAYS
def test_a_member_may_not_post_and_a_stranger_finds_nothing(client_for, headers):
    answers = [
        client_for(name).post(PAGE, data={"text": "不该有"}, headers=headers)
        for name in ("member", "stranger")
    ]

    assert [answer.status_code for answer in answers] == [403, 404]
    assert "不该有" not in client_for("head").get(PAGE).text


@WAYS
def test_turned_off_nobody_can_post_and_turned_on_again_the_notices_are_there(client_for, headers):
    head = client_for("head")
    head.post(PAGE, data={"text": "周五查房"})

    head.post("/nk1/plugins/hello", data={"state": "off"})
    refused = head.post(PAGE, data={"text": "不该有"}, headers=headers)
    head.post("/nk1/plugins/hello", data={"state": "on"})

    assert refused.status_code == 404
    assert "周五查房" in head.get(PAGE).text
