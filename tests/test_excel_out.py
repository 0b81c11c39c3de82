"""Excel tables we make: no text becomes a formula, and they are ready for paper."""

import io
from datetime import date, datetime
from urllib.parse import unquote

import openpyxl
import pytest

from intranet.documents import download, excel
from intranet.documents.excel import Column
from tests.office import shown_by_libreoffice

pytestmark = pytest.mark.one_engine

DANGEROUS = (
    "=1+1",
    "+1",
    "-1+2",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "＝1+1",
    '=HYPERLINK("http://x")',
    "{=1+1}",
    "http://x",
)


@pytest.fixture(autouse=True)
def _words(app):
    with app.test_request_context():
        yield


def test_no_text_becomes_a_formula_a_link_or_a_number():
    columns = (Column("内容"), Column("件数", kind=int), Column("日期", kind=date))
    content = excel.write("台账", columns, [(text, 3, date(2026, 3, 5)) for text in DANGEROUS], "共 9 件")

    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    rows = list(sheet.iter_rows(min_row=4))
    assert [row[0].value.replace("_x000D_", "\r") for row in rows] == list(DANGEROUS)
    assert {(row[0].data_type, row[0].number_format, row[0].hyperlink) for row in rows} == {("s", "@", None)}
    assert {row[1].value for row in rows} == {3}
    assert {(row[2].value, row[2].number_format) for row in rows} == {(datetime(2026, 3, 5), "yyyy-mm-dd")}  # noqa: DTZ001


def test_a_table_is_ready_for_a4_and_keeps_its_headings():
    content = excel.write("台账", (Column("内容"), Column("销号日期", 8)), [("某事项" * 40, None)], "")

    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert (sheet.print_title_rows, sheet.freeze_panes) == ("$3:$3", "A4")
    assert sheet["A4"].alignment.wrap_text
    assert sheet["A4"].border.left.style == "thin"
    assert sheet.row_dimensions[3].height > 30
    assert sheet.row_dimensions[4].height > 300


def test_libreoffice_shows_chinese_dates_and_no_result_of_a_formula(tmp_path):
    columns = (Column("内容"), Column("日期", kind=date))
    content = excel.write(
        "整改台账", columns, [("=1+1", date(2026, 3, 5)), ("门诊、<急诊>&药房", None)], "共 2 件"
    )

    shown = shown_by_libreoffice(content, "表.xlsx", tmp_path)

    assert shown.splitlines() == [
        "整改台账,",
        "共 2 件,",
        "内容,日期",
        "=1+1,2026-03-05",
        "门诊、<急诊>&药房,",
    ]


def test_a_download_keeps_its_chinese_name_and_is_not_kept(app):
    response = download(b"x", 'A/B:"整改"\r\n台账.xlsx')

    plain, _sep, shown = response.headers["Content-Disposition"].partition("; filename*=UTF-8''")
    assert plain == "attachment; filename=document.xlsx"
    assert unquote(shown) == "A B 整改 台账.xlsx"
    assert shown.isascii()
    assert response.mimetype.endswith("spreadsheetml.sheet")
