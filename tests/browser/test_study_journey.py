"""A study session from the clerk's desk to the telephone of a nurse, and what others see of it."""

import re

import pytest
from playwright.sync_api import expect

from intranet import clock
from tests.browser.conftest import looks_right, read

pytestmark = pytest.mark.beside("study_logs")

BASE = "nk1/study_logs"


def test_a_clerk_marks_by_keyboard_and_a_nurse_signs_in_by_telephone(page_as, server):  # noqa: PLR0915 - one way
    clerk, nurse = page_as("recorder"), page_as("member", width=360)
    clerk.goto(f"{server.url}/{BASE}/sessions/new")
    clerk.fill("[name=title]", "夜班前学习")
    expect(clerk.locator("[name=form]")).to_have_value("weekly")  # as the ward's last one
    clerk.fill("[name=content]", "护理核心制度")
    clerk.fill("[name=day]", f"{clock.today()}")
    clerk.fill("[name=starts]", f"{clock.local(clock.now()):%H}:00")
    clerk.fill("[name=ends]", f"{min(clock.local(clock.now()).hour + 2, 23)}:59".zfill(5))
    clerk.click("text=登记 >> nth=-1")
    clerk.wait_for_url(re.compile(r"/sessions/\d+$"))
    session = clerk.url
    clerk.click("button:has-text('发通知')")
    clerk.click("button:has-text('开始签到')")
    clerk.click("button:has-text('开放签到码')")
    expect(clerk.locator(".study-code")).to_have_text(re.compile(r"^\w{6}$"))
    looks_right(clerk)
    clerk.click("text=全屏")
    expect(clerk.locator("#stage")).to_have_css("position", "fixed")  # over the bar and the menu
    clerk.click("text=退出全屏")

    nurse.goto(f"{server.url}/")
    expect(nurse.locator("main")).to_contain_text("参加学习：夜班前学习")
    nurse.goto(f"{server.url}/account/study_logs/sign-in/{read(clerk.locator('.study-code'))}")
    looks_right(nurse)
    nurse.click("text=我到了，签到")
    expect(nurse.locator("#done")).to_contain_text("何小满")
    expect(nurse.locator("form.pad")).to_have_count(0)
    looks_right(nurse)
    expect(clerk.locator(".study-came")).to_contain_text("已到 1 /")

    clerk.goto(f"{session}/roster")
    rows = clerk.locator("tr[data-row]")
    number = rows.count()
    expect(rows.filter(has_text="何小满")).to_contain_text("签到")
    clerk.keyboard.press("ArrowDown")
    clerk.keyboard.press("ArrowDown")
    clerk.keyboard.press("6")
    away = rows.nth(1)
    expect(away.locator("[aria-pressed=true]")).to_have_text("值班")
    away.locator("[name=reason]").fill("病区值班")
    away.locator("text=保存事由").click()
    expect(clerk.locator("#counts")).to_contain_text(re.compile(r"1\s*值班"))
    rows.filter(has_text="何小满").locator("text=缺席").click()
    clerk.click("text=不改")
    looks_right(clerk)
    for _time in range(2):
        clerk.click("text=其余全部出席")
        expect(clerk.locator("#notice")).to_contain_text(f"已登记 {number - 2} 人")
        if not _time:
            clerk.click(f"text=成批登记的 {number - 2} 人")
            expect(clerk.locator("#notice")).to_contain_text(f"{number - 2} 人回到未登记")
    clerk.click("#counts a >> text=值班")
    expect(rows).to_have_count(1)
    looks_right(clerk)
    clerk.goto(session)
    clerk.click("button:has-text('记录定稿')")
    expect(clerk.locator("main")).to_contain_text("已记录")
    assert page_as("stranger").goto(session).status == 404


