"""What is said once a page stands there: in sight wherever one is, and gone with the next request."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import looks_right
from tests.browser.test_card_journey import first_card

pytestmark = pytest.mark.beside("rectification")

BOARD = "/hospital/rectification/"
UNDER_THE_LINE = """() => {
  const [line, hand] = [document.querySelector(".said-box"), document.activeElement]
    .map((part) => part.getBoundingClientRect());
  return hand.top < line.bottom && line.top < hand.bottom && hand.left < line.right && line.left < hand.right;
}"""
PLACE = "part => part.getBoundingClientRect().top + scrollY"
IN_SIGHT = {"ratio": 1}


def test_on_a_phone_what_a_move_did_is_in_sight_with_its_way_back(page_as, server):
    page = page_as("office", 360)
    page.goto(server.url + BOARD)
    first_card(page, "plan_pending").locator("a.move").click()
    page.locator("#panel").get_by_role("button", name="批准方案").click()

    said = page.locator("#notice")
    expect(said.get_by_role("button", name="撤销")).to_be_in_viewport(**IN_SIGHT)
    looks_right(page)
    said.get_by_role("button", name="撤销").click()
    expect(said).to_contain_text("已撤销")
    page.get_by_role("button", name="知道了").click()
    expect(page.get_by_role("button", name="知道了")).not_to_be_visible()


def test_a_refusal_is_in_sight_far_down_a_card_and_goes_with_the_next_request(page_as, server):
    page = page_as("office")
    page.goto(f"{server.url}{BOARD}cards?stage=in_progress")
    page.locator("td.title a").first.click()
    form = page.locator("#comments form").last
    form.locator("textarea").fill("已换锁")
    form.get_by_role("button").click()
    expect(page.locator("#notice .notice")).to_contain_text("评论")

    form.locator("textarea").fill("门已修好")
    page.context.clear_cookies()
    page.wait_for_load_state("networkidle")
    before = page.locator("#comments").evaluate(PLACE)
    form.get_by_role("button").click()

    expect(page.locator("#notice")).not_to_contain_text("评论")
    expect(page.locator("#notice .refusal")).to_be_in_viewport(**IN_SIGHT)
    assert page.locator("#comments").evaluate(PLACE) == before


def test_what_is_said_never_lies_on_what_has_the_keyboard(page_as, server):
    page = page_as("office", 1280)
    page.goto(f"{server.url}{BOARD}cards?stage=in_progress")
    page.locator("td.title a").first.click()
    page.evaluate("htmx.ajax('GET', '/hospital/rectification/cards/999999999', {swap: 'none'})")
    expect(page.locator("#notice .refusal")).to_be_visible()

    for _ in range(60):
        page.keyboard.press("Tab")
        page.evaluate("new Promise(requestAnimationFrame)")
        if page.evaluate("!document.activeElement.matches('.said *, .skip, body')"):
            assert not page.evaluate(UNDER_THE_LINE), page.evaluate("document.activeElement.outerHTML")


DROP = """([address, version]) => htmx.ajax("POST", address, {
  source: "#panel", target: "#panel", swap: "innerHTML", values: { stage: "closed", version },
  headers: JSON.parse(document.getElementById("main").getAttribute("hx-headers")),
})"""


def test_a_refusal_of_one_card_does_not_stand_in_the_panel_of_another(page_as, server):
    page = page_as("office", 1920)
    page.goto(server.url + BOARD)
    cards = page.locator("#column-plan_pending .card-item[data-to]")
    dropped, opened = cards.nth(0), cards.nth(1)
    address, held = dropped.locator("h3 a").get_attribute("href") + "/move", []
    page.route(f"**{address}", lambda asked: held.append(asked))  # noqa: PLW0108 (it takes no method of a list)
    page.evaluate(f"(asked) => {{ ({DROP})(asked) }}", [address, dropped.get_attribute("data-version")])
    opened.locator("a.move").click()
    expect(page.locator("#panel")).to_be_visible()
    held[0].continue_()

    expect(page.locator("#notice .refusal")).to_contain_text("下一步只能是")
    expect(page.locator("#panel .refusal")).to_have_count(0)
    page.context.clear_cookies()
    for _twice in range(2):
        page.locator("#panel").get_by_role("button", name="批准方案").click()
        expect(page.locator("#panel .refusal")).to_have_count(1)
        expect(page.locator("#panel .refusal")).to_contain_text("刷新页面")
