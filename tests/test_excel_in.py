"""Excel tables people bring: read whole or not at all."""

import io
import re
import subprocess
import sys
import time
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
from xlsxwriter import Workbook

from intranet.documents import apart, excel
from intranet.documents.excel import Column
from intranet.errors import Invalid
from tests.office import parts

pytestmark = pytest.mark.one_engine

PEOPLE = (
    Column("工号", key="username", required=True, example="1001"),
    Column("姓名", key="name", required=True, example="张某某"),
    Column("单位编码", key="unit", required=True, choices=("nk1", "wk1"), example="nk1"),
    Column("职务", key="title", note="没有可以不填"),
    Column("入职日期", kind=date, key="since", example="2020-07-01"),
)
HEADINGS = [column.heading for column in PEOPLE]
ANNA = ["1001", "安某", "nk1", "护士", date(2026, 3, 5)]
NO_DAY = "“入职日期”里的“{}”不是日期，请写成 2026-03-05 这样。"


@pytest.fixture(autouse=True)
def _words(app):
    with app.test_request_context():
        yield


def table(*rows, headings=HEADINGS):
    book = openpyxl.Workbook()
    for row in (headings, *rows) if headings else rows:
        book.active.append(row)
    return saved(book)


def saved(book):
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def read(*rows, **more):
    return excel.read(table(*rows, **more), PEOPLE)


def refused(content):
    with pytest.raises(Invalid) as refusal:
        excel.read(content, PEOPLE)
    return str(refusal.value.message)


# In ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        "2026年3月5日",
        "2026-3-5",
        "2026/3/5",
        "2026.3.5",
        "２０２６年３月５日",
        " 2026 年 3 月 5 日 ",
        "20260305",
        20260305,
    ],
)
def test_a_date_is_read_as_people_write_it(written):
    rows, bad, _unknown = read([*ANNA[:4], written])

    assert not bad
    assert rows[2]["since"] == date(2026, 3, 5)


def test_texts_come_as_people_see_them():
    first = [1001.0, "　安某\n", "ｎｋ１", None, datetime(2026, 3, 5)]  # noqa: DTZ001 - Excel knows no zones
    rows, bad, unknown = read(first, ["００12", "贝某", "wk1"])

    assert (bad, unknown) == ({}, [])
    assert rows == {
        2: {"username": "1001", "name": "安某", "unit": "nk1", "title": "", "since": date(2026, 3, 5)},
        3: {"username": "0012", "name": "贝某", "unit": "wk1", "title": "", "since": None},
    }


def test_each_bad_row_is_named_with_all_its_faults_and_nothing_is_taken():
    rows, bad, _unknown = read(
        ANNA,
        [None, "贝某", "xx", "", "2026-2-30"],
        [],
        ["1003", "陈某", "nk1", "", "去年"],
        [1e17, "邓某", "nk1"],
    )

    assert rows == {}
    assert bad == {
        3: "“工号”没有填。“单位编码”不能填“xx”，请从可选的内容里选。" + NO_DAY.format("2026-2-30"),
        5: NO_DAY.format("去年"),
        6: "“工号”是 #NUM!：公式出错，或数字太长。请改成文本重填。",
    }


@pytest.mark.parametrize("day", ["2026-115", "2026115", "26-3-5", "3月5日", "2026-13-01", "12", "2026年3月"])
def test_what_may_mean_two_days_is_none(day):
    assert list(read([*ANNA[:4], day])[1]) == [2]


@pytest.mark.parametrize(
    "headings",
    [
        ["入职日期", "职务", "单位编码", "姓名", "工号"],
        ["入职日期（年-月-日）", "职　务", "单位\n编码*", " 姓名：", "*工号"],
    ],
)
def test_headings_in_any_order_and_dress(headings):
    rows, _bad, unknown = read(ANNA[::-1], headings=headings)

    assert rows[2]["name"] == "安某"
    assert unknown == []


def test_a_title_merged_above_and_headings_merged_over_two_rows():
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["全院人员名单"],
        ["工号", "姓名", "单位", None, "入职日期", "电话"],
        [None, None, "单位编码", "职务"],
        [*ANNA, "8"],
    ):
        sheet.append(row)
    for area in ("A1:F1", "A2:A3", "B2:B3", "C2:D2", "E2:E3"):
        sheet.merge_cells(area)

    rows, bad, _unknown = excel.read(saved(book), PEOPLE)

    assert (list(rows), bad) == ([4], {})
    assert rows[4]["title"] == "护士"


def test_what_a_sheet_claims_of_its_size_counts_for_nothing():
    claim = b'<dimension ref="A1:XFD1048576"/>'
    content = with_part(
        table(*[ANNA] * 100),
        "xl/worksheets/sheet1.xml",
        lambda xml: re.sub(rb"<dimension[^>]*>(</dimension>)?", claim, xml),
    )

    assert list(excel.read(content, PEOPLE)[0]) == list(range(2, 102))


def test_unknown_columns_are_told_and_missing_ones_asked_for():
    assert read([*ANNA, "8"], headings=[*HEADINGS, "电话"])[2] == ["电话"]
    assert refused(table(ANNA[:3], headings=HEADINGS[:3])) == (
        "没有找到这些列：职务、入职日期。请对照模板补上表头。"
    )
    assert "表头里有两列同名" in refused(table([*ANNA, "x"], headings=[*HEADINGS, "姓名"]))


