"""组织生活会: the secretary of a branch carries a meeting from its plan to the board, with its members."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from intranet import clock
from intranet.contracts import Role
from intranet.db import transaction
from intranet.extensions import db
from intranet.units import grant
from plugins.democratic_life.models import Meeting
from tests.browser.conftest import fits, looks_right_everywhere
from tests.fixtures import person, unit
from tests.server import inside

pytestmark = pytest.mark.beside("democratic_life", "rectification")

DEMO = ("--cards", "20")
ROOM = "/zb1/democratic_life"
NAME = "第一党支部组织生活会"
REMARK = "会开得认真，但辣味不足"
PROBLEM = "支部学习多、讨论少，一线党员很少发言"


@pytest.fixture
def secretary(page_as, server):
    """李牧原, a member of the branch, is its secretary too."""
    with inside(server), transaction():
        grant(person("head"), Role.HEAD, unit("zb1"))
    return page_as("head")


def press(page, name):
    page.get_by_role("button", name=name, exact=True).first.click()
    page.wait_for_load_state()


def plans(secretary, server):
    """For tomorrow, with the recorder of the ward as its recorder."""
    secretary.goto(f"{server.url}{ROOM}/")
    secretary.get_by_role("link", name="筹备会议").click()
    secretary.get_by_label("类型").select_option("organisational")
    secretary.get_by_label("名称").fill(NAME)
    secretary.get_by_label("主题").fill("学习贯彻主题教育精神，找差距、抓落实")
    tomorrow = clock.local(clock.now() + timedelta(days=1))
    secretary.get_by_label("时间").fill(f"{tomorrow:%Y-%m-%dT%H:%M}")
    secretary.get_by_label("地点").fill("三楼会议室")
    secretary.get_by_label("主持人").select_option(label="李牧原")
    secretary.get_by_label("记录人").select_option(label="程以宁")
    press(secretary, "保存")
    secretary.wait_for_url(re.compile(r"/meetings/\d+"))
    return re.search(r"/meetings/(\d+)", secretary.url)[1]


def passes(page, gate, words, button="登记已办"):
    page.get_by_role("link", name=f"办理：{gate}", exact=True).click()
    page.get_by_label("说明").fill(words)
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.locator("#meeting")).to_contain_text(words)


def takes(page, verb):
    page.get_by_role("button", name=verb, exact=True).click()
    expect(page.locator("#notice")).to_contain_text(verb)


def prepares(secretary, office, meeting):
    """Those above agree, the members are told, and every gate is passed or waived by name."""
    for page in (secretary, office):
        page.goto(meeting)
    takes(secretary, "报批方案")
    office.reload()
    takes(office, "同意方案")
    secretary.reload()
    takes(secretary, "发出会议通知")
    for gate in ("征求意见并反馈", "谈心谈话", "上次整改措施"):
        passes(secretary, gate, f"{gate}已办，见支部工作手册")
    for gate in ("方案报批", "对照检查材料审定", "会议通知"):
        passes(secretary, gate, f"{gate}由支部大会说明", "豁免这一关")


def comes(server, meeting):
    """The day of the meeting."""
    number = meeting.rpartition("/")[2]
    with inside(server), transaction():
        db.session.execute(update(Meeting).where(Meeting.id == int(number)).values(meets_at=clock.now()))


def signs_in(recorder, member, meeting):
    """The recorder marks who is there; a member does it alone at the phone."""
    for page in (recorder, member):
        page.goto(f"{meeting}/attendance")
    for name in ("程以宁", "李牧原"):
        recorder.get_by_role("button", name=f"{name}到会").click()
        expect(recorder.get_by_role("button", name=f"{name}到会")).to_have_count(0)
    member.get_by_role("button", name="何小满到会").click()
    expect(member.locator("#attendance")).to_contain_text("已到规定人数")
    fits(member)


def writes_down(recorder, meeting):
    """One piece of criticism and what the supervisor remarked; its problem goes to the board."""
    recorder.goto(f"{meeting}/criticism")
    recorder.get_by_role("link", name="接着记批评意见").click()
    recorder.locator("#text").fill("抓学习多，抓讨论少")
    press(recorder, "加密保存，接着记下一条")
    expect(recorder.locator("#notice")).to_contain_text("相互批评意见")
    recorder.get_by_role("link", name="返回一览表").click()
    recorder.get_by_role("link", name="记上级点评").click()
    recorder.get_by_label("点评的领导或督导组成员").fill("沈若谷")
    recorder.locator("#text").fill(f"{REMARK}：{PROBLEM}")
    press(recorder, "加密保存，接着记下一条")
    expect(recorder.locator(".figures")).to_contain_text(re.compile(r"1\s*条上级点评"))
    recorder.goto(f"{meeting}/words")
    recorder.get_by_role("link", name="转到整改台账").last.click()
    recorder.get_by_label("问题（另写一句").fill(PROBLEM)
    press(recorder, "预览")
    press(recorder, "确认转交")
    recorder.wait_for_url(meeting)
    recorder.goto(f"{meeting}/minutes/edit")
    recorder.get_by_label("会议记录").fill("三名党员到会，逐一对照检查，提出批评意见。")
    press(recorder, "加密保存")
    recorder.wait_for_url(re.compile(r"/minutes$"))


def goes_out(secretary, meeting, paper, verb):
    """Written, looked at, and sent."""
    secretary.goto(f"{meeting}/papers/{paper}")
    if paper == "circular":
        secretary.get_by_label("通报范围").select_option("staff")
    secretary.get_by_label("正文").fill(f"{NAME}按程序召开，三名党员全部到会，查摆问题一个。")
    press(secretary, "保存")
    expect(secretary.locator("#notice")).to_contain_text("已保存")
    secretary.goto(meeting)
    takes(secretary, verb)


def takes_up(secretary, server):
    """What the meeting found becomes a card of the branch."""
    secretary.goto(f"{server.url}/zb1/rectification/problems")
    row = secretary.get_by_role("row").filter(has_text=PROBLEM)
    row.get_by_role("link", name="登记为卡片").click()
    press(secretary, "登记为卡片")
    expect(secretary.locator("#notice")).to_contain_text("已登记为")


def test_from_the_plan_to_the_board(secretary, page_as, server):
    office, recorder, member = page_as("office"), page_as("recorder"), page_as("member", 360)
    meeting = f"{server.url}{ROOM}/meetings/{plans(secretary, server)}"
    prepares(secretary, office, meeting)
    comes(server, meeting)
    signs_in(recorder, member, meeting)
    secretary.reload()
    takes(secretary, "开会")
    writes_down(recorder, meeting)
    secretary.reload()
    for gate in ("相互批评", "表态和书面发言"):
        passes(secretary, gate, f"{gate}另行补记", "豁免这一关")
    takes(secretary, "记录定稿")
    goes_out(secretary, meeting, "report", "上报情况报告")
    goes_out(secretary, meeting, "circular", "发布通报")
    takes(secretary, "进入整改")
    looks_right_everywhere(secretary)
    takes_up(secretary, server)

    office.goto(f"{server.url}/zb1/rectification/")
    expect(office.locator("main")).to_contain_text(PROBLEM)
    office.goto(meeting)
    expect(office.locator("#meeting")).to_contain_text(PROBLEM)
    assert REMARK not in office.content()
    assert office.goto(f"{meeting}/words").status == 404
    member.goto(f"{server.url}{ROOM}/")
    member.get_by_role("region", name="会议情况通报").get_by_role("link", name=NAME).click()
    expect(member.locator("main")).to_contain_text("查摆问题一个")
