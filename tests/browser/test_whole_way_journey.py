"""A problem goes to 销号 through every role and comes back by relapse: with a script, without, by keys."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from intranet import clock
from intranet.db import transaction
from intranet.extensions import db
from plugins.rectification.models import Publication
from tests.browser.test_card_journey import ask_to_close, claim, open_problem, publish, stage
from tests.server import inside

pytestmark = pytest.mark.beside("rectification")

DEMO = ("--cards", "20")


def days_pass(server, number):
    """Until what is published of the card has been public long enough."""
    with inside(server), transaction():
        shown = db.session.scalars(select(Publication).where(Publication.card_id == int(number))).all()[-1]
        shown.starts_on, shown.ends_on = (clock.today() - timedelta(days=days) for days in (9, 2))


def fold_of(page, verb):
    """A step that waits closed: its button is not there for who looks for buttons."""
    summary = page.locator("summary", has_text=re.compile(rf"^\s*{verb}\s*$"))
    return page.locator("details.step-fold").filter(has=summary)


def press(page, address, button, word, **typed):
    """The step with this button, its words filled in by label."""
    page.goto(address)
    step = fold_of(page, button)
    if step.get_attribute("open") is None:
        step.locator("summary").click()
    for label, text in typed.items():
        step.get_by_label(label).fill(text)
    step.get_by_role("button", name=button, exact=True).click()
    stage(page, word)


@pytest.mark.parametrize("script", [True, False])
def test_a_card_is_closed_by_all_roles_and_comes_back_by_relapse(page_as, server, script):
    names = ("head", "office", "leader", "supervisor", "member")
    head, office, leader, supervisor, member = (page_as(name, script=script) for name in names)
    title = f"病区夜间呼叫无人应{'甲' if script else '乙'}"
    number = open_problem(office, server, title)
    at_head, at_top = (f"{server.url}/{unit}/rectification/cards/{number}" for unit in ("nk1", "hospital"))

    claim(head, at_head)
    press(office, at_top, "批准方案", "整改中")
    ask_to_close(head, at_head)
    press(leader, at_top, "验收通过", "已验收")
    press(supervisor, at_top, "复核通过", "已复核")
    publish(office, at_top)
    member.goto(f"{server.url}/nk1/rectification/published")
    expect(member.locator("article").filter(has_text=title)).to_have_count(1)
    votes = {"满意": "26", "基本满意": "3", "不满意": "1"}
    judge(supervisor, at_top, votes)
    days_pass(server, number)
    press(office, at_top, "销号", "已销号")
    press(supervisor, at_top, "反弹，重新挂号", "待认领", 反弹情况="回头看发现夜班又无人应答。")

    head.goto(at_head)
    expect(head.locator("dl.facts").first).to_contain_text("第 2 轮")
    expect(head.locator("#history")).to_contain_text("回头看发现夜班又无人应答。")
    expect(head.locator("#publications")).to_contain_text("满意率")
    claim(head, at_head)


def judge(page, address, votes):
    page.goto(address)
    step = page.locator("#step-record_verdict")
    if not step.is_visible():
        page.locator("summary", has_text="记群众评价").click()
    step.locator("[name=source]").fill("职工代表座谈会，发票 30 张")
    for name, number in zip(("satisfied", "fair", "unsatisfied"), votes.values(), strict=True):
        step.locator(f"[name={name}]").fill(number)
    step.get_by_role("button", name="记群众评价").click()
    expect(page.locator("#publications")).to_contain_text("满意 26 票")


# By keys alone -------------------------------------------------------------------------------------


class Keys:
    """A person without a mouse: goes on by Tab, opens and presses by Enter, types."""

    def __init__(self, page):
        self.page = page

    def open(self, address):
        """As typed into the address bar."""
        self.page.goto(address)

    def to(self, target):
        """Tab until it has the focus."""
        for _press in range(150):
            self.page.keyboard.press("Tab")
            if target.evaluate("found => found === document.activeElement"):
                return
        raise AssertionError(target)

    def write(self, target, text):
        self.to(target)
        self.page.keyboard.type(text)

    def choose(self, target, label):
        self.to(target)
        wanted = target.evaluate(
            "(list, label) => [...list.options].findIndex(option => option.label.trim() === label)", label
        )
        for _step in range(wanted):
            self.page.keyboard.press("ArrowDown")

    def date(self, target, day):
        """In the order the browser's own language asks for."""
        self.to(target)
        for digits in (f"{day:%m%d%Y}", f"{day:%Y%m%d}"):
            self.page.keyboard.type(digits)
            if target.input_value() == day.isoformat():
                return
            self.page.keyboard.press("Shift+Tab")
            self.page.keyboard.press("Tab")
        raise AssertionError(target.input_value())

    def step(self, button, word, **typed):
        """A step of the card that is open."""
        fold = fold_of(self.page, button)
        if fold.get_attribute("open") is None:
            self.to(fold.locator("summary"))
            self.page.keyboard.press("Enter")
        for name, text in typed.items():
            self.write(fold.locator(f"[name={name}]"), text)
        self.to(fold.get_by_role("button", name=button, exact=True))
        self.page.keyboard.press("Enter")
        stage(self.page, word)