def test_of_a_formula_its_value_is_read_and_an_error_is_a_bad_row():
    change = {b"A2": b"<f>1000+1</f><v>1001</v>", b"A3": b"<f>1/0</f><v>#DIV/0!</v>"}
    content = with_part(table(ANNA, ANNA), "xl/worksheets/sheet1.xml", lambda xml: with_cells(xml, change))

    rows, _bad, _unknown = excel.read(with_part(content, "xl/worksheets/sheet1.xml", without_row_3), PEOPLE)
    assert rows[2]["username"] == "1001"

    _rows, bad, _unknown = excel.read(content, PEOPLE)

    assert bad == {3: "“工号”是 #DIV/0!：公式出错，或数字太长。请改成文本重填。"}


def with_cells(xml, contents):
    for place, content in contents.items():
        kind = b' t="e"' if b"#" in content else b""
        xml = re.sub(b'<c r="%s".*?</c>' % place, b'<c r="%s"%s>%s</c>' % (place, kind, content), xml)
    return xml


def without_row_3(xml):
    return re.sub(b'<row r="3".*?</row>', b"", xml)


def with_part(content, name, change):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, data in parts(content).items():
            archive.writestr(part, change(data) if part == name else data)
    return stream.getvalue()


def test_what_the_template_offers_is_read_again_without_its_example():
    content = excel.template("人员名单", PEOPLE)
    book = openpyxl.load_workbook(io.BytesIO(content))
    rules = {str(rule.sqref).split(":")[0]: rule for rule in book.active.data_validations.dataValidation}
    assert rules["C4"].formula1 == '"nk1,wk1"'
    assert rules["D4"].prompt == "没有可以不填"
    assert excel.read(content, PEOPLE) == ({}, {}, [])

    book.active.append(ANNA)

    assert list(excel.read(saved(book), PEOPLE)[0]) == [5]


# What is refused -----------------------------------------------------------------------------------

XLS = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet><sheetData/></worksheet>'


@pytest.mark.parametrize("content", [b"", XLS, "工号,姓名".encode("gbk"), b"PK\x03\x04 half"])
def test_what_is_no_workbook_is_refused_in_a_sentence(content):
    assert refused(content).startswith("这不是完好的 .xlsx 文件。")


def test_a_word_file_an_empty_sheet_and_declared_entities_are_refused():
    assert refused(with_part(table(ANNA), "xl/workbook.xml", lambda _xml: b"")).startswith("这不是完好的")
    assert refused(with_part(table(ANNA), "xl/worksheets/sheet1.xml", lambda _xml: ENTITIES)).startswith(
        "这不是完好的"
    )
    assert refused(saved(openpyxl.Workbook())).startswith("没有找到这些列：工号、姓名")


def test_a_bomb_is_refused_before_it_is_unpacked():
    bomb = with_part(table(ANNA), "xl/worksheets/sheet1.xml", lambda xml: xml + b" " * 30_000_000)

    assert refused(bomb).startswith("文件解开后过大。")


def test_more_rows_than_are_read_and_cells_at_the_end_of_a_sheet_are_refused():
    def with_rows(count, row):
        rows = row * count + b"</sheetData>"
        return with_part(table(), "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"</sheetData>", rows))

    assert refused(with_rows(100_001, b"<row><c><v>1</v></c></row>")).startswith("表格超过 100000 行")
    assert refused(with_rows(100, b'<row><c r="XFD7"><v>1</v></c></row>')).startswith("表格超过 100000 行")
    assert refused(with_rows(1, b'<row r="9999999"><c><v>1</v></c></row>')).startswith("表格超过 100000 行")


# In a process of its own -----------------------------------------------------------------------------


def test_a_file_made_to_take_long_or_much_is_refused_in_time(monkeypatch):
    """Half a million packed cells in one row: 5 MB that took a minute in the server's own process."""
    cells = b"".join(b'<c t="inlineStr"><is><t>%d</t></is></c>' % (n * 7**20) for n in range(500_000))
    slow = with_part(
        table(),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b"</sheetData>", b"<row>" + cells + b"</row></sheetData>"),
    )
    monkeypatch.setattr(excel, "SECONDS", 2)

    began = time.monotonic()
    assert refused(slow).startswith("文件太复杂，没能读完。")
    assert time.monotonic() - began < 15  # the two seconds, on a machine that has other things to do


def test_a_text_packed_once_and_shown_in_many_cells_is_too_much():
    stream = io.BytesIO()
    with Workbook(stream) as book:
        sheet = book.add_worksheet()
        for row in range(1_100):
            sheet.write_string(row, 0, "长" * 30_000)

    assert len(stream.getvalue()) < 50_000
    assert refused(stream.getvalue()).startswith("文件解开后过大。")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has these limits")
def test_a_parser_out_of_memory_is_not_taken_for_a_broken_file(monkeypatch):
    hungry = "from intranet.documents import sheets; sheets.MEMORY = 2**20; sheets.main()"
    monkeypatch.setattr(excel, "READER", [sys.executable, "-c", hungry])

    assert refused(table(ANNA)).startswith("文件太复杂，没能读完。")


def test_two_files_are_read_at_a_time_and_a_fault_of_ours_is_not_blamed_on_the_file(monkeypatch):
    monkeypatch.setattr(apart, "WAIT", 0)
    with apart.PLACES, apart.PLACES:
        assert refused(table(ANNA)).startswith("有别的文件正在读取")
    monkeypatch.setattr(excel, "READER", [sys.executable, "-c", "raise SystemExit(1)"])

    with pytest.raises(subprocess.CalledProcessError):
        excel.read(table(ANNA), PEOPLE)


def test_the_program_knows_nothing_of_the_server():
    program = "import runpy, sys; runpy.run_path(sys.argv[1]); sys.exit('intranet' in sys.modules)"

    subprocess.run([sys.executable, "-P", "-c", program, excel.READER[-1]], check=True)
