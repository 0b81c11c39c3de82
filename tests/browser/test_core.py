"""The frame in a real browser: logging in, switching a function, the languages, without a script."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LOOKS, axe_finds_nothing, fits

PAGES = (
    (None, "/login"),
    ("head", "/"),
    ("head", "/nk1/"),
    ("head", "/nk1/plugins"),
    ("head", "/no-such-page"),
    ("system", "/admin/plugins"),
    ("system", "/admin/people/"),
    ("system", "/admin/people/7"),
    ("system", "/admin/people/new"),
    ("system", "/admin/people/units/"),
    ("system", "/admin/people/units/4"),
    ("system", "/admin/people/import"),
    ("security", "/admin/people/grants/"),
    ("security", "/admin/people/grants/new"),
    ("security", "/admin/people/permissions"),
    ("audit", "/admin/audit"),
)


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_the_frame_is_accessible_and_fits(page_as, server, width, scheme):
    pages = {role: page_as(role, width) for role in {role for role, _path in PAGES}}

    for role, path in PAGES:
        pages[role].emulate_media(color_scheme=scheme)
        pages[role].goto(server.url + path)
        fits(pages[role])
        axe_finds_nothing(pages[role])


@pytest.mark.parametrize("script", [True, False])
def test_a_head_turns_a_function_off_and_on_again(page_as, server, script):
    page = page_as("head", script=script)
    page.goto(f"{server.url}/nk1/plugins")
    board = page.locator("section.switch").filter(has_text="整改")

    board.get_by_role("button", name="关闭").click()
    expect(page.locator(".notice")).to_contain_text("已关闭")
    expect(page.locator("nav.side")).not_to_contain_text("整改看板")
    assert page.goto(f"{server.url}/nk1/rectification/").status == 404

    page.goto(f"{server.url}/nk1/plugins")
    board.get_by_role("button", name="开启").click()
    expect(page.locator("nav.side")).to_contain_text("整改看板")
    assert page.goto(f"{server.url}/nk1/rectification/").status == 200


def test_the_language_can_be_changed_and_stays(page_as, server):
    page = page_as("member")

    page.get_by_role("button", name="English").click()
    expect(page.locator("h1")).to_have_text("My duties")
    page.goto(f"{server.url}/nk1/")
    expect(page.locator("html")).to_have_attribute("lang", re.compile("^en"))

    page.get_by_role("button", name="中文").click()
    page.goto(f"{server.url}/")
    expect(page.locator("h1")).to_have_text("我的待办")


def test_the_keyboard_reaches_the_text_first(page_as, server):
    page = page_as("head")
    page.goto(f"{server.url}/nk1/")

    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_after_logging_out_nothing_is_left_in_the_browser(page_as, server):
    page = page_as("head")
    page.goto(f"{server.url}/nk1/")

    page.locator("summary").filter(has_text="李牧原").click()
    page.get_by_role("button", name="退出登录").click()
    expect(page).to_have_url(f"{server.url}/login")
    page.go_back()

    expect(page.locator("h1")).to_have_text("登录")
    kept = page.evaluate("Object.keys({...localStorage, ...sessionStorage})")
    assert set(kept) <= {"htmx-current-path-for-history"}
