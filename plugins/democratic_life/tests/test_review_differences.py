"""What two versions have in common, and the page that shows it."""

import pytest

from plugins.democratic_life.review_differences import differences, sentences
from plugins.democratic_life.tests.reviewing import PAGE, begun, hand_in, say
from tests.fixtures import check_html, login

pytestmark = pytest.mark.one_engine

OLD = "开会多，下去少，检查也少。没有完全吃透上级的精神。对群众的意见回应不够及时。"
NEW = "开会多，下去少，检查也少。对群众的意见回应不够及时。有时图省事，以文件落实文件。"


def test_the_pieces_are_the_whole_text():
    for text in (OLD, "短。短。短。\n\n另一段没有句号", "", "。。。。。。\n"):
        assert "".join(sentences(text)) == text


def test_what_is_gone_and_what_is_new_stand_side_by_side():
    pairs = [(pair.before, pair.after) for pair in differences(OLD, NEW)]
    assert pairs == [
        ("开会多，下去少，检查也少。", "开会多，下去少，检查也少。"),
        ("没有完全吃透上级的精神。", ""),
        ("对群众的意见回应不够及时。", "对群众的意见回应不够及时。"),
        ("", "有时图省事，以文件落实文件。"),
    ]


def test_a_line_more_at_the_end_leaves_the_one_before_as_it_was():
    pairs = differences("会议偏多\n检查偏少", "会议偏多\n检查偏少\n下去得少")
    assert [(pair.before, pair.after) for pair in pairs] == [
        ("会议偏多\n检查偏少", "会议偏多\n检查偏少"),
        ("", "下去得少"),
    ]


def test_a_text_made_to_be_slow_is_not():
    assert differences("字。" * 10_000, "。字" * 10_000)


def test_any_two_versions_and_how_often_it_was_revised(app):
    review_id = begun(app)
    for number, words in enumerate((OLD, NEW, "第三稿另写一篇。"), 1):
        hand_in(app, review_id, words)
        if number < 3:
            say(app, review_id, "head", "再改", is_passed=False)
    member = login(app, "member")
    page = member.get(f"{PAGE}/{review_id}/compare?a=1&b=2")
    check_html(page)
    assert '<del><span class="visually-hidden">删去：</span>没有完全吃透上级的精神。</del>' in page.text
    assert "修改 2 次" in page.text
    assert "第三稿" not in page.text.partition('id="compare"')[2]
    assert "第三稿另写" in member.get(f"{PAGE}/{review_id}/compare").text
    assert member.get(f"{PAGE}/{review_id}/compare?a=9").status_code == 404
    assert login(app, "recorder").get(f"{PAGE}/{review_id}/compare").status_code == 404


def test_texts_in_very_many_pieces_are_compared_at_their_ends_only():
    """A line of one sign each, one the reverse of the other, would take minutes."""
    lines = [f"第{number}行" for number in range(5000)]
    first, second = "\n".join(["同样的开头。", *lines, "完"]), "\n".join(["同样的开头。", *lines[::-1], "完"])

    pairs = differences(first, second)

    assert [pair.is_same for pair in pairs] == [True, False, True]
    assert "第0行" in pairs[1].before
