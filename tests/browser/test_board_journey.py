"""The board as people work with it: in rows, at its limits, several cards at once, by touch and by keys."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import text

from intranet import clock
from intranet.db import transaction
from intranet.extensions import db
from tests.browser.conftest import axe_finds_nothing, fits, read
from tests.browser.test_card_journey import first_card
from tests.server import inside

pytestmark = pytest.mark.beside("rectification")

BOARD = "/hospital/rectification/"


def test_rows_limits_several_cards_undo_and_a_filter_that_is_kept(page_as, server):
    page = page_as("office", 1920)
    limit_work_in_hand(page, server)
    keep_the_rows_as_a_filter(page)
    move_past_the_limit_and_back(page)
    page.goto(server.url + BOARD)
    change_two_at_once(page)


def limit_work_in_hand(page, server):
    page.goto(f"{server.url}{BOARD}settings")
    page.get_by_label("整改中最多几件").fill("1")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("#column-in_progress h2")).to_contain_text("超限")


def keep_the_rows_as_a_filter(page):
    page.get_by_label("泳道", exact=True).select_option(label="泳道：责任部门")
    expect(page.locator("#lane-nk1 .cells")).to_be_visible()
    expect(page).to_have_url(re.compile("lanes=unit"))
    expect(page.locator(".lane-heads .column:has-text('已销号') .num")).to_be_visible()
    last = page.locator(".lane").last
    last.scroll_into_view_if_needed()
    expect(last.locator(".cells")).to_be_visible()
    page.get_by_role("button", name="已存筛选").click()
    page.locator("#panel").get_by_label("名称").fill("按部门看")
    page.locator("#panel").get_by_role("button", name="存为筛选").click()
    page.get_by_role("link", name="按部门看", exact=True).click()
    expect(page.locator("#lane-nk1 .cells")).to_be_visible()


def move_past_the_limit_and_back(page):
    card = page.locator("[data-stage=plan_pending] .card-item[data-to*=in_progress]").first
    name = card.get_attribute("id")
    card.locator("a.move").click()
    page.locator("#panel").get_by_role("button", name="批准方案").click()
    expect(page.locator(f"[data-stage=in_progress] #{name}, .more")).not_to_have_count(0)
    expect(page.locator("#notice")).to_contain_text("超过上限 1 件")
    page.locator("#notice").get_by_role("button", name="撤销").click()
    expect(page.locator(f"[data-stage=plan_pending] #{name}")).to_have_count(1)
    expect(page.locator("#notice")).to_contain_text("已撤销“批准方案”")


def change_two_at_once(page):
    two = page.locator("#column-in_progress .card-item")
    for place in (0, 1):
        two.nth(place).hover()
        two.nth(place).get_by_role("checkbox").check()
    page.get_by_role("button", name="批量办理 2").click()
    panel = page.locator("#panel")
    axe_finds_nothing(page)
    panel.get_by_label("类别").select_option(label="奢靡之风")
    panel.get_by_role("button", name="改类别").click()
    expect(panel.locator("#bulk-done")).to_contain_text("办理了 2 张，没有办理 0 张。")


def test_what_is_chosen_before_the_scripts_have_come_counts_too(page_as, server):
    page = page_as("office", hasty=True)
    held = []
    page.route("**/htmx*", lambda script: held.append(script))  # noqa: PLW0108 (it takes no method of a list)
    page.goto(server.url + BOARD, wait_until="commit")
    page.get_by_label("泳道", exact=True).select_option(label="泳道：责任部门")
    held[0].continue_()
    expect(page.locator("#lane-nk1 .cells")).to_be_visible()


def test_anothers_move_appears_and_leaves_focus_and_choice_alone(page_as, server):
    office, leader = page_as("office", 1920), page_as("leader", 1920)
    office.goto(server.url + BOARD)
    leader.goto(server.url + BOARD)
    card = first_card(office, "plan_pending")
    name = card.get_attribute("id")
    kept = office.locator("#column-plan_pending .card-item").last
    link, shown = kept.locator("h3 a"), kept.get_attribute("id")
    kept.hover()
    kept.get_by_role("checkbox").check()
    link.focus()

    leader.locator(f"#{name} a.move").click()
    leader.locator("#panel").get_by_role("button", name="批准方案").click()
    expect(leader.locator(f"#column-plan_pending #{name}")).to_have_count(0)

    expect(office.locator(f"#column-plan_pending #{name}")).to_have_count(0)
    expect(office.locator(f"#{shown} h3 a")).to_be_focused()
    expect(office.locator(f"#{shown}").get_by_role("checkbox")).to_be_checked()


def test_keys_alone_walk_the_board_and_move_a_card(page_as, server):
    page = page_as("office", 1280)
    page.goto(server.url + BOARD)
    fits(page)
    card = first_card(page, "plan_pending")
    name = card.get_attribute("id")
    card.locator("h3 a").focus()

    page.keyboard.press("ArrowRight")
    expect(page.locator("#column-in_progress .card-item").first.locator("h3 a")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("x")
    expect(card.get_by_role("checkbox")).to_be_checked()
    page.keyboard.press("Shift+ArrowRight")

    expect(page.locator(f"#column-plan_pending #{name}")).to_have_count(0)
    expect(page.locator("#notice")).to_contain_text("现在在“整改中”")
    page.locator("#notice").get_by_role("button", name="撤销").focus()
    page.keyboard.press("Enter")
    expect(page.locator(f"#column-plan_pending #{name}")).to_have_count(1)


def test_the_view_stays_where_a_card_was_let_go(page_as, server):
    page = page_as("office", 1280)
    page.set_viewport_size({"width": 1280, "height": 560})
    page.goto(server.url + BOARD)
    board = page.locator("#board")
    name = page.locator("#column-plan_pending .card-item").last.get_attribute("id")
    make_most_urgent(server, name)
    page.reload()
    card = page.locator(f"#column-plan_pending #{name}")
    board.evaluate("board => { board.scrollTop = 120; board.scrollLeft = 40 }")
    before = board.evaluate("board => [board.scrollLeft, board.scrollTop]")
    assert min(before) > 0
    card.locator("a.move").evaluate("link => link.click()")
    page.locator("#panel").get_by_role("button", name="批准方案").click()
    expect(page.locator(f"#column-plan_pending #{name}")).to_have_count(0)
    page.wait_for_load_state("networkidle")

    assert board.evaluate("board => [board.scrollLeft, board.scrollTop]") == before
    expect(page.locator(f"#column-in_progress #{name} h3 a")).to_be_focused()


def make_most_urgent(server, name):
    """In whatever column, it is among those that are drawn first."""
    number, long_ago = int(name.removeprefix("card-")), clock.today() - timedelta(days=300)
    with inside(server), transaction():
        hurry = text("UPDATE rectification_card SET due_on = :day WHERE id = :number")
        db.session.execute(hurry, {"day": long_ago.isoformat(), "number": number})


def test_a_long_column_goes_on_as_one_scrolls_and_a_folded_one_opens_for_good(page_as, server):
    page = page_as("office", 1280)
    page.goto(server.url + BOARD)
    number = int(read(page.locator("#column-in_progress h2 span")))
    assert number > 15
    head = page.locator("#column-in_progress h2").bounding_box()
    page.locator("#board").evaluate("board => board.scrollTop = board.scrollHeight")
    expect(page.locator("#column-in_progress .card-item")).to_have_count(number)
    assert page.locator("#column-in_progress h2").bounding_box()["y"] == head["y"]

    closed = page.locator("#column-closed")
    expect(closed).to_have_class("column folded")
    closed.get_by_role("link", name="展开“已销号”").click()
    expect(closed.locator(".card-item").first).to_be_visible()
    page.reload()
    expect(closed).to_have_class("column")


def test_a_finger_drags_a_card_on_a_phone(page_as, server, browser):
    page = page_as("office", 360)
    page.goto(server.url + BOARD)
    fits(page)
    card = first_card(page, "plan_pending")
    name = card.get_attribute("id")
    page.locator("#column-plan_pending").evaluate("column => column.scrollIntoView({inline: 'center'})")
    page.locator("#board").scroll_into_view_if_needed()
    place = card.locator("h3").bounding_box()
    finger = page.context.new_cdp_session(page)

    def touch(kind, x=None, y=None):
        points = [] if x is None else [{"x": x, "y": y}]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    x, y = place["x"] + 20, place["y"] + 8
    touch("touchStart", x, y)
    page.wait_for_timeout(400)
    arrived = page.locator(f"#column-in_progress #{name}")
    for _step in range(80):
        x = min(x + 15, 350)
        touch("touchMove", x, y + _step % 2)
        page.wait_for_timeout(50)
        if arrived.count():
            break
    expect(arrived).to_have_count(1)
    touch("touchEnd")

    expect(page.locator("#notice")).to_contain_text("现在在“整改中”")
    expect(page.locator(f"#column-plan_pending #{name}")).to_have_count(0)


def test_a_finger_at_the_edge_moves_the_board_along(page_as, server):
    page = page_as("office", 360)
    finger = page.context.new_cdp_session(page)
    finger.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    page.goto(server.url + BOARD)
    board = page.locator("#board")
    board.evaluate("board => { board.scrollLeft = 296; board.scrollIntoView() }")
    place = first_card(page, "plan_pending").locator("h3").bounding_box()

    def touch(kind, x, y=place["y"] + 8):
        points = [{"x": x, "y": y}]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", place["x"] + 20)
    page.wait_for_timeout(400)
    touch("touchMove", place["x"] + 60)
    expect(page.locator("#board.dragging")).to_be_visible()
    touch("touchMove", 345)
    touch("touchMove", 344)

    expect(page.locator("#column-reviewed h2")).to_be_in_viewport()


def test_on_a_phone_the_columns_are_swiped_and_a_card_moves_by_its_button(page_as, server):
    page = page_as("office", 360)
    page.goto(f"{server.url}/hospital/rectification/")
    board = page.locator("#board")
    assert board.evaluate("board => board.scrollWidth > board.clientWidth")
    card = first_card(page, "plan_pending")
    name = card.get_attribute("id")

    card.locator("a.move").click()
    page.locator("#panel").get_by_role("button", name="批准方案").click()

    expect(page.locator(f"#column-plan_pending #{name}")).to_have_count(0)


def test_on_a_phone_a_row_of_the_board_is_as_tall_as_its_cards(page_as, server):
    page = page_as("office", 360)
    page.goto(f"{server.url}/hospital/rectification/?lanes=unit")
    row = page.locator("#lane-nk1")

    expect(row.locator(".card-item").first).to_be_visible()
    assert (
        0
        < row.locator(".column:visible").count()
        == row.locator(".column:has(.card-item, .column-empty)").count()
    )
    cards = row.locator(".card-item:visible").evaluate_all("all => all.map(card => card.offsetHeight)")
    assert row.evaluate("row => row.offsetHeight") < sum(cards) + 60 * len(cards) + 60


def test_on_a_phone_what_is_to_be_done_next_is_one_touch_away(page_as, server):
    page = page_as("office", 360)
    page.goto(f"{server.url}/hospital/rectification/")
    page.goto(server.url + first_card(page, "plan_pending").locator("h3 a").get_attribute("href"))
    step = page.get_by_role("heading", name="下一步")
    expect(step).not_to_be_in_viewport()

    page.get_by_role("link", name="下一步").click()
    expect(step).to_be_in_viewport()
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(page.get_by_role("link", name="下一步")).not_to_be_visible()


def test_a_filter_says_on_its_button_what_is_ticked_and_its_menu_stays_open(page_as, server):
    page = page_as("office")
    page.goto(server.url + BOARD)
    menu = page.locator("details.pick:has([name=light])")
    button, red = menu.locator("summary"), menu.get_by_label("红灯")
    button.click()

    red.check()
    page.wait_for_url(re.compile("light=red"))
    expect(button).to_have_text("红灯")
    expect(red).to_be_focused()
    red.uncheck()
    expect(button).to_have_text("全部灯色")
