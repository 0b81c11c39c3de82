"""Around a card: a comment that names somebody opens for them, own fields, drafts after an ended session."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import looks_right_everywhere
from tests.screenshots import log_in

pytestmark = pytest.mark.beside("rectification")

SAID = "请看第二条措施的完成标准，周五前答复。"


def first_card(page, server):
    page.goto(f"{server.url}/nk1/rectification/cards?sort=newest&stage=in_progress")
    page.locator("td.title a").first.click()
    page.wait_for_url(re.compile(r"/cards/\d+$"))
    return page.url


@pytest.mark.parametrize("script", [True, False])
def test_who_is_named_in_a_comment_is_told_and_led_there(page_as, server, script):
    office, head = page_as("office", script=script), page_as("head")
    card = first_card(office, server)
    if script:
        office.locator("#words").press_sequentially("@head")
        office.locator("[data-name]").first.click()
        expect(office.locator("#words")).to_have_value(re.compile("^@李牧原 $"))
        office.locator("#words").press_sequentially(SAID)
    else:
        office.locator("#words").fill(f"@head {SAID}")
    office.get_by_role("button", name="发评论").click()

    expect(office.locator(".notice")).to_contain_text("已通知李牧原")
    head.goto(f"{server.url}/notices")
    head.get_by_text("的评论里提到您").first.click()
    expect(head).to_have_url(re.compile(r"/cards/\d+#comment-\d+$"))
    expect(head.locator("#comments")).to_contain_text(SAID)
    assert card.rpartition("/")[2] in head.url


def test_a_field_is_made_filled_filtered_and_taken_away(page_as, server):
    head = page_as("head")
    head.goto(f"{server.url}/nk1/rectification/fields")
    head.get_by_label("栏目名称").fill("床位")
    head.get_by_label("内容", exact=True).select_option("数字")
    head.get_by_role("button", name="增加栏目").click()
    expect(head.locator("#fields")).to_contain_text("床位")
    card = first_card(head, server)

    head.get_by_role("link", name="修改", exact=True).first.click()
    head.get_by_label("床位").fill("37")
    head.get_by_role("button", name="保存").click()
    expect(head.locator("dl.facts").first).to_contain_text("37")
    head.goto(f"{server.url}/nk1/rectification/cards")
    head.locator("summary", has_text="自设栏目").click()
    head.get_by_label("床位").fill("30..40")
    head.get_by_role("button", name="筛选").click()

    expect(head.locator("tbody tr")).to_have_count(1)
    expect(head.locator("td.title a")).to_have_attribute("href", re.compile(card.rpartition("/")[2] + "$"))
    with head.expect_download() as taken:
        head.get_by_role("button", name="导出 Excel").click()
    assert taken.value.suggested_filename.endswith(".xlsx")


def test_what_was_typed_survives_a_session_that_ended(page_as, server):
    head = page_as("head")
    card = first_card(head, server)
    long = "抢救车药品已按班次清点，第三周抽查两次，记录本放在护士站。"
    head.locator("#words").fill(long)
    wait_until_kept(head)
    head.context.clear_cookies()
    head.get_by_role("button", name="发评论").click()
    expect(head.locator("#notice")).not_to_be_empty()
    log_in(head, server.url, "head")

    head.goto(card)
    expect(head.locator(".draft")).to_have_count(1)
    head.get_by_role("button", name="找回").click()
    expect(head.locator("#words")).to_have_value(long)
    head.get_by_role("button", name="发评论").click()
    expect(head.locator("#comments")).to_contain_text(long)
    expect(head.locator(".draft")).to_have_count(0)
    assert kept(head) == []


def test_cards_are_offered_while_one_types_and_the_form_stays(page_as, server):
    head = page_as("head")
    first_card(head, server)
    head.locator("summary", has_text="关联另一张卡片").click()
    head.locator("#other").press_sequentially("患者")

    expect(head.locator("#others option")).not_to_have_count(0)
    expect(head.locator("#other")).to_have_value("患者")


def test_every_form_of_a_card_keeps_its_words_through_a_login(page_as, server):
    head = page_as("head")
    card = first_card(head, server)
    fields = head.locator("form[data-drafts] :is(textarea, input[type=text], input:not([type]))")
    unfold(head)
    number = fields.count()
    for place in range(number):
        fields.nth(place).fill(f"这是第 {place} 处写了一半、还没有提交的话")
    wait_until_kept(head)
    head.wait_for_function("number => Object.keys(localStorage).length === number", arg=number)
    head.context.clear_cookies()
    head.get_by_role("button", name="记进展").click()
    expect(head.locator("#notice")).not_to_be_empty()
    log_in(head, server.url, "head")

    head.goto(card)
    unfold(head)
    for place in range(number):
        head.get_by_role("button", name="找回").first.click()
        expect(fields.nth(place)).to_have_value(f"这是第 {place} 处写了一半、还没有提交的话")
    assert number >= 8
    head.evaluate("localStorage.clear()")


def test_words_are_kept_when_the_page_is_left_at_once(page_as, server):
    head = page_as("head")
    card = first_card(head, server)
    head.locator("#words").evaluate(
        """field => {
            field.value = "已换锁，门已修好";
            field.dispatchEvent(new Event("input", { bubbles: true }));
            location.href = "/";
        }"""
    )
    head.wait_for_url(f"{server.url}/")
    head.goto(card)
    expect(head.locator(".draft")).to_have_count(1)
    head.evaluate("localStorage.clear()")


def unfold(page):
    page.evaluate("for (const fold of document.querySelectorAll('main details')) fold.open = true")


def wait_until_kept(page):
    """It is written a moment after the last key."""
    for _turn in range(100):
        if kept(page):
            return
        page.wait_for_timeout(100)
    pytest.fail("nothing was kept")


def kept(page):
    return page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('draft:'))")


def test_a_draft_is_its_writers_alone_and_goes_when_they_log_out(page_as, server):
    page = page_as("head")
    card = first_card(page, server)
    page.locator("#words").fill("这一段还没有写完，先放一放。")
    wait_until_kept(page)
    page.context.clear_cookies()
    log_in(page, server.url, "recorder")
    page.goto(card)

    expect(page.locator(".draft")).to_have_count(0)
    assert kept(page) == []
    page.locator("#words").fill("另一段没有写完的话，也放一放。")
    wait_until_kept(page)
    page.locator("details.menu-end summary").click()
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url(re.compile("/login"))
    assert kept(page) == []


def test_the_pages_around_a_card_are_accessible_and_fit(page_as, server):
    page = page_as("head")
    base = f"{server.url}/nk1/rectification"
    page.goto(f"{base}/cards?sort=newest")
    numbers = page.eval_on_selector_all("td.title a", "links => links.map(link => link.href)")
    oldest = numbers[-1]
    for path in (oldest, f"{oldest}/split", f"{oldest}/edit", f"{base}/fields"):
        page.goto(path)
        for fold in page.locator("#links summary").all():
            fold.click()
        looks_right_everywhere(page)
