"""Two who hold a quiz: the second is told, loses nothing that was typed, and sees what stands there now."""

import re

from intranet.extensions import db
from plugins.knowledge_tests.models import Quiz
from tests.fixtures import check_html

HOME = "/hospital/knowledge_tests/quizzes"


def version_in(page):
    return int(re.search(r'name="version"[^>]*value="(\d+)"', page.text)[1])


def found(app, quiz):
    with app.app_context():
        return db.session.get_one(Quiz, quiz)


def test_settings_typed_too_late_stand_in_the_form_again(app, make_quiz, client_for):
    quiz, office = make_quiz(is_open=False), client_for("office")
    path, page = f"{HOME}/{quiz}/edit", office.get(f"{HOME}/{quiz}/edit")
    sent = dict(re.findall(r'<input[^>]* name="(\w+)"[^>]* value="([^"]*)"', page.text))
    sent |= {
        "note": "",
        "counts": "best",
        "shows": "never",
        "units": re.search(r'value="(\d+)" checked', page.text)[1],
    }
    assert office.post(path, data={**sent, "minutes": "45"}).status_code == 303

    late = office.post(path, data={**sent, "minutes": "20", "title": "我起的名"})

    check_html(late)
    assert late.status_code == 409
    assert "这场测试刚被他人改过，您的操作没有生效" in late.text
    theirs = re.findall(r'class="typed"><b>(.+?)</b><p[^>]*>(.+?)</p>', late.text)
    assert theirs == [("现在的测试名称", "作风测试"), ("现在的答题时间（分钟）", "45")]
    for typed in ("20", "我起的名"):
        assert f'value="{typed}"' in late.text
    again = {**sent, "minutes": "20", "version": version_in(late)}
    assert office.post(path, data=again).status_code == 303
    assert found(app, quiz).minutes == 20


def test_numbers_and_a_new_end_sent_too_late_stand_on_the_page_again(app, make_quiz, client_for):
    draft, quiz, office = make_quiz(is_open=False), make_quiz(), client_for("office")
    name = "single 八项规定"

    late = office.post(f"{HOME}/{draft}/parts", data={name: "3", "version": 1})

    assert (late.status_code, "这场测试刚被他人改过" in late.text) == (409, True)
    assert f'name="{name}" inputmode="numeric" maxlength="3" value="3"' in late.text
    again = office.post(f"{HOME}/{draft}/parts", data={name: "3", "version": version_in(late)})
    assert again.status_code == 303
    assert office.post(f"{HOME}/{draft}/open", data={"version": 1}).status_code == 409
    sent = {"closes_at": "2199-01-01T09:00", "version": 1}
    late = office.post(f"{HOME}/{quiz}/extend", data=sent)
    assert (late.status_code, 'value="2199-01-01T09:00"' in late.text) == (409, True)
    assert '<details class="folded" open>' in late.text
    assert office.post(f"{HOME}/{quiz}/extend", data={**sent, "version": version_in(late)}).status_code == 303
    assert found(app, quiz).closes_at.year == 2199
