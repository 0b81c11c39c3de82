"""A number in a ledger: of a card, or of a row on paper."""

import pytest

from plugins.rectification.tests.ledgers import cards, reviewed, table
from tests.fixtures import check_html

HEADINGS = ("编号", "问题", "来源", "责任部门")


def brought(client, *rows):
    return reviewed(client, table(*rows, headings=HEADINGS))[0]


@pytest.mark.parametrize("department", ["内一科", "外一科"])
def test_a_number_that_names_another_card_is_refused_with_both_titles(app, client_for, make_card, department):
    number = make_card(title="出院结算慢")

    page = brought(client_for("office"), (str(number), "病区饮水机常坏", "自己找", department))

    check_html(page)
    assert (
        f"编号 {number} 是卡片“出院结算慢”，这一行写的是“病区饮水机常坏”；新问题请把编号空着，"
        "同一个问题请把“问题”改成与卡片一样。" in page.text
    )
    assert "<b>0</b>件已有卡片" in page.text
    assert cards(app) == 1


@pytest.mark.parametrize(
    ("title", "department"),
    [("出院 结算慢（A1）", "内一科"), ("出院结算慢(Ａ１)", "内一科"), ("出院结算慢（A1）", "外一科")],
)
def test_the_same_problem_with_other_spaces_or_in_another_department_is_the_card(
    client_for, make_card, title, department
):
    number = make_card(title="出院结算慢（A1）")

    page = brought(client_for("office"), (f"{number:03d}", title, "自己找", department))

    assert "<b>1</b>件已有卡片" in page.text
    assert "<b>0</b>行不对" in page.text


def test_a_number_nobody_can_have_is_none(client_for, make_card):
    make_card(title="出院结算慢")
    rows = (("9" * 5000, "病区饮水机常坏", "自己找", "内一科"), ("", "出院结算慢", "自己找", "内一科"))

    page = brought(client_for("office"), *rows)

    assert page.status_code == 200
    assert "登记 1 件" in page.text
    assert "<b>1</b>件已有卡片" in page.text
