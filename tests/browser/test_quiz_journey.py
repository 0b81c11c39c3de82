"""The head makes a test of the ward's questions; a member takes it on a phone; the head sees who has."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import fits, looks_right, looks_right_everywhere

pytestmark = pytest.mark.beside("knowledge_tests")

DEMO = ("--cards", "6", "--people", "12")
HOME = "/nk1/knowledge_tests"


def hold(page, server, title, look):
    """The ward's test of two questions, published."""
    page.goto(f"{server.url}{HOME}/quizzes/new")
    page.get_by_label("测试名称").fill(title)
    page.get_by_label("开考时间").fill("2026-01-01T08:00")
    page.get_by_label("截止时间").fill("2099-01-01T08:00")
    page.get_by_role("button", name="保存").click()
    page.get_by_label("科室制度单选抽几题").fill("1")
    page.get_by_label("群众路线多选抽几题").fill("1")
    look(page)
    page.get_by_role("button", name="保存抽题").click()
    expect(page.locator(".quiz-facts")).to_contain_text("随机抽 2 题，满分 5 分")
    page.get_by_role("button", name="发布并通知").click()
    expect(page.locator("#notice")).to_contain_text("已发布")


@pytest.mark.parametrize("script", [True, False])
def test_a_test_is_made_taken_on_a_phone_and_counted(page_as, server, script):  # noqa: PLR0915
    head = page_as("head", script=script)
    title = f"制度测试{'一' if script else '二'}"
    look = looks_right if script else fits  # axe is a script itself
    hold(head, server, title, look)

    phone = page_as("member", width=360, script=script)
    phone.goto(server.url)
    phone.get_by_role("link", name=f"参加知识测试：{title}").click()
    look(phone)
    phone.get_by_role("button", name="开始答题").click()
    expect(phone.locator("fieldset")).to_have_count(2)
    look(phone)
    phone.get_by_label("床旁交接").check()
    if script:
        expect(phone.locator("#saved1")).to_contain_text("已保存")
        expect(phone.locator("#left")).to_have_text(re.compile(r"29:\d\d"))
        expect(phone.locator("#open")).to_have_text("未答 1 题")
    else:
        phone.get_by_role("button", name="保存").click()
    paper = phone.url.partition("#")[0]
    other = page_as("member", script=script)  # another computer
    other.goto(paper)
    expect(other.get_by_label("床旁交接")).to_be_checked()
    other.locator("#q2 input").first.check()
    other.get_by_role("button", name="交卷").click()
    expect(other.locator("#result")).to_contain_text("满分 5")
    look(other)
    phone.get_by_role("button", name="交卷").click()  # the older page hands in a second time
    expect(phone.locator("#result")).to_contain_text("测试结束后，在这里看答案和解析")

    head.goto(f"{server.url}{HOME}/")
    head.get_by_role("row", name=title).get_by_role("link", name="1/1").click()
    head.get_by_role("navigation", name="名单").get_by_role("link", name="已考").click()
    expect(head.locator("#people tbody")).to_contain_text("何小满")
    look(head)
    head.get_by_role("link", name="试题分析").click()
    expect(head.locator("#items tbody tr")).to_have_count(2)
    look(head)


QUESTIONS = ("questions", "questions/new", "questions/1", "questions/import")
QUIZZES = ("quizzes/new", "quizzes/1/items", "quizzes/1/people", "quizzes/2", "quizzes/2/edit")


def test_the_pages_of_those_who_hold_tests_fit_and_are_accessible(page_as, server):
    page = page_as("office")
    for way in (*QUESTIONS, *QUIZZES):
        assert page.goto(f"{server.url}/hospital/knowledge_tests/{way}").status == 200, way
        looks_right_everywhere(page)