def test_what_is_typed_survives_a_closed_browser(page_as, server):
    nurse = page_as("member", width=360)
    nurse.goto(f"{server.url}/{BASE}/notes/")
    nurse.fill("[name=title]", "值夜班时想到的")
    nurse.click("text=写一篇 >> nth=0")
    nurse.fill("[name=text]", "病人要的不过是一句话。")
    expect(nurse.locator("#saved")).to_contain_text("已保存")
    version = nurse.locator("#saved [name=version]")
    first = version.input_value()
    nurse.fill("[name=text]", "病人要的不过是一句话。还有一杯热水。")
    expect(version).not_to_have_value(first)
    looks_right(nurse)
    address = nurse.url
    nurse.context.close()

    again = page_as("member")
    again.goto(address)
    expect(again.locator("[name=text]")).to_have_value("病人要的不过是一句话。还有一杯热水。")
    assert page_as("head").goto(address).status == 404


def test_what_is_typed_before_the_scripts_have_come_is_saved_too(page_as, server):
    nurse = page_as("member", hasty=True)
    nurse.goto(f"{server.url}/{BASE}/notes/")
    nurse.fill("[name=title]", "网很慢的时候")
    nurse.click("text=写一篇 >> nth=0")
    expect(nurse.locator("[name=text]")).to_be_visible()
    nurse.wait_for_load_state()
    held = []
    nurse.route("**/htmx*", lambda script: held.append(script))  # noqa: PLW0108 (it takes no method of a list)
    nurse.reload(wait_until="commit")
    nurse.fill("[name=text]", "脚本还没有来就写下的话。")
    held[0].continue_()
    expect(nurse.locator("#saved")).to_contain_text("已保存")


def test_head_and_supervisor_open_every_number(page_as, server):
    head, supervisor = page_as("head"), page_as("supervisor")
    head.goto(f"{server.url}/{BASE}/makeups/?state=owed")
    looks_right(head)
    head.click("td.title a >> nth=0")
    head.fill("[name=reason]", "外出学习三个月")
    head.click("button:has-text('免除')")
    expect(head.locator("main")).to_contain_text("已免除")
    supervisor.goto(f"{server.url}/hospital/study_logs/")
    looks_right(supervisor)
    supervisor.click(".figures a >> nth=0")
    number = int(read(supervisor.locator(".figures b >> nth=0")))
    expect(supervisor.locator("td.title")).to_have_count(number)
    supervisor.goto(f"{server.url}/hospital/study_logs/progress/")
    looks_right(supervisor)
    supervisor.click(".study-units a >> nth=0")
    supervisor.click("td.title a >> nth=0")
    expect(supervisor.locator("h1")).to_contain_text("的学习")


@pytest.mark.parametrize("width", [360, 1920])
def test_the_pages_of_a_target_fit_and_are_accessible(page_as, server, width):
    office = page_as("office", width=width)
    for way in ("targets/new", "targets/1", "progress/"):
        assert office.goto(f"{server.url}/hospital/study_logs/{way}").status == 200, way
        looks_right(office)


def test_forty_people_are_recorded_with_a_few_strokes(page_as, server):
    """Two clicks and a key or two for each exception, wherever on the list they stand."""
    clerk = page_as("office")
    clerk.goto(f"{server.url}/hospital/study_logs/sessions/new")
    clerk.fill("[name=title]", "四十人的学习")
    boxes = clerk.locator("[name=units]")  # the first is the hospital itself: all its people
    boxes.evaluate_all("(boxes) => boxes.forEach((box, place) => (box.checked = place === 0))")
    clerk.click("text=登记 >> nth=-1")
    clerk.click("button:has-text('直接登记考勤')")

    clerk.click("text=名单和考勤")
    rows = clerk.locator("tr[data-row]")
    expect(rows.first).to_be_visible()
    number = int(read(clerk.locator("#counts b").first))
    assert number >= 40
    keys = ["ArrowDown"] * 3 + ["2"] + ["ArrowDown"] * 4 + ["6"] + ["ArrowDown"] * 5 + ["7"]
    for key in keys:
        clerk.keyboard.press(key)
    expect(clerk.locator("#counts")).to_contain_text(re.compile(r"1\s*缺席"))
    clerk.click("text=其余全部出席")
    expect(clerk.locator("#notice")).to_contain_text(f"已登记 {number - 3} 人")
    for count, word in ((number - 2, "实到"), (1, "迟到"), (1, "值班"), (1, "缺席")):
        expect(clerk.locator("#counts")).to_contain_text(re.compile(rf"{count}\s*{word}"))
