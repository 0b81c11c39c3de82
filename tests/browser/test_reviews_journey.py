"""A self-review as its writer, the chief and the office live through it; others find nothing of it."""

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import delete

from intranet.db import transaction
from intranet.extensions import db
from intranet.models import LoginSession
from tests.browser.conftest import axe_finds_nothing, fits, looks_right_everywhere
from tests.fixtures import person
from tests.screenshots import log_in
from tests.server import inside

pytestmark = pytest.mark.beside("democratic_life")

DEMO = ("--cards", "20")
WORDS = "下科室少，对夜班的难处了解不够，今后每月跟班两次"
REVIEWS = "/nk1/democratic_life/reviews"


def number_of(page, server, who):
    """Of the self-review of this person in nk1, found as they would: in a list."""
    page.goto(f"{server.url}{REVIEWS}/")
    page.locator(f"#mine a:has-text('{who}')").first.click()
    page.wait_for_url(re.compile(r"/reviews/\d+"))
    return re.search(r"/reviews/(\d+)", page.url)[1]


def saves_quietly(writer):
    """Twice, with the version of each, and it is there after a new start."""
    writer.get_by_label("原因分析").fill("理论学得不深。")
    expect(writer.locator("#saved")).to_contain_text("已自动加密保存")
    version = writer.locator("#copy-version")
    first = version.input_value()
    writer.get_by_label("努力方向和改进措施").fill("多学")
    expect(version).not_to_have_value(first)
    writer.reload()
    expect(writer.get_by_label("原因分析")).to_have_value("理论学得不深。")
    expect(writer.get_by_label("努力方向和改进措施")).to_have_value("多学")
    fits(writer)
    axe_finds_nothing(writer)


@pytest.mark.parametrize("script", [True, False])
def test_written_on_a_phone_handed_in_and_judged(page_as, server, script):
    writer = page_as("recorder", 360, script=script)
    number = number_of(writer, server, "程以宁")
    address = f"{server.url}{REVIEWS}/{number}"
    writer.goto(f"{address}/edit")
    if script:
        saves_quietly(writer)
    words = f"{WORDS}（{'有' if script else '没有'}脚本）"  # a version like the last one is refused
    writer.get_by_label("主要问题：官僚主义").fill(words)
    writer.get_by_role("button", name="加密保存").click()
    writer.get_by_role("button", name="送审", exact=True).click()
    expect(writer.locator("#review")).to_contain_text("审阅中")

    head, office = page_as("head", script=script), page_as("office", script=script)
    head.goto(f"{address}/text")
    expect(head.locator("#text")).to_contain_text(words)
    assert office.goto(f"{address}/text").status == 404
    office.goto(address)
    expect(office.locator("#review")).to_contain_text("只有本人和审阅链上的人能打开")
    head.goto(address)
    head.get_by_role("button", name="退回修改").click()
    expect(head.get_by_role("alert")).to_contain_text("请写明意见")
    head.get_by_label("审阅意见").fill("措施要有时限")
    head.get_by_role("button", name="退回修改").click()
    expect(head.locator(".review-facts")).to_contain_text("退回修改")
    writer.goto(f"{address}/text")
    expect(writer.locator("#text")).to_contain_text("措施要有时限")


def test_of_two_windows_both_texts_stay(page_as, server):
    writer = page_as("recorder")
    address = f"{server.url}{REVIEWS}/{number_of(writer, server, '程以宁')}/edit"
    writer.goto(address)
    other = writer.context.new_page()
    other.goto(address)
    writer.get_by_label("原因分析").fill("这个窗口里写的话")
    expect(writer.locator("#saved")).to_contain_text("已自动加密保存")
    other.get_by_label("原因分析").fill("那个窗口里写的话")
    expect(other.locator("#saved")).to_contain_text("别的窗口")
    other.get_by_role("button", name="加密保存").click()
    expect(other.get_by_label("现在保存着的")).to_contain_text("这个窗口里写的话")
    expect(other.get_by_label("原因分析")).to_have_value("那个窗口里写的话")
    axe_finds_nothing(other)
    other.get_by_role("button", name="加密保存").click()
    expect(other.get_by_label("现在保存着的")).to_have_count(0)


def test_a_session_that_ends_loses_no_word(page_as, server):
    writer = page_as("recorder")
    address = f"{server.url}{REVIEWS}/{number_of(writer, server, '程以宁')}/edit"
    writer.goto(address)
    with inside(server), transaction():
        db.session.execute(delete(LoginSession).where(LoginSession.user_id == person("recorder").id))
    writer.get_by_label("原因分析").fill("会话结束以后还在写的话")
    expect(writer.locator("#ended")).to_be_visible()
    log_in(writer, server.url, "recorder")
    writer.goto(address)
    writer.get_by_role("button", name="找回").click()
    expect(writer.get_by_label("原因分析")).to_have_value("会话结束以后还在写的话")
    expect(writer.locator("#saved")).to_contain_text("已自动加密保存")


def test_what_could_not_be_saved_by_itself_says_so(page_as, server):
    writer = page_as("recorder")
    writer.goto(f"{server.url}{REVIEWS}/{number_of(writer, server, '程以宁')}/edit")
    writer.get_by_label("原因分析").fill("这句话已经保存")
    expect(writer.locator("#saved")).to_contain_text("已自动加密保存")
    writer.context.clear_cookies()
    writer.get_by_label("原因分析").fill("这句话没有地方可存")
    expect(writer.locator("#saved")).to_contain_text("没有自动保存")
    axe_finds_nothing(writer)


def test_every_page_fits_and_axe_finds_nothing(page_as, server):
    member, head, office = (page_as(who) for who in ("member", "head", "office"))
    number = number_of(member, server, "何小满")
    for page in ("", "/text", "/compare", "/raise?part=formalism&line=1"):
        member.goto(f"{server.url}{REVIEWS}/{number}{page}")
        looks_right_everywhere(member)
    head.goto(f"{server.url}{REVIEWS}/")
    looks_right_everywhere(head)
    head.goto(f"{server.url}{REVIEWS}/{number}")
    expect(head.get_by_role("button", name="通过")).to_be_visible()
    looks_right_everywhere(head)
    office.goto(f"{server.url}/hospital/democratic_life/reviews/{number}/chain")
    looks_right_everywhere(office)


def test_strangers_and_administrators_are_led_nowhere(page_as, server):
    member = page_as("member")
    number = number_of(member, server, "何小满")
    for who in ("stranger", "system", "security", "audit"):
        page = page_as(who)
        for tail in ("", "/text", "/compare", "/edit"):
            assert page.goto(f"{server.url}{REVIEWS}/{number}{tail}").status == 404


def test_a_point_goes_to_the_board_after_a_second_look(page_as, server):
    member, head = page_as("member", 360), page_as("head")
    number = number_of(member, server, "何小满")
    member.goto(f"{server.url}{REVIEWS}/{number}/text")
    member.get_by_role("link", name="转整改").first.click()
    member.get_by_label("问题（另写一句").fill("护士站报表要填三遍")
    member.get_by_label("整改措施").fill("合并报表\n每周核对")
    member.get_by_role("button", name="先看一遍").click()
    expect(member.locator("#form")).to_contain_text("转交后公开的就是这些")
    member.get_by_role("button", name="就这样转交").click()
    expect(member.locator("#review")).to_contain_text("护士站报表要填三遍")
    head.goto(f"{server.url}/nk1/rectification/problems")
    expect(head.locator("main")).to_contain_text("护士站报表要填三遍")
