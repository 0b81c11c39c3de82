"""The frame in a real browser: logging in, switching a function, the languages, without a script."""

import re

import pyotp
import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from intranet.db import transaction
from intranet.extensions import db
from plugins.two_factor.models import Device
from tests.browser.conftest import axe_finds_nothing, fits, looks_right_everywhere, read
from tests.server import PASSWORD, inside, intranet

PAGES = (
    (None, "/login"),
    ("member", "/account/my_account/"),
    ("member", "/account/my_account/password"),
    ("member", "/account/mail/"),
    ("member", "/account/two_factor/"),
    ("member", "/account/two_factor/set-up"),
    ("security", "/admin/two_factor/"),
    ("head", "/"),
    ("head", "/nk1/"),
    ("head", "/nk1/plugins"),
    ("head", "/no-such-page"),
    ("system", "/admin/plugins"),
    ("system", "/admin/plugins/rectification"),
    ("system", "/admin/jobs"),
    ("system", "/admin/people/slips?unit=wk1"),
    ("system", "/admin/backups/"),
    ("system", "/admin/working_days/"),
    ("audit", "/admin/audit_trail/"),
    ("audit", "/admin/audit_trail/chains"),
    ("audit", "/admin/audit_trail/seal"),
    ("system", "/admin/mail/"),
    ("system", "/admin/people/"),
    ("system", "/admin/people/7"),
    ("system", "/admin/people/new"),
    ("system", "/admin/people/units/"),
    ("system", "/admin/people/units/4"),
    ("system", "/admin/people/import"),
    ("security", "/admin/people/grants/"),
    ("security", "/admin/people/grants/new"),
    ("security", "/admin/people/permissions"),
)


@pytest.mark.parametrize("role", dict(PAGES))
def test_the_frame_is_accessible_and_fits(page_as, server, role):
    page = page_as(role)

    for path in (path for whose, path in PAGES if whose == role):
        page.goto(server.url + path)
        looks_right_everywhere(page)


def test_on_a_phone_the_menu_shows_where_one_is_and_no_table_is_cut(page_as, server):
    page = page_as("system", 360)
    intranet(server.instance, "jobs", "run-due")

    for path in ("jobs", "backups/", "people/", "plugins", "mail/"):
        page.goto(f"{server.url}/admin/{path}")
        expect(page.locator("nav.side [aria-current]")).to_be_in_viewport(ratio=1)
        cut = "(tables) => tables.filter((table) => table.scrollWidth > table.clientWidth).length"
        assert page.locator(".scroll").evaluate_all(cut) == 0, path


@pytest.mark.beside("rectification")
@pytest.mark.parametrize("script", [True, False])
def test_a_head_turns_a_function_off_sees_what_it_is_for_and_turns_it_on_again(page_as, server, script):
    page = page_as("head", script=script)
    page.goto(f"{server.url}/nk1/plugins")
    board = page.locator("section.switch").filter(has_text="整改")

    board.get_by_role("button", name="关闭").click()
    expect(page.locator(".notice")).to_contain_text("已关闭")
    expect(page.locator("nav.side")).not_to_contain_text("整改看板")
    assert page.goto(f"{server.url}/nk1/rectification/").status == 404

    page.goto(f"{server.url}/nk1/plugins")
    expect(board.get_by_role("img", name="整改看板的页面")).to_have_js_property("naturalWidth", 960)
    expect(board.locator("details")).to_contain_text("验收整改")
    for width in (360, 1920):
        page.set_viewport_size({"width": width, "height": 860})
        fits(page)
    board.get_by_role("button", name="开启").click()
    expect(page.locator("nav.side")).to_contain_text("整改看板")
    assert page.goto(f"{server.url}/nk1/rectification/").status == 200


def test_the_language_can_be_changed_and_stays(page_as, server):
    page = page_as("member")
    page.goto(server.url)

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


def type_password(page, server, username, password):
    page.goto(f"{server.url}/login")
    page.get_by_label("工号").fill(username)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()


def next_code(server, secret):
    """A code nobody has used: half a minute passes."""
    with inside(server), transaction():
        db.session.execute(update(Device).values(last_step=Device.last_step - 1))
    return pyotp.TOTP(secret).now()


def change_password(page, server, chosen):
    page.goto(f"{server.url}/account/my_account/")
    page.get_by_role("link", name="修改密码").click()
    for name, word in (("old_password", PASSWORD), ("new_password", chosen), ("new_password_again", chosen)):
        page.locator(f"[name={name}]").fill(word)
    page.get_by_role("button", name="修改密码").click()
    expect(page.locator(".notice")).to_contain_text("密码已修改")


def set_up_second_factor(page, server):
    """The secret and one recovery code, both read off the page."""
    page.goto(f"{server.url}/account/two_factor/")
    page.get_by_role("link", name="开启二次验证").click()
    secret = read(page.locator("main code")).replace(" ", "")
    page.get_by_label("六位数字").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="开启", exact=True).click()
    expect(page.locator("#codes li")).to_have_count(10)
    fits(page)
    return secret, read(page.locator("#codes li code").first)


@pytest.mark.parametrize(("username", "script"), [("recorder", True), ("stranger", False)])
def test_one_changes_the_password_sets_up_a_second_factor_and_logs_in_with_it(
    page_as, server, username, script
):
    page, chosen = page_as(username, 360, script=script), "Mq7#Vt2!kZ 桥下的猫"
    change_password(page, server, chosen)
    secret, recovery = set_up_second_factor(page, server)
    page.get_by_role("link", name="已经抄好").click()

    for code in (next_code(server, secret), recovery):
        page.context.clear_cookies()
        type_password(page, server, username, chosen)
        expect(page.locator("h1")).to_have_text("二次验证")
        fits(page)
        if script:
            axe_finds_nothing(page)
        page.get_by_label("动态码").fill(code)
        page.get_by_role("button", name="继续").click()
        expect(page.locator("h1")).to_have_text("我的待办")


@pytest.mark.beside("rectification")
def test_what_a_page_asks_by_itself_after_the_login_has_ended_does_not_send_it_away(page_as, server):
    page = page_as("head")
    card = f"{server.url}/nk1/rectification/cards?sort=newest"
    page.goto(card)
    page.locator("td.title a").first.click()
    page.wait_for_url(re.compile("/cards/"))
    card = page.url
    page.locator("#words").fill("这一段还没有写完，登录就过期了。")
    page.context.clear_cookies()
    unit = f"{server.url}/nk1"
    for address in (f"{unit}/badges", f"{unit}/badges"):
        page.evaluate("(path) => htmx.ajax('GET', path, {swap: 'none'})", address)

    line = page.locator("#notice .caution")
    expect(line).to_contain_text("登录已过期")
    assert page.url == card
    expect(page.locator("#words")).to_have_value("这一段还没有写完，登录就过期了。")
    line.get_by_role("link", name="重新登录").click()
    page.get_by_label("工号").fill("head")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(card)
    expect(page.locator(".draft")).to_be_visible()


@pytest.mark.beside("rectification")
def test_a_board_left_open_says_that_the_login_has_ended(page_as, server):
    page = page_as("head")
    page.goto(f"{server.url}/nk1/rectification/")
    page.context.clear_cookies()

    expect(page.locator("#notice .caution")).to_contain_text("登录已过期")
    assert page.url.endswith("/nk1/rectification/")
