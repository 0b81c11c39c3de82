"""What the audit administrator finds, and who else does not."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import event, text

from intranet import audit
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import AuditCheck
from intranet.plugins import loaded
from plugins.audit_trail.queries import searching
from tests.fixtures import HTMX, check_html, login, person, unit

PAGE = "/admin/audit_trail/"


def deeds(page):
    return re.findall(r"</b> ([^<：（]*)[^<]*</summary>\s*<dl>", page.text)


# Searching -----------------------------------------------------------------------------------------


ASKED = {
    "": [
        "退出登录",
        "登记任务",
        "登录",
        "授予角色",
        "登录被拒",
        "开关功能",
        "移动任务",
        "登记任务",
    ],
    "person=head": ["授予角色", "登录被拒", "移动任务", "登记任务"],
    "person=office&deed=tasks:open": ["登记任务"],
    "deed=tasks:open": ["登记任务", "登记任务"],
    "unit=nk1": ["授予角色", "移动任务", "登记任务"],
    "unit=hospital": ["登记任务", "授予角色", "开关功能", "移动任务", "登记任务"],
    "unit=hospital&deed=tasks:open": ["登记任务", "登记任务"],
    "result=refused": ["登录被拒"],
    "result=done&person=head": ["授予角色", "移动任务", "登记任务"],
    "subject=任务+1": ["移动任务", "登记任务"],
    "subject=任务1&deed=tasks:move": ["移动任务"],
    "subject=tasks_task:2": ["登记任务"],
    "subject=账号+head": ["授予角色", "登录被拒"],
    "subject=账号+李牧原": ["授予角色", "登录被拒"],
    "subject=任务": [],
    "start=2026-11-15&end=2026-11-16": ["登录被拒", "开关功能"],
    "start=2026-11-20": ["退出登录"],
    "end=2026-11-13": ["登记任务"],
    "address=命令行&unit=wk1": ["登记任务"],
    "address=10.0.0.1": [],
    "person=nobody": [],
    "unit=nowhere": [],
    "sealed=1": [],
}


def test_each_side_of_an_entry_finds_it_newest_first(log):
    for asked, found in ASKED.items():
        page = log.get(f"{PAGE}?{asked}")
        assert deeds(page) == found, asked
        check_html(page)


def test_of_many_units_it_looks_down_the_time(log, monkeypatch):
    monkeypatch.setattr(searching, "MOST_WALKS", 1)

    assert len(deeds(log.get(f"{PAGE}?unit=hospital"))) == 5


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("start=yesterday", "日期“yesterday”看不懂，请写成 2026-11-21 这样。"),
        ("end=0001-01-01", "日期“0001-01-01”看不懂"),
        ("start=2026-11-20&end=2026-11-13", "开始日期晚于结束日期，请调换。"),
    ],
)
def test_a_date_nobody_understands_is_said_and_stays_typed(log, asked, sentence):
    page = log.get(f"{PAGE}?{asked}&person=head")

    assert sentence in page.text
    assert 'name="person" value="head"' in page.text
    assert deeds(page) == []


def test_pages_follow_each_other_without_gap_or_double(log, monkeypatch):
    monkeypatch.setattr(searching, "PAGE", 3)
    monkeypatch.setattr("plugins.audit_trail.views.PAGE", 3)
    address, found = f"{PAGE}?unit=hospital", []

    while address:
        page = log.get(address)
        found.append(deeds(page))
        more = re.search(r'href="([^"]*before=\d+)"', page.text)
        address = more and more[1].replace("&amp;", "&")

    assert [len(each) for each in found] == [3, 2]
    assert found[0] + found[1] == ["登记任务", "授予角色", "开关功能", "移动任务", "登记任务"]


def test_a_page_asks_the_database_little_however_it_is_narrowed(app, log):
    asked = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *seen: asked.append(seen[2]))
    everything = "person=head&deed=core:grant&unit=hospital&start=2026-11-01&end=2026-11-30&result=done"

    for more in ("", "unit=hospital", f"{everything}&address=命令行&before=3"):
        asked.clear()
        assert log.get(f"{PAGE}?{more}").status_code == 200
        assert len([each for each in asked if each.startswith("SELECT")]) <= 12


# Sealed reads --------------------------------------------------------------------------------------


@pytest.mark.one_engine
def test_without_sealed_texts_there_is_no_tab(app, log, monkeypatch):
    for plugin in app.extensions["intranet.plugins"].working.values():
        monkeypatch.delattr(plugin.module, "SEALED_READS", raising=False)

    assert "查阅密件" not in log.get(PAGE).text


def test_reads_of_sealed_texts_stand_apart(app, log, monkeypatch):
    with app.app_context(), transaction():
        module = loaded().working["tasks"].module
        monkeypatch.setattr(module, "DEEDS", {**module.DEEDS, "read": "查阅密封正文"})
        monkeypatch.setattr(module, "SEALED_READS", {"read"}, raising=False)
        audit.record(person("leader"), "tasks:read", "tasks_task:1", unit=unit("nk1"))

    page = log.get(f"{PAGE}?sealed=1")

    assert deeds(page) == ["查阅密封正文"]
    assert deeds(log.get(f"{PAGE}?sealed=1&person=head")) == []
    assert 'href="/admin/audit_trail/?sealed=1" aria-current="page">查阅密件' in page.text
    assert '<input type="hidden" name="sealed" value="1">' in page.text


# Who may, and what holds ---------------------------------------------------------------------------


@pytest.mark.one_engine
@pytest.mark.parametrize("username", ["head", "office", "system", "security"])
def test_nobody_else_finds_these_pages(app, username):
    client = login(app, username)

    assert {client.get(f"{PAGE}{page}").status_code for page in ("", "chains", "seal")} == {404}
    assert {client.post(f"{PAGE}{page}").status_code for page in ("check", "export")} == {404}
    assert "审计记录" not in client.get("/").text


def test_todays_seal_is_the_end_of_every_chain(app, log):
    with app.app_context():
        ends = db.session.execute(text("SELECT number, hash FROM core_audit_head WHERE number > 0")).all()

    page = log.get(f"{PAGE}seal").text

    assert ends
    for number, end in ends:
        assert f'<td class="num end">{number}</td><td>{end[:16]}</td>' in page


FOUND = {"checked_at": datetime(2019, 3, 1, 2, tzinfo=UTC), "number": 7, "hash": "f" * 64}


def test_the_page_reads_no_chain_and_says_when_each_was_last_checked(app, chain):
    client = login(app, "audit")
    assert "还没有核对过" in client.get(PAGE).text
    with transaction():
        audit.keep([AuditCheck(**FOUND, chain=chain, broken_at=None)], by=None)
        spoil()

    page = client.get(PAGE).text

    assert "记录链完整" in page
    assert "2019年3月1日 10:00 核对" in page
    assert "共 7 条" in page


def spoil():
    db.session.execute(text("UPDATE core_audit_entry SET subject = 'x' WHERE number = 3"))


def test_the_audit_administrator_checks_now_and_is_told(app, chain):
    with transaction():
        spoil()
    client = login(app, "audit")

    assert client.post(f"{PAGE}check").status_code == 303

    page = client.get(PAGE)
    assert "第 3 条缺失或被改动" in page.text
    assert "记录链不完整" in page.text
    check_html(page)


def test_a_chain_that_holds_again_is_shown_as_whole(app, chain):
    client = login(app, "audit")
    with transaction():
        spoil()
    client.post(f"{PAGE}check")
    with transaction():
        db.session.execute(text("UPDATE core_audit_entry SET subject = 'thing:2' WHERE number = 3"))

    client.post(f"{PAGE}check")

    assert "记录链不完整" not in client.get(PAGE).text


@pytest.mark.one_engine
@pytest.mark.parametrize("page", ["", "chains", "seal"])
def test_a_fragment_is_one_block(log, page):
    fragment = log.get(PAGE + page, headers=HTMX).text.strip()

    assert re.match(r'<div id="(entries|chains|seal)">', fragment)
    assert "<html" not in fragment
