"""A talk as leader, member and office live through it; an administrator finds nothing of it."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import axe_finds_nothing, fits, looks_right_everywhere

pytestmark = pytest.mark.beside("audit_trail", "talk_records")

SAID = "夜班交接的话说得很实在"
TALKS = "/hospital/talk_records"


def plan(page, server):
    """From the duty on the home page to the planned talk."""
    page.goto(f"{server.url}/")
    page.get_by_role("link", name=re.compile("^谈心谈话：")).first.click()
    expect(page.get_by_label("谈话人", exact=False).first).to_be_visible()
    page.get_by_role("button", name="安排", exact=True).click()
    expect(page.locator(".talk-facts")).to_contain_text("计划中")
    return re.search(r"/talks/(\d+)", page.url)[1]


def write(page, address):
    page.goto(f"{address}/text/edit")
    page.get_by_label("谈话内容", exact=True).fill(SAID)
    page.get_by_role("button", name="加密保存").click()
    expect(page.locator("#text")).to_contain_text(SAID)


@pytest.mark.parametrize("script", [True, False])
def test_a_talk_from_the_duty_to_the_board(page_as, server, script):
    leader, office = page_as("leader", script=script), page_as("office", 360, script=script)
    number = plan(leader, server)
    address = f"{server.url}{TALKS}/talks/{number}"
    leader.goto(address)
    leader.get_by_role("button", name="谈过了").click()
    expect(leader.locator(".talk-facts")).to_contain_text("已谈")
    write(leader, address)
    leader.get_by_role("button", name="确认", exact=True).click()
    expect(leader.locator(".talk-facts")).to_contain_text("已确认")
    leader.goto(f"{address}/text")
    leader.get_by_text("提出转交一个问题").click()
    leader.get_by_label("问题（不写谁说的）").fill("夜班交接本重复登记")
    leader.get_by_role("button", name="提出", exact=True).click()
    expect(leader.locator(".talk-passed")).to_contain_text(re.compile("等.+同意"))

    office.goto(address)
    expect(office.locator("#talk")).to_contain_text("只有谈话双方和记录人能打开")
    assert office.goto(f"{address}/text").status == 404
    office.goto(f"{server.url}{TALKS}/matrix")
    expect(office.locator("#matrix")).to_contain_text("已谈")
    if script:  # axe waits for ever without one
        fits(office)
        axe_finds_nothing(office)


def test_every_page_fits_and_axe_finds_nothing(page_as, server):
    office, head = page_as("office"), page_as("head")
    for page in ("matrix", "talks", "roster", "roster/new", "cycles/new", "talks/new", ""):
        office.goto(f"{server.url}{TALKS}/{page}")
        looks_right_everywhere(office)
    head.goto(f"{server.url}/nk1/talk_records/")
    head.locator("#talks a[href*='/talks/']").last.click()
    for link in ("打开谈话内容", "填写、修改"):
        head.get_by_role("link", name=link).click()
        looks_right_everywhere(head)


def test_an_administrator_is_led_nowhere_and_the_auditor_sees_only_that_somebody_looked(page_as, server):
    head, audit, system = (page_as(name) for name in ("head", "audit", "system"))
    head.goto(f"{server.url}/nk1/talk_records/")
    head.locator("#talks a[href*='/talks/']").last.click()
    head.get_by_role("link", name="打开谈话内容").click()
    expect(head.locator("#text")).to_contain_text("门诊流程")
    opened = head.url

    assert system.goto(opened).status == 404
    assert audit.goto(opened).status == 404
    audit.goto(f"{server.url}/admin/audit_trail/?sealed=1")
    expect(audit.locator("main")).to_contain_text("打开谈话内容")
    assert "门诊流程" not in audit.content()
