"""Evidence hangs on a card: uploaded, looked at, saved, removed, and refused beside the files."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import axe_finds_nothing, fits
from tests.browser.test_card_journey import open_problem
from tests.files import picture

pytestmark = pytest.mark.beside("rectification")


@pytest.mark.parametrize("script", [True, False])
def test_evidence_is_uploaded_looked_at_saved_and_removed(page_as, server, tmp_path, script):
    photo, record = tmp_path / "现场照片.jpg", tmp_path / "巡查记录.txt"
    photo.write_bytes(picture("JPEG", (1600, 1200)))
    record.write_bytes("连续四周清点齐全".encode("gb18030"))
    head, office = page_as("head", script=script), page_as("office", 360, script=script)
    number = open_problem(office, server, f"抢救车封条未登记{'甲' if script else '乙'}")
    head.goto(f"{server.url}/nk1/rectification/cards/{number}")

    head.get_by_label("选择文件").set_input_files([photo, record])
    head.get_by_role("button", name="上传", exact=True).click()
    expect(head.locator("#evidence .files li")).to_have_count(2)
    head.locator("#evidence img").scroll_into_view_if_needed()
    expect(head.locator("#evidence img")).to_have_js_property("naturalWidth", 320)

    office.goto(f"{server.url}/hospital/rectification/cards/{number}")
    with office.expect_download() as saved:
        office.get_by_role("link", name="巡查记录.txt").click()
    assert saved.value.suggested_filename == "巡查记录.txt"
    assert saved.value.path().read_bytes() == record.read_bytes()
    if script:  # axe waits for ever without one
        fits(office)
        axe_finds_nothing(office)

    head.locator("#evidence li", has_text="巡查记录.txt").get_by_text("删除", exact=True).click()
    head.get_by_role("button", name="确认删除").first.click()
    expect(head.locator("#evidence .files li")).to_have_count(1)
    office.reload()
    expect(office.locator("#history")).to_contain_text("删除：巡查记录.txt")


def test_what_is_refused_is_said_beside_the_files(page_as, server, tmp_path):
    large, false = tmp_path / "录像.txt", tmp_path / "通知.docx"
    large.write_bytes(b"x" * 12 * 1024 * 1024)
    false.write_bytes(b"<html>")
    head = page_as("head", 360)
    head.goto(f"{server.url}/nk1/rectification/")
    head.goto(server.url + head.locator(".card-item h3 a").first.get_attribute("href"))

    head.get_by_label("选择文件").set_input_files(false)
    head.get_by_role("button", name="上传", exact=True).click()
    expect(head.locator("#evidence .refusal")).to_contain_text("“通知.docx”：内容与扩展名不符")
    fits(head)
    axe_finds_nothing(head)

    plain = page_as("head", 360, script=False)
    plain.goto(head.url)
    plain.get_by_label("选择文件").set_input_files(large)
    plain.get_by_role("button", name="上传", exact=True).click()
    expect(plain.locator("main")).to_contain_text("文件超过 10 MB")
    fits(plain)