def test_the_whole_way_by_keys_alone(page_as, server):  # noqa: PLR0915 - one way
    names = ("head", "office", "leader", "supervisor")
    head, office, leader, supervisor = (Keys(page_as(name)) for name in names)
    number = registered(office, server, "治疗车物品摆放混乱")
    at_head, at_top = (f"{server.url}/{unit}/rectification/cards/{number}" for unit in ("nk1", "hospital"))

    head.open(at_head)
    fold = head.page.locator("form.step")
    head.write(fold.locator("[name=measures]"), "统一摆放，每班核对")
    head.choose(fold.locator("[name=person]"), "何小满")
    head.date(fold.locator("[name=due_on]"), clock.today() + timedelta(days=60))
    head.to(fold.get_by_role("button", name="认领"))
    head.page.keyboard.press("Enter")
    stage(head.page, "方案待批")
    office.open(at_top)
    office.step("批准方案", "整改中")
    head.open(at_head)
    head.to(head.page.get_by_role("button", name="完成", exact=True))
    head.page.keyboard.press("Enter")
    expect(head.page.get_by_role("button", name="取消完成")).to_have_count(1)
    head.open(at_head)
    head.step("申请销号", "申请销号", no_files="现场可看", note="已统一摆放")
    leader.open(at_top)
    leader.step("验收通过", "已验收")
    supervisor.open(at_top)
    supervisor.step("复核通过", "已复核")
    office.open(at_top)
    office.to(office.page.get_by_role("button", name="预览公示"))
    office.page.keyboard.press("Enter")
    expect(office.page.locator("article.published")).to_contain_text("已统一摆放")
    office.to(office.page.get_by_role("button", name="确认公示"))
    office.page.keyboard.press("Enter")
    stage(office.page, "公示中")
    supervisor.open(at_top)
    votes = {"source": "座谈会", "satisfied": "9", "fair": "1", "unsatisfied": "0"}
    supervisor.step("记群众评价", "公示中", **votes)
    days_pass(server, number)
    office.open(at_top)
    office.step("销号", "已销号")
    supervisor.open(at_top)
    supervisor.step("反弹，重新挂号", "待认领", note="又混乱了")
    expect(supervisor.page.locator("dl.facts").first).to_contain_text("第 2 轮")


def registered(office, server, title):
    office.open(f"{server.url}/hospital/rectification/cards/new")
    page = office.page
    office.write(page.locator("[name=title]"), title)
    office.choose(page.locator("[name=unit]"), "内一科")
    office.to(page.get_by_role("button", name="登记", exact=True))
    page.keyboard.press("Enter")
    expect(page.locator(".notice")).to_be_visible()
    return re.search(r"/cards/(\d+)", page.url)[1]
