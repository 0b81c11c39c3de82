"""The office uploads the real plan, corrects a doubt and confirms; the departments see their duties."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import looks_right_everywhere, read
from tests.fixtures import shared_data

pytestmark = pytest.mark.beside("campaign")


def upload(page, server, unit="zb1"):
    page.goto(f"{server.url}/{unit}/campaign/import")
    page.set_input_files("input[type=file]", shared_data("plan-hospital-2014.txt"))
    page.get_by_role("button", name="上传并读取").click()
    page.wait_for_url(re.compile(r"/drafts/\d+"))


@pytest.mark.parametrize("script", [True, False])
def test_the_real_plan_is_read_corrected_and_confirmed(page_as, server, script):
    page = page_as("office", script=script)
    upload(page, server, "zb1" if script else "zb3")
    expect(page.locator("h1")).to_contain_text("核对")
    expect(page.locator("#activities tbody tr")).to_have_count(21)
    doubts = page.locator("tr.doubt")
    before = doubts.count()
    assert before > 0

    row = page.locator("#activities tr.doubt").first
    row.get_by_role("link", name="改", exact=True).click()
    page.locator("textarea[name=title]").fill("梳理各方意见，反馈给每名党员")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("#activities")).to_contain_text("梳理各方意见，反馈给每名党员")
    unchecked = page.get_by_role("button", name="已核对")
    left = unchecked.count()
    unchecked.first.click()
    expect(unchecked).to_have_count(left - 1)
    expect(page.locator("#activities")).to_contain_text("（已核对）")

    page.get_by_role("button", name=re.compile("确认导入")).click()
    expect(page.locator(".notice")).to_contain_text("已写入方案：新增 21 项")
    expect(page.locator("main")).to_contain_text("梳理各方意见，反馈给每名党员")


def test_nothing_is_written_before_the_confirmation(page_as, server):
    page = page_as("office")
    page.goto(f"{server.url}/zb2/campaign/import")
    page.set_input_files("input[type=file]", shared_data("plan-hospital-2014.txt"))
    page.get_by_role("button", name="上传并读取").click()
    page.wait_for_url(re.compile(r"/drafts/\d+"))

    page.get_by_role("button", name="放弃").click()

    page.goto(f"{server.url}/zb2/campaign/")
    expect(page.locator("main")).not_to_contain_text("三学三强")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("方案.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, "另存为"),
        ("方案.txt", b"", "空"),
        ("方案.docx", b"<html>not a document</html>", "扩展名不符"),
        ("方案.exe", b"MZ", "docx"),
    ],
)
def test_a_file_that_cannot_be_read_is_answered_on_the_page(page_as, server, name, content, sentence):
    page = page_as("office")
    page.goto(f"{server.url}/hospital/campaign/import")

    page.set_input_files(
        "input[type=file]", {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )
    page.get_by_role("button", name="上传并读取").click()

    expect(page.locator("#form .error, #form .refusal").first).to_contain_text(sentence)
    assert page.url.endswith("/import")


def test_a_department_reports_and_the_office_confirms(page_as, server):
    head, office = page_as("head"), page_as("office")
    head.goto(f"{server.url}/nk1/campaign/")
    head.get_by_role("link", name="上报").first.click()
    title = read(head.locator("h1"))
    if not head.get_by_label("完成情况").is_visible():
        head.locator("summary", has_text="上报完成").click()
    head.get_by_label("完成情况").fill("已与全科 18 人逐一谈心，收集意见 6 条。")
    head.get_by_role("button", name="上报", exact=True).click()
    expect(head.locator("main")).to_contain_text("已上报")

    office.goto(f"{server.url}/")
    office.locator("table.dense a", has_text=title[:8]).first.click()
    confirm = office.get_by_role("button", name="确认内一科的任务")
    confirm.click()
    expect(confirm).to_have_count(0)

    head.reload()
    expect(head.locator("main")).to_contain_text("已确认")


def test_the_pages_of_the_plan_are_accessible_and_fit(page_as, server):
    page = page_as("office")
    upload(page, server)
    paths = [page.url.removeprefix(server.url), "/hospital/campaign/", "/hospital/campaign/import"]
    page.goto(f"{server.url}/hospital/campaign/")
    paths += page.eval_on_selector_all(
        "main nav a, main .tabs a", "links => links.map(link => new URL(link.href).pathname)"
    )

    for path in dict.fromkeys(paths):
        page.goto(server.url + path)
        looks_right_everywhere(page)
