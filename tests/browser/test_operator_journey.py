"""What keeps the site in order: the audit log, backups, e-mail and the year's days off."""

import io
import re
from datetime import date, datetime, timedelta
from email import message_from_bytes, policy

import pytest
import time_machine
from aiosmtpd.controller import Controller
from openpyxl import load_workbook
from playwright.sync_api import expect
from sqlalchemy import update

from intranet import clock, notices
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import LoginSession
from intranet.workdays import is_workday
from plugins.backups.models import Backup
from plugins.mail import schedule
from tests.browser.conftest import looks_right
from tests.fixtures import person, unit
from tests.screenshots import log_in
from tests.server import PASSWORD, free_port, inside, serving

pytestmark = pytest.mark.beside("audit_trail", "backups", "mail", "working_days")

AUDIT, BACKUPS, MAIL, DAYS = (
    "/admin/audit_trail/",
    "/admin/backups/",
    "/account/mail/",
    "/admin/working_days/",
)
DEMO = ("--cards", "6", "--people", "12")


class Post:
    """Takes every letter."""

    def __init__(self):
        self.letters = []

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - aiosmtpd's name
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"

    def newest(self):
        return self.letters[-1].get_body(("plain",)).get_content()


@pytest.fixture(scope="module")
def post():
    office = Controller(Post(), hostname="127.0.0.1", port=free_port())
    office.start()
    yield office
    office.stop()


@pytest.fixture(scope="module")
def settings(post):
    return {
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": post.port,
        "SMTP_SECURITY": "none",
        "MAIL_FROM": "intranet@example.cn",
        "SITE_ADDRESS": "http://intranet.example.cn",
    }


@pytest.fixture(scope="module")
def server(demo_of, settings):
    environ = {f"INTRANET_{name}": str(value) for name, value in settings.items()}
    with serving(demo_of(*DEMO), **environ) as running:
        yield running


# The audit log -----------------------------------------------------------------------------------


def test_the_log_is_searched_opened_taken_away_and_its_chain_checked(page_as, server):
    page = page_as(None, 360)
    log_in(page, server.url, "audit")
    page.goto(server.url + AUDIT)
    page.get_by_label("谁", exact=True).fill("audit")
    page.get_by_label("做了什么").select_option(label="登录")
    page.get_by_role("button", name="查询").click()
    row = page.locator("#entries tbody tr").first
    expect(row.locator("summary")).to_have_text("韩立夏 登录")
    row.locator("summary").click()
    expect(row.locator("dl")).to_contain_text("core:login")
    looks_right(page)

    with page.expect_download() as download:
        page.get_by_role("button", name="按此条件导出 Excel").click()
    cells = load_workbook(io.BytesIO(download.value.path().read_bytes())).worksheets[0].iter_rows()
    assert "韩立夏" in {cell.value for row in cells for cell in row}

    page.goto(server.url + AUDIT)
    page.get_by_role("button", name="现在核对").click()
    expect(page.locator(".notice")).to_contain_text("核对完毕")
    expect(page.locator("#chains")).to_contain_text("记录链完整")
    looks_right(page)
    page.goto(f"{server.url}{AUDIT}?sealed=1")
    expect(page.locator("#entries tbody tr").first).to_contain_text("打开")
    looks_right(page)


# Backups -----------------------------------------------------------------------------------------


def test_a_backup_is_made_tried_taken_away_with_the_password_and_missed_when_old(page_as, server, settings):
    page = page_as("system", 360)
    page.goto(server.url + BACKUPS)
    expect(page.locator("#list")).to_contain_text("还没有备份")
    page.get_by_role("button", name="现在备份").click()
    row = page.locator("#list tbody tr").first
    expect(row).to_contain_text("完好")
    row.get_by_role("button", name="试恢复").click()
    expect(row).to_contain_text("通过")
    looks_right(page)

    with inside(server, **settings), transaction():
        db.session.execute(update(LoginSession).values(started_at=clock.now() - timedelta(minutes=10)))
    row.get_by_role("button", name="下载").click()
    page.get_by_label("工号").fill("system")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page).to_have_url(server.url + BACKUPS)
    with page.expect_download() as download:
        row.get_by_role("button", name="下载").click()
    assert download.value.path().stat().st_size > 10_000

    with inside(server, **settings), transaction():
        db.session.execute(update(Backup).values(finished_at=clock.now() - timedelta(days=3)))
    for address in (BACKUPS, "/"):
        page.goto(server.url + address)
        expect(page.locator("main")).to_contain_text("上一份好的备份已超过 2 天")
        looks_right(page)


# E-mail ------------------------------------------------------------------------------------------


def test_an_address_is_confirmed_by_its_code_and_gets_one_letter_a_day(page_as, server, settings, post):
    page = page_as("member", 360)
    page.goto(server.url + MAIL)
    page.get_by_label("邮箱").fill("he@example.cn")
    page.get_by_role("button", name="寄确认邮件").click()
    expect(page.locator("#own")).to_contain_text("等您确认")
    looks_right(page)
    with inside(server, **settings):
        send(at=clock.now())
    page.get_by_label("确认码").fill(re.search(r"确认码：(\w+)", post.handler.newest())[1])
    page.get_by_role("button", name="确认", exact=True).click()
    expect(page.locator("#own")).to_contain_text("已确认")
    page.locator("[name=mode][value=daily]").check()
    page.get_by_label("每日汇总的时间").select_option(label="08:00")
    page.get_by_role("button", name="保存").click()
    looks_right(page)

    with inside(server, **settings):
        with transaction():
            told = {"title": "抢救车未清点", "day": "2026-11-25"}
            notices.tell([person("member").id], "rectification:due", "/nk1/", unit("nk1"), once="x", **told)
        send(at=next_working_noon().replace(hour=6))
        assert len(post.handler.letters) == 1
        send(at=next_working_noon())
    assert "1 条" in post.handler.newest()
    assert "抢救车" not in post.handler.newest()


def send(*, at):
    """One run of the job at this moment."""
    with time_machine.travel(at, tick=False), transaction(reads_first=True):
        schedule.send()


def next_working_noon():
    day = clock.today() + timedelta(days=1)
    while not is_workday(day):
        day += timedelta(days=1)
    return datetime(day.year, day.month, day.day, 12, tzinfo=clock.ZONE)


# The year's days off -----------------------------------------------------------------------------


def test_a_years_days_off_are_pasted_compared_and_taken_over(page_as, server):
    page, year = page_as("system", 360), clock.today().year + 2
    page.goto(f"{server.url}{DAYS}?year={year}")
    page.get_by_label("放假和调休的日子").fill(f"{year}-10-04 休\n{year}年13月1日 休\n")
    page.get_by_role("button", name="看看会改哪些天").click()
    expect(page.locator("#preview")).to_contain_text("1 行看不懂或不对")
    looks_right(page)

    wednesday = next(day for day in (date(year, 10, day) for day in range(9, 16)) if day.weekday() == 2)
    page.get_by_label("放假和调休的日子").fill(f"{wednesday} 休")
    page.get_by_role("button", name="看看会改哪些天").click()
    expect(page.locator("#preview")).to_contain_text("1 天与现在不同")
    looks_right(page)
    page.get_by_role("button", name="确认导入").click()
    expect(page.locator(".notice")).to_contain_text("工作日已保存")
    expect(page.locator(".month").nth(9).get_by_role("button", name=f"{wednesday.day}休")).to_be_visible()
