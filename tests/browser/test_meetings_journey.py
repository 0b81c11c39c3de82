"""A meeting as its recorder, its members and those above live through it; others find none."""

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from intranet import clock
from intranet.db import transaction
from intranet.extensions import db
from plugins.democratic_life.models import Meeting
from tests.browser.conftest import axe_finds_nothing, fits, looks_right_everywhere, read
from tests.server import inside

pytestmark = pytest.mark.beside("democratic_life")

SAID = "交办的事回头看不够，建议每月点一次账"
HOSPITAL, WARD = "/hospital/democratic_life", "/nk1/democratic_life"


def to_meeting(page, server, room, name):
    """From the list to the meeting."""
    page.goto(f"{server.url}{room}/")
    page.get_by_role("link", name=name, exact=True).first.click()
    expect(page.locator("#meeting")).to_contain_text("会前")
    return re.search(r"/meetings/(\d+)", page.url)[1]


@pytest.mark.parametrize("script", [True, False])
def test_the_recorder_writes_down_one_piece_after_the_other(page_as, server, script):
    clerk, office = page_as("dbgs", script=script), page_as("office", 360, script=script)
    number = first_meeting(clerk, server)
    clerk.get_by_role("link", name="批评和自我批评").click()
    left = int(read(clerk.locator(".figures span b")))
    clerk.get_by_role("link", name="接着记批评意见").click()
    clerk.get_by_label("内容", exact=False).last.fill(SAID)
    clerk.get_by_role("button", name="加密保存，接着记下一条").click()
    expect(clerk.locator("#notice")).to_contain_text("相互批评意见")
    expect(clerk.get_by_label("对谁说的")).not_to_have_value("")
    clerk.get_by_role("link", name="返回一览表").click()
    expect(clerk.locator(".figures span b")).to_have_text(str(left - 1))
    clerk.get_by_role("link", name="打开全部发言").click()
    expect(clerk.locator("#words")).to_contain_text(SAID)

    office.goto(f"{server.url}{HOSPITAL}/meetings/{number}")
    expect(office.locator("#meeting")).to_contain_text("相互批评意见")
    assert SAID not in office.content()
    for page in ("criticism", "words", "minutes"):
        assert office.goto(f"{server.url}{HOSPITAL}/meetings/{number}/{page}").status == 404


def test_attendance_on_phones(page_as, server):
    recorder, member = page_as("recorder", 360), page_as("member", 360)
    number = to_meeting(recorder, server, WARD, re.compile("组织生活会"))
    recorder.goto(f"{server.url}{WARD}/meetings/{number}/attendance")
    fits(recorder)
    expect(recorder.locator("#attendance")).to_contain_text("到会从开会那天起签")
    expect(recorder.get_by_role("button", name=re.compile("到会"))).to_have_count(0)
    with inside(server), transaction():
        db.session.execute(update(Meeting).where(Meeting.id == int(number)).values(meets_at=clock.now()))
    recorder.reload()
    reason = recorder.get_by_label("何小满缺席的原因")
    reason.fill("外出开会")
    recorder.get_by_role("button", name="李牧原到会").click()
    expect(recorder.locator("#attendance")).to_contain_text("还差 1 人")
    expect(reason).to_have_value("外出开会")
    member.goto(f"{server.url}{WARD}/meetings/{number}/attendance")
    member.get_by_role("button", name="何小满到会").click()
    expect(member.locator("#attendance")).to_contain_text("已到规定人数")
    expect(member.get_by_role("button", name=re.compile("缺席"))).to_have_count(0)
    fits(member)
    axe_finds_nothing(member)


def test_a_gate_is_marked_and_another_waived_by_the_chair(page_as, server):
    recorder, head = page_as("recorder"), page_as("head")
    number = to_meeting(recorder, server, WARD, re.compile("组织生活会"))
    recorder.get_by_role("link", name="办理：征求意见并反馈").click()
    recorder.get_by_label("说明").fill("召开座谈会两次")
    recorder.get_by_role("button", name="登记已办").click()
    expect(recorder.locator("#meeting")).to_contain_text("召开座谈会两次")
    head.goto(f"{server.url}{WARD}/meetings/{number}")
    head.get_by_role("link", name="办理：方案报批").click()
    head.get_by_label("说明").fill("上级临时通知提前")
    head.get_by_role("button", name="豁免这一关").click()
    expect(head.locator("#meeting")).to_contain_text("李牧原")


def first_meeting(page, server):
    """The number of the one on top of the list, which is open now."""
    page.goto(f"{server.url}{HOSPITAL}/")
    page.locator("#meetings td.title a").first.click()
    page.wait_for_url(re.compile(r"/meetings/\d+"))
    return re.search(r"/meetings/(\d+)", page.url)[1]


def test_every_page_fits_and_axe_finds_nothing(page_as, server):
    leader, stranger = page_as("leader"), page_as("stranger")
    number = first_meeting(leader, server)
    for page in (
        "",
        "/seats",
        "/agenda",
        "/show",
        "/attendance",
        "/criticism",
        "/words",
        "/words/new",
        "/papers/circular",
    ):
        leader.goto(f"{server.url}{HOSPITAL}/meetings/{number}{page}")
        looks_right_everywhere(leader)
    to_meeting(stranger, server, "/wk1/democratic_life", re.compile("组织生活会"))
    for name in ("修改方案", "人员"):
        link = stranger.get_by_role("link", name=name, exact=True)
        stranger.goto(server.url + link.get_attribute("href"))
        looks_right_everywhere(stranger)
        stranger.go_back()


@pytest.mark.parametrize("who", ["system", "security", "audit", "stranger"])
def test_strangers_and_administrators_are_led_nowhere(page_as, server, who):
    page = page_as(who)
    for address in (f"{WARD}/", f"{WARD}/meetings/3", f"{HOSPITAL}/meetings/2/words"):
        assert page.goto(server.url + address).status == 404
