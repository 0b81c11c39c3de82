"""The calendar in a real browser: months without a new page, the list of a full day, and a subscription."""

import re
import urllib.error
import urllib.request

import pytest
from icalendar import Calendar
from playwright.sync_api import expect

from tests.browser.conftest import axe_finds_nothing, fits, looks_right_everywhere, read

pytestmark = pytest.mark.beside("calendar")

PATH = "/account/calendar/"


def test_month_list_and_subscription_are_accessible_and_fit(page_as, server):
    page = page_as("office")
    for path in ("?show=units", "list?show=units", "?month=2026-10", "subscription"):
        page.goto(server.url + PATH + path)
        looks_right_everywhere(page)


@pytest.mark.parametrize("script", [True, False])
def test_one_walks_through_the_months_and_back_to_a_deadline(page_as, server, script):
    page = page_as("office", script=script)
    page.goto(f"{server.url}/")
    page.locator("nav.side").get_by_role("link", name="日历").click()
    page.locator("#calendar-show").select_option(label="我的单位")
    if not script:
        page.get_by_role("button", name="查看").click()
    expect(page).to_have_url(re.compile("show=units"))
    this_month = read(page.locator("#calendar h2"))

    page.get_by_role("link", name="下月").click()
    expect(page.locator("#calendar h2")).not_to_have_text(this_month)
    expect(page).to_have_url(re.compile(r"month=\d{4}-\d\d&show=units"))
    page.go_back()
    expect(page.locator("#calendar h2")).to_have_text(this_month)

    page.get_by_role("link", name="清单", exact=True).click()
    expect(page.locator("#calendar-show")).to_have_value("units")
    first = page.locator("#calendar td.title a").first
    title = read(first)
    first.click()
    expect(page.locator("main h1")).to_contain_text(title)


@pytest.mark.parametrize(("username", "script"), [("head", True), ("stranger", False)])
def test_one_subscribes_and_stops_it_again(page_as, server, username, script):
    page = page_as(username, 360, script=script)
    page.goto(f"{server.url}{PATH}")
    page.get_by_role("link", name="订阅日历").click()
    page.get_by_label("写出每一项的标题").check()
    page.get_by_role("button", name="生成地址").click()
    address = page.get_by_label("您的订阅地址").input_value()
    fits(page)
    if script:
        axe_finds_nothing(page)

    with urllib.request.urlopen(address, timeout=60) as answer:
        events = Calendar.from_ical(answer.read()).walk("VEVENT")
    assert events
    assert all(str(event["URL"]).startswith(server.url) for event in events)
    says_it_was_read(page, f"{server.url}{PATH}subscription", address)
    expect(page.get_by_label("您的订阅地址")).to_have_count(0)

    page.get_by_role("button", name="停用").click()
    expect(page.locator(".notice")).to_contain_text("订阅地址已停用")
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(address, timeout=60)


def says_it_was_read(page, subscription, address):
    """Sooner or later: noted once the answer is sent, and not while another write would have to wait."""
    for _try in range(20):
        page.goto(subscription)
        if "最近读取" in page.locator("#subscription").inner_text():
            return
        urllib.request.urlopen(address, timeout=60).close()
        page.wait_for_timeout(500)
    raise AssertionError("最近读取")
