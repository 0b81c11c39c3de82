"""What the audit administrator finds, and in what words."""

import ast
import hashlib
import io
import json
import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import event, select, text

import intranet
from intranet import audit, clock
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import AuditCheck, AuditEntry
from intranet.plugins import loaded
from plugins.audit_trail.queries import searching
from plugins.audit_trail.services import exporting
from plugins.audit_trail.wording import DEEDS, Words
from tests.fixtures import HTMX, check_html, login, person, unit
from tests.tampering import emptied

PAGE = "/admin/audit_trail/"
NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)


@pytest.fixture
def log(app, monkeypatch):
    """Eight entries, a day apart, the first on the 13th."""
    with app.app_context():
        with emptied():
            head, office, nk1 = person("head"), person("office"), unit("nk1")
            write = [
                lambda: audit.record(head, "rectification:open", "card 1", unit=nk1),
                lambda: audit.record(
                    head, "rectification:move", "card 1", unit=nk1, start="unclaimed", end="closed"
                ),
                lambda: audit.record(office, "core:plugins", "campaign", unit=unit("hospital"), word="off"),
                lambda: audit.record(None, "core:login-refused", f"core_user:{head.id}"),
                lambda: audit.record(None, "core:grant", f"core_user:{head.id}", unit=nk1, role="head"),
                lambda: audit.record(office, "core:login", f"core_user:{office.id}"),
                lambda: audit.record(office, "rectification:open", "card 2", unit=unit("wk1")),
                lambda: audit.record(office, "core:logout", f"core_user:{office.id}"),
            ]
            for number, act in enumerate(write):
                moment = NOON + timedelta(days=number - 7)
                monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
                act()
        monkeypatch.undo()
    return login(app, "audit")


def deeds(page):
    return re.findall(r"<summary>([^<]*)</summary>\s*<dl>", page.text)


# Searching -----------------------------------------------------------------------------------------


ASKED = {
    "": [
        "退出登录",
        "登记整改卡片",
        "登录",
        "授予角色",
        "登录被拒",
        "开关功能",
        "移动整改卡片",
        "登记整改卡片",
    ],
    "person=head": ["授予角色", "登录被拒", "移动整改卡片", "登记整改卡片"],
    "person=office&deed=rectification:open": ["登记整改卡片"],
    "deed=rectification:open": ["登记整改卡片", "登记整改卡片"],
    "unit=nk1": ["授予角色", "移动整改卡片", "登记整改卡片"],
    "unit=hospital": ["登记整改卡片", "授予角色", "开关功能", "移动整改卡片", "登记整改卡片"],
    "unit=hospital&deed=rectification:open": ["登记整改卡片", "登记整改卡片"],
    "result=refused": ["登录被拒"],
    "result=done&person=head": ["授予角色", "移动整改卡片", "登记整改卡片"],
    "subject=card+1": ["移动整改卡片", "登记整改卡片"],
    "start=2026-11-15&end=2026-11-16": ["登录被拒", "开关功能"],
    "start=2026-11-20": ["退出登录"],
    "end=2026-11-13": ["登记整改卡片"],
    "address=命令行&unit=wk1": ["登记整改卡片"],
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
    assert found[0] + found[1] == ["登记整改卡片", "授予角色", "开关功能", "移动整改卡片", "登记整改卡片"]


def test_a_page_asks_the_database_little_however_it_is_narrowed(app, log):
    asked = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *seen: asked.append(seen[2]))
    everything = "person=head&deed=core:grant&unit=hospital&start=2026-11-01&end=2026-11-30&result=done"

    for more in ("", "unit=hospital", f"{everything}&address=命令行&before=3"):
        asked.clear()
        assert log.get(f"{PAGE}?{more}").status_code == 200
        assert len([each for each in asked if each.startswith("SELECT")]) <= 12


# In words ------------------------------------------------------------------------------------------


def test_a_row_is_in_words_and_opens_to_every_field(app, log):
    page = log.get(f"{PAGE}?deed=core:grant").text
    with app.app_context():
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "core:grant")).one()
        words = (f"账号 {person('head').name}", "角色 负责人", "命令行", "core:grant")
        fields = (entry.hash, entry.previous, f"<dd>{entry.number}</dd>", f"core_user:{person('head').id}")

    assert [each for each in (*words, *fields) if each not in page] == []


def test_details_of_plugins_and_switches_are_words_too(log):
    page = log.get(PAGE).text

    assert "原环节 待认领" in page
    assert "改为 已关闭" in page
    assert "整改卡片 1" in page


def test_whoever_is_not_logged_in_is_not_the_command_line(app, log):
    app.test_client().post("/login", data={"username": "head", "password": "wrong", "csrf_token": ""})
    login(app, None).post("/login", data={"username": "head", "password": "wrong password"})

    assert '<td class="title">未登录</td>' in log.get(f"{PAGE}?result=refused").text


