"""What two administrators do: units, people and slips the one, grants, deputies and permissions the other."""

import io
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect
from sqlalchemy import update

from intranet import clock
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import Grant
from tests.browser.conftest import looks_right, read
from tests.browser.test_core import type_password
from tests.server import inside

pytestmark = pytest.mark.beside("people")

PEOPLE = "/admin/people"
DEMO = ("--cards", "6", "--people", "12")
CHOSEN = "Mq7#Vt2!kZ 桥下的猫"


def test_a_unit_is_made_and_moved_and_a_person_comes_in_with_a_slip(page_as, server):
    page = page_as("system", 360)
    make_unit_below(page, server, "nk1")
    password = make_person(page, server)

    own = page_as(None)
    type_password(own, server, "z1001", password)
    expect(own.locator("main")).to_contain_text("初始密码")
    for name, word in (("old_password", password), ("new_password", CHOSEN), ("new_password_again", CHOSEN)):
        own.locator(f"[name={name}]").fill(word)
    own.get_by_role("button", name="修改密码").click()
    own.context.clear_cookies()
    type_password(own, server, "z1001", CHOSEN)
    expect(own.locator("h1")).to_have_text("我的待办")


def make_unit_below(page, server, code):
    page.goto(f"{server.url}{PEOPLE}/units/new")
    page.get_by_label("代码").fill("zyk")
    page.get_by_label("单位名称").fill("中医科")
    page.get_by_label("类型").select_option(label="科室")
    page.get_by_label("上级单位").select_option("hospital")
    page.get_by_role("button", name="新建").click()
    page.get_by_role("link", name="中医科").first.click()
    page.get_by_label("移到哪个单位之下").select_option(code)
    page.get_by_role("button", name="移动").click()
    expect(page.locator(".facts")).to_contain_text("内一科")
    looks_right(page)


def make_person(page, server):
    """The first password, read off the slip."""
    page.goto(f"{server.url}{PEOPLE}/new")
    page.get_by_label("工号").fill("z1001")
    page.get_by_label("姓名").fill("陆青禾")
    page.get_by_label("单位").select_option("zyk")
    page.get_by_label("职务").fill("医师")
    page.get_by_role("button", name="新增").click()
    password = read(page.locator("#slip .password"))
    looks_right(page)
    page.goto(f"{server.url}{PEOPLE}/?q=z1001")
    expect(page.locator("#list")).to_contain_text("中医科 医师")

    return password


def test_a_grant_ends_by_itself_or_is_taken_back_and_a_permission_moves(page_as, server):
    page, today = page_as("security"), clock.today()
    page.goto(f"{server.url}{PEOPLE}/grants/new")
    page.locator("[name=person]").fill("d00001")
    page.locator("[name=role]").select_option(label="负责人")
    page.locator("[name=unit]").select_option("hlb")
    page.locator("[name=ends_on]").fill((today + timedelta(days=20)).isoformat())
    page.get_by_role("button", name="授权", exact=True).click()
    page.goto(f"{server.url}{PEOPLE}/grants/?time=soon")
    row = page.locator("#list tr", has_text="d00001")
    expect(row).to_contain_text((today + timedelta(days=20)).isoformat())
    looks_right(page)
    row.locator("summary").click()
    page.get_by_role("button", name="确认收回").click()
    expect(page.locator("#list")).not_to_contain_text("d00001")

    page.goto(f"{server.url}{PEOPLE}/permissions")
    cell = page.locator("tr", has_text="开关本单位的功能").locator("td[data-role=干事]")
    for before, button in (("–", "确认给予"), ("✓", "确认收回")):
        expect(cell.locator("summary")).to_have_text(before)
        cell.locator("summary").click()
        cell.get_by_role("button", name=button).click()
    expect(cell.locator("summary")).to_have_text("–")
    looks_right(page)


def test_a_deputy_may_act_while_the_head_is_away_and_no_longer(page_as, server):
    deputy, switches = page_as("recorder", 360), f"{server.url}/nk1/plugins"
    page, today = page_as("security"), clock.today()
    page.goto(f"{server.url}{PEOPLE}/grants/?q=head")
    assert deputy.goto(switches).status == 403
    page.locator("#list tr", has_text="李牧原").get_by_role("link", name="临时代理").click()
    looks_right(page)
    page.locator("[name=person]").fill("recorder")
    page.locator("[name=starts_on]").fill(today.isoformat())
    page.locator("[name=ends_on]").fill(today.isoformat())
    page.get_by_role("button", name="安排代理").click()
    expect(page.locator("#list")).to_contain_text("代理李牧原")

    assert deputy.goto(switches).status == 200
    deputy.locator("section.switch", has_text="整改").get_by_role("button", name="关闭").click()
    expect(deputy.locator(".notice")).to_contain_text("已关闭")
    deputy.locator("section.switch", has_text="整改").get_by_role("button", name="开启").click()

    yesterday = today - timedelta(days=1)
    with inside(server), transaction():
        stands_in = update(Grant).where(Grant.for_user_id.is_not(None))
        db.session.execute(stands_in.values(starts_on=yesterday, ends_on=yesterday))
    assert deputy.goto(switches).status == 403
    page.goto(f"{server.url}{PEOPLE}/grants/?time=over")
    expect(page.locator("#list")).to_contain_text("代理李牧原")


def test_a_list_with_bad_rows_is_mended_applied_and_comes_out_as_it_went_in(page_as, server, tmp_path):
    page, file = page_as("system"), tmp_path / "名单.xlsx"
    book = exported(page, server)
    book["单位"].append(["ykk", "眼科", "科室", "hospital", "30"])
    book["人员"].append(["y2001", "沈知夏", "nowhere", "主任", "2026-03-01", ""])
    book["人员"].append(["y2002", "", "ykk", "护士", "不知道", ""])
    upload(page, server, book, file)
    expect(page.locator(".caution").first).to_contain_text("其中 2 行有错，一行也没有写入")
    looks_right(page)

    people = book["人员"]
    people.cell(people.max_row - 1, 3).value = "ykk"
    people.cell(people.max_row, 2).value, people.cell(people.max_row, 5).value = "韩晚舟", "2026-03-01"
    upload(page, server, book, file)
    expect(page.locator(".figures")).to_contain_text("2新人员")
    looks_right(page)
    page.get_by_role("button", name="确认导入").click()

    after = exported(page, server)
    assert {sheet.print_title_rows for sheet in (after["单位"], after["人员"])} == {"$1:$1"}
    assert all(sheet.sheet_properties.pageSetUpPr.fitToPage for sheet in after)
    assert {name: rows(after[name]) for name in ("单位", "人员")} == {
        name: rows(book[name]) for name in ("单位", "人员")
    }


def exported(page, server):
    page.goto(f"{server.url}{PEOPLE}/")
    with page.expect_download() as download:
        page.get_by_role("button", name="导出 Excel", exact=True).click()
    return load_workbook(io.BytesIO(download.value.path().read_bytes()))


def upload(page, server, book, file):
    book.save(file)
    page.goto(f"{server.url}{PEOPLE}/import")
    page.locator("[name=file]").set_input_files(file)
    page.get_by_role("button", name="上传并核对").click()


def rows(sheet):
    return sorted(tuple(cell or "" for cell in row) for row in sheet.iter_rows(values_only=True))
