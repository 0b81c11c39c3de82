"""A list with something wrong in it: each row is named with its reason, and none is taken in."""

import re

import pytest
from openpyxl import Workbook

from plugins.people import workbook
from plugins.people.tests.lists import IMPORT, kept, review, upload
from plugins.people.workbook import PEOPLE, UNITS
from tests.fixtures import check_html

WRONG = [
    (UNITS, ("NK2", "内二科", "科室", "hospital", ""), "小写字母"),
    (UNITS, ("admin", "内二科", "科室", "hospital", ""), "系统页面"),
    (UNITS, ("nk2", "", "科室", "hospital", ""), "名称空着"),
    (UNITS, ("nk2", "内二科", "病房", "hospital", ""), "不认识"),
    (UNITS, ("nk2", "内二科", "科室", "nowhere", ""), "不是已有单位"),
    (UNITS, ("nk2", "内二科", "科室", "hospital", "-1"), "整数"),
    (UNITS, ("nk1", "内一科", "科室", "", ""), "没有填上级编码"),
    (UNITS, ("nk3", "内三科", "科室", "nk3", ""), "绕成了圈"),
    (UNITS, ("hospital", "示范医院", "科室", "", ""), "不能改"),
    (UNITS, ("h2", "二院", "医院", "hospital", ""), "另一家医院"),
    (PEOPLE, ("", "某人", "nk1", "", "", ""), "工号"),
    (PEOPLE, ("4001", "", "nk1", "", "", ""), "姓名空着"),
    (PEOPLE, ("4001", "某人", "nowhere", "", "", ""), "不是开放的单位"),
    (PEOPLE, ("4001", "某人", "nk1", "", "2026-02-30", ""), "不认识"),
    (PEOPLE, ("4001", "某人", "nk1", "", "2026-02-03", "2026-01-03"), "早于开始"),
    (PEOPLE, ("4001", "某人", "", "护士", "", ""), "没有填单位编码"),
    (PEOPLE, ("system", "方旭", "nk1", "", "", ""), "管理员账号"),
    (PEOPLE, ("4001", "长" * 51, "nk1", "", "", ""), "超过"),
]


@pytest.mark.one_engine
def test_every_bad_row_is_named_with_its_reason_and_none_is_taken_in(app, client_for):
    system, before = client_for("system"), kept(app)
    good = {UNITS: [("nk8", "内八科", "科室", "hospital", "")], PEOPLE: [("4000", "好人", "nk8", "", "", "")]}
    rows = {sheet: good[sheet] + [row for name, row, _why in WRONG if name == sheet] for sheet in good}

    page, path, _sent = review(system, rows)
    sent = system.post(path, data={"digest": "x"})

    numbers = {UNITS: 2, PEOPLE: 2}
    for sheet, _row, why in WRONG:
        numbers[sheet] += 1
        line = rf"{sheet}</td><td class=\"num\">第 {numbers[sheet]} 行</td><td class=\"title\">[^<]*{why}"
        assert re.search(line, page.text), (sheet, numbers[sheet], why)
    assert sent.status_code == 422
    assert kept(app) == before


@pytest.mark.one_engine
def test_all_that_is_wrong_with_a_row_is_said_at_once_and_calmly(client_for):
    system = client_for("system")
    rows = {
        UNITS: [("nk8", "", "病房", "nowhere", "x")],
        PEOPLE: [("4000", "", "nk99", "", "去年", ""), ("4001", "好人", "nk8", "", "", "")],
    }

    answer = upload(system, rows)
    page = system.get(answer.headers["Location"])

    check_html(page)
    assert "读到单位 1 行、人员 2 行，其中 2 行有错" in page.text
    assert 'class="notice"' not in page.text
    for words in (
        "名称空着",
        "类型“病房”不认识",
        "排序“x”",
        "上级编码“nowhere”",
        "姓名空着",
        "日期“去年”",
        "“nk99”",
    ):
        assert words in page.text
    assert "“nk8”既不" not in page.text


@pytest.mark.one_engine
def test_rows_that_contradict_each_other_are_named(client_for):
    rows = {
        UNITS: [
            ("a1", "甲", "小组", "b1", ""),
            ("b1", "乙", "小组", "a1", ""),
            ("a1", "丙", "小组", "nk1", ""),
        ],
        PEOPLE: [
            ("5001", "甲", "nk1", "", "", ""),
            ("5001", "乙", "wk1", "", "", ""),
            ("5001", "甲", "nk1", "", "", ""),
        ],
    }

    page, _path, _sent = review(client_for("system"), rows)

    for words in ("绕成了圈", "与第 2 行重复", "同一工号有两个姓名"):
        assert words in page.text


@pytest.mark.one_engine
@pytest.mark.parametrize("file", [b"", b"PK\x03\x04 no archive", b"name,unit\n", workbook.write({})[:900]])
def test_what_is_no_such_file_is_refused_in_a_sentence(client_for, file):
    answer = upload(client_for("system"), file)

    assert answer.status_code == 422
    assert 'class="error"' in answer.text


@pytest.mark.one_engine
def test_a_sheet_without_a_column_or_with_a_broken_formula_says_which(client_for, tmp_path):
    for rows, sentence in (
        ([("工号", "姓名"), ("1", "甲")], "工作表“人员”：没有找到这些列：单位编码、职务、开始、结束"),
        (
            [("工号", "姓名", "单位编码", "职务", "开始", "结束"), ("#NUM!", "甲", "nk1", "", "", "")],
            "工作表“人员”第 2 行：“工号”是 #NUM!",
        ),
    ):
        book = Workbook()
        book.active.title = PEOPLE
        for row in rows:
            book.active.append(row)
        book.save(tmp_path / "x.xlsx")

        answer = upload(client_for("system"), (tmp_path / "x.xlsx").read_bytes())

        assert answer.status_code == 422
        assert sentence in answer.text


def test_the_template_is_read_as_an_empty_list(client_for):
    system = client_for("system")

    page, _path, _sent = review(system, system.get(f"{IMPORT}/template").data)

    assert "完全一样" in page.text