def recorded(folder):
    """The deeds that calls of `record` name, without the core's own name."""
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            called = getattr(node, "func", None)
            if getattr(called, "attr", getattr(called, "id", "")) == "record":
                words = [argument.value for argument in node.args[:2] if isinstance(argument, ast.Constant)]
                yield from (word.rpartition(":")[2] for word in words if isinstance(word, str))


@pytest.mark.one_engine
def test_every_deed_of_the_core_has_words():
    assert set(recorded(Path(intranet.__file__).parent)) == set(DEEDS)


def test_whatever_the_demo_did_has_words(demo_app):
    with demo_app.test_request_context():
        said = Words({})
        for entry in db.session.scalars(select(AuditEntry)):
            details = said.details(entry)
            assert said.deed(entry) != entry.action, entry.action
            assert [
                d for d, name in zip(details, entry.detail, strict=True) if d.startswith(f"{name} ")
            ] == []
            assert re.search("[一-龥]", said.subject(entry)), entry.subject


def test_an_english_reader_reads_english(log):
    log.post("/language", data={"language": "en"})

    page = log.get(PAGE).text

    assert "Move a card" in page
    assert "from stage To be claimed" in page


# Sealed reads --------------------------------------------------------------------------------------


def test_without_sealed_texts_there_is_no_tab(log):
    assert "查阅密件" not in log.get(PAGE).text


def test_reads_of_sealed_texts_stand_apart(app, log, monkeypatch):
    with app.app_context(), transaction():
        module = loaded().working["rectification"].module
        monkeypatch.setattr(module, "DEEDS", {**module.DEEDS, "read": "查阅密封正文"})
        monkeypatch.setattr(module, "SEALED_READS", {"read"}, raising=False)
        audit.record(person("leader"), "rectification:read", "card 1", unit=unit("nk1"))

    page = log.get(f"{PAGE}?sealed=1")

    assert deeds(page) == ["查阅密封正文"]
    assert deeds(log.get(f"{PAGE}?sealed=1&person=head")) == []
    assert 'href="/admin/audit_trail/?sealed=1" aria-current="page">查阅密件' in page.text
    assert '<input type="hidden" name="sealed" value="1">' in page.text


# Export --------------------------------------------------------------------------------------------


def sheet(response):
    rows = load_workbook(io.BytesIO(response.data)).worksheets[0].iter_rows(values_only=True)
    return [row for row in rows if row[0]]


def test_an_export_holds_what_the_filters_leave_and_can_be_checked_outside(app, log):
    response = log.post(f"{PAGE}export", data={"unit": "hospital"})

    rows = sheet(response)
    headings = next(row for row in rows if "摘要原文" in row)
    entries = [dict(zip(headings, row, strict=True)) for row in rows[rows.index(headings) + 1 :]]
    assert [each["做了什么"] for each in entries][:2] == ["登记整改卡片", "授予角色"]
    assert len(entries) == 5
    for each, before in pairwise(entries):
        assert hashlib.sha256(each["摘要原文"].encode()).hexdigest() == each["摘要"]
        assert json.loads(each["摘要原文"])[-1] == before["摘要"]
    assert response.headers["Content-Disposition"].endswith(".xlsx")


def test_an_export_is_an_entry_with_its_filter_and_count(app, log):
    log.post(f"{PAGE}export", data={"unit": "nk1", "subject": "card 1"})

    with app.app_context():
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "audit_trail:export")).one()
        assert entry.detail == {"count": "2", "by_unit": "nk1", "by_subject": "card 1"}
        assert entry.actor_id == person("audit").id


def test_too_many_are_refused_in_a_sentence_and_nothing_is_recorded(app, log, monkeypatch):
    monkeypatch.setattr(exporting, "MOST", 7)

    page = log.post(f"{PAGE}export")

    assert page.status_code == 422
    assert "符合条件的记录超过 7 条，没有导出。" in page.text
    assert log.post(f"{PAGE}export", data={"person": "head"}).status_code == 200
    with app.app_context():
        actions = list(db.session.scalars(select(AuditEntry.action)))
        assert actions.count("audit_trail:export") == 1


def test_no_cell_becomes_a_formula(app, log):
    with app.app_context(), transaction():
        audit.record(None, "test:deed", "=1+1", unit=unit("nk1"), why="@SUM(A1)")

    book = load_workbook(io.BytesIO(log.post(f"{PAGE}export").data)).worksheets[0]

    assert not [cell for row in book.iter_rows() for cell in row if cell.data_type == "f"]


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


@pytest.mark.parametrize("page", ["", "chains", "seal"])
def test_a_fragment_is_one_block(log, page):
    fragment = log.get(PAGE + page, headers=HTMX).text.strip()

    assert re.match(r'<div id="(entries|chains|seal)">', fragment)
    assert "<html" not in fragment
