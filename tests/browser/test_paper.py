"""What leaves the browser: printed pages and downloaded files."""

import re
import zipfile

import pypdfium2
import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.beside("campaign", "people", "rectification")

MM = 72 / 25.4


def printed(page: Page, url: str) -> list[pypdfium2.PdfPage]:
    page.goto(url)
    return list(pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True)))


def text_of(sheet: pypdfium2.PdfPage) -> str:
    return sheet.get_textpage().get_text_range()


def right_edge(sheet: pypdfium2.PdfPage) -> float:
    """Of the letter that stands farthest to the right, in mm from the edge of the paper."""
    letters = sheet.get_textpage()
    return (sheet.get_width() - max(letters.get_charbox(at)[2] for at in range(letters.count_chars()))) / MM


@pytest.mark.parametrize(
    ("path", "size", "heading"),
    [
        ("/hospital/campaign/", (210, 297), "责任单位"),
        ("/hospital/rectification/cards?print=1", (297, 210), "责任部门"),
    ],
)
def test_a_printed_list_says_whose_it_is_and_repeats_its_headings(server, page_as, path, size, heading):
    sheets = printed(page_as("office"), server.url + path)

    assert len(sheets) > 1
    assert "示范医院 · 20" in text_of(sheets[0])
    for number, sheet in enumerate(sheets, 1):
        text = text_of(sheet)
        assert tuple(round(length / MM) for length in sheet.get_size()) == size
        assert heading in text
        assert f"{number} / {len(sheets)}" in text
        assert not [word for word in ("退出登录", "功能开关", "筛选", "导出", "English") if word in text]
        assert right_edge(sheet) > 10


def test_a_card_fits_on_one_sheet_with_all_it_says(server, page_as):
    (sheet,) = printed(page_as("office"), f"{server.url}/hospital/rectification/cards/14")

    text = text_of(sheet)
    assert all(word in text for word in ("014", "责任部门", "整改措施", "进展与经过"))
    assert "记进展" not in text


def test_a_printed_board_offers_nothing_to_press_and_says_what_is_not_on_it(server, page_as):
    sheets = printed(page_as("office"), f"{server.url}/hospital/rectification/")

    text = "".join(map(text_of, sheets)).replace(" ", "")
    assert "方案待批" in text
    assert re.search(r"已销号(\d+)\s+还有\1件没有印出，全部见清单。", text)
    assert not [word for word in ("移到", "更多") if word in text]
    assert {tuple(round(length / MM) for length in sheet.get_size()) for sheet in sheets} == {(297, 210)}


def test_slips_of_passwords_print_on_a4_and_none_is_cut_in_two(server, page_as):
    page = page_as("system")
    page.goto(f"{server.url}/admin/people/slips?unit=wk1")
    page.get_by_role("button", name="发密码并打印").click()
    page.get_by_text("只显示这一次").wait_for()
    slips = page.locator(".slips .password").all_text_contents()

    sheets = list(pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True)))

    text = "".join(map(text_of, sheets))
    assert slips
    assert all(password in text for password in slips)
    assert {tuple(round(length / MM) for length in sheet.get_size()) for sheet in sheets} == {(210, 297)}
    assert "已打印" not in text
    for sheet in sheets:
        assert text_of(sheet).count("请勿转告他人") == sum(word in text_of(sheet) for word in slips)


@pytest.mark.parametrize("script", [True, False])
def test_a_file_may_be_taken_away_more_than_once(server, page_as, script):
    page = page_as("office", script=script)
    page.goto(f"{server.url}/hospital/campaign/?state=done")

    for _time in range(2):
        with page.expect_download() as download:
            page.get_by_role("button", name="导出 Excel").click()
        assert download.value.suggested_filename.endswith("活动安排表.xlsx")
        assert zipfile.is_zipfile(download.value.path())


def test_the_wall_chart_is_one_sheet_of_a3_across_with_its_numbers(server, page_as):
    (sheet,) = printed(page_as("supervisor"), f"{server.url}/hospital/rectification/wall")

    text = text_of(sheet).replace(" ", "")
    assert [round(length / MM) for length in sheet.get_size()] == [420, 297]
    assert all(
        word in text for word in ("示范医院", "整改进度图", "问题总数", "内一科", "形式主义", "逾期最久")
    )
    assert not [word for word in ("全屏", "退出登录", "整改公示") if word in text]
    assert right_edge(sheet) > 10
