"""What a ledger says of how far a problem is, and what the review says of that."""

from datetime import timedelta

import pytest

from intranet import clock
from plugins.rectification.stages import TITLES, Stage
from plugins.rectification.tests.ledgers import cards, reviewed, table
from tests.fixtures import check_html

HEADINGS = ("问题", "来源", "责任部门", "完成时限", "状态")


def brought(client, *states, due_on=""):
    rows = [(f"问题{number}", "自己找", "外一科", due_on, state) for number, state in enumerate(states)]
    return reviewed(client, table(*rows, headings=HEADINGS))


@pytest.mark.parametrize(
    "state",
    ["已销号", "已整改", "已完成", "完成", "已经整改", "已完成整改", "办结", "整改完成。", " 已 完成", "是"],
)
def test_what_is_finished_opens_no_card_and_is_shown(app, client_for, state):
    office = client_for("office")

    page, path, sent = brought(office, state, "整改中")

    check_html(page)
    assert "<b>1</b>行已销号或已完成，不登记" in page.text
    assert f'问题0 <span class="small">{" ".join(state.split())}</span>' in page.text
    assert office.post(path, data=sent).status_code == 303
    assert cards(app) == 1


@pytest.mark.parametrize(
    "state",
    [
        "",
        "未整改",
        "正在整改",
        "阶段性完成",
        *(str(TITLES[stage]) for stage in Stage if stage is not Stage.CLOSED),
    ],
)
def test_what_goes_on_is_taken_in_without_a_word(app, client_for, state):
    page, _path, _sent = brought(client_for("office"), state)

    assert "登记 1 件" in page.text
    assert "不认识状态" not in page.text


def test_a_state_nobody_knows_is_told_beside_its_row(client_for):
    page, _path, _sent = brought(client_for("office"), "基本完成", "整改中")

    check_html(page)
    assert '问题0<p class="reason">不认识状态“基本完成”，按“待认领”登记。</p>' in page.text
    assert page.text.count("不认识状态") == 1
    assert "<b>1</b>行请留意" in page.text
    assert "登记 2 件" in page.text


@pytest.mark.parametrize(("days", "is_past"), [(-1, True), (0, False)])
def test_a_deadline_that_is_past_is_told_and_no_error(app, client_for, days, is_past):
    with app.app_context():
        day = clock.today() + timedelta(days=days)

    page, _path, _sent = brought(client_for("office"), "", due_on=day.isoformat())

    assert ("期限已过。" in page.text) is is_past
    assert "登记 1 件" in page.text
