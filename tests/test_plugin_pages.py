"""What a plugin is: for administrators in versions, hooks and tables, for heads in words and a picture."""

import re
from types import SimpleNamespace

import pytest
from PIL import Image
from sqlalchemy import text

from intranet.contracts import Role
from intranet.db import transaction
from intranet.extensions import db
from intranet.loading import find_plugins, plugin_folder
from intranet.models import RolePermission
from intranet.plugins import loaded, note_failure
from intranet.views import admin
from tests.fixtures import check_html, login

PICTURES = [plugin_folder(module) / "static" / "picture.webp" for module in find_plugins().values()]


def row(client, name):
    """The plugin's row on the administrators' page, without markup."""
    page = client.get("/admin/plugins")
    check_html(page)
    [found] = [line for line in re.findall(r"<tr>.*?</tr>", page.text, re.DOTALL) if f">{name}<" in line]
    return re.sub(r"<[^>]+>|\s+", " ", found)


def turn(client, code, plugin, state):
    assert client.post(f"/{code}/plugins/{plugin}", data={"state": state}).status_code == 303


# Administrators ------------------------------------------------------------------------------------


@pytest.mark.one_engine
def test_administrators_see_versions_hooks_and_whose_hooks_it_answers(app, monkeypatch):
    system = login(app, "system")
    with app.app_context():
        monkeypatch.setattr(loaded().working["campaign"].module, "VERSION", "2.5", raising=False)
    installed = SimpleNamespace(name="people", dist=SimpleNamespace(version="7.1"))
    monkeypatch.setattr(admin, "entry_points", lambda **_group: [installed])

    campaign, board, people = (row(system, name) for name in ("campaign", "rectification", "people"))

    assert "2.5" in campaign
    assert "7.1" in people
    assert "随系统" in board
    assert re.search(r"rectification_problems\s+供“整改看板”使用", campaign)
    assert re.search(r"rectification_problems\s+由它提供", board)
    assert "intranet_navigation" in board
    assert "使用”" not in people
    assert "全站" in people


def test_administrators_see_where_a_plugin_is_on_and_who_said_so(app, client_for, monkeypatch):
    monkeypatch.setattr(admin, "PAGE", 5)
    turn(client_for("head"), "nk1", "campaign", "off")
    turn(client_for("office"), "hospital", "rectification", "lock")
    system = client_for("system")

    count = {
        name: int(re.search(r"(\d+) 个", row(system, name))[1]) for name in ("campaign", "rectification")
    }
    first, last = (system.get(f"/admin/plugins/rectification?page={page}") for page in (1, 99))

    assert count["rectification"] - count["campaign"] == 1
    assert "1 处锁定" in row(system, "rectification")
    assert f"开启的单位 {count['rectification']} 个" in first.text
    assert "锁定下级" in first.text
    assert "由示范医院锁定" in first.text
    assert "示范医院" not in re.sub("由示范医院锁定", "", last.text.partition("<table")[2])
    for page in (first, last):
        check_html(page)
    assert system.get("/admin/plugins/people").status_code == 404
    assert client_for("office").get("/admin/plugins/rectification").status_code == 404


def test_administrators_see_tables_that_wait_for_an_upgrade(app, client_for):
    before = row(client_for("system"), "rectification")
    with app.app_context(), transaction():
        db.session.execute(text("DELETE FROM alembic_version WHERE version_num LIKE 'rectification%'"))

    after = row(client_for("system"), "rectification")

    assert "最新" in before
    assert "待升级" in after
    assert "intranet upgrade" in after
    assert "最新" in row(client_for("system"), "campaign")
    assert "没有数据表" in row(client_for("system"), "my_account")


@pytest.mark.one_engine
def test_administrators_see_how_often_a_plugin_failed_since_when(app, client_for):
    with app.app_context():
        for _each in range(3):
            note_failure(loaded(), "campaign", "intranet_dashboard", ValueError("家里的事"))

    page = client_for("system").get("/admin/plugins").text

    assert row(client_for("system"), "campaign").split()[-1] == "3"
    assert row(client_for("system"), "people").split()[-1] == "—"
    assert "启动以来" in page
    assert "家里的事" not in page
    assert "未能装入" not in page


# Heads ---------------------------------------------------------------------------------------------


def section(client, name, code="nk1"):
    page = client.get(f"/{code}/plugins")
    assert page.status_code == 200
    check_html(page)
    start = f'<section class="switch" aria-labelledby="plugin-{name}">'
    return page.text.partition(start)[2].partition("</section>")[0]


@pytest.mark.one_engine
def test_heads_read_what_it_brings_and_who_may_do_what_before_they_turn_it_on(app, client_for):
    turn(client_for("head"), "nk1", "rectification", "off")
    with app.app_context(), transaction():
        db.session.add(RolePermission(permission="rectification:close", role=Role.OFFICE, allowed=False))

    off, on = (section(client_for("head"), name) for name in ("rectification", "campaign"))

    assert "<details open>" in off
    assert "<details open>" not in on
    words = re.sub(r"<[^>]+>", "", off)
    assert re.search(r"出现在\s*菜单、首页的待办和进展、搜索、期限提醒", words)
    assert re.search(r"认领整改卡片\s*干事、负责人", words)
    assert re.search(r"销号\s*目前没有人", words)
    assert "卡片归责任单位" in words
    assert "使用说明" in words


@pytest.mark.one_engine
def test_a_plugin_without_a_picture_shows_none(hello_app):
    assert "<img" not in section(login(hello_app, "head"), "hello")


@pytest.mark.one_engine
def test_heads_see_a_picture_where_there_is_one(client_for):
    picture = re.search(r"<img [^>]+>", section(client_for("head"), "rectification"))[0]
    address = re.search(r'src="([^"]+)"', picture)[1]

    assert 'width="320" height="200" loading="lazy" alt="整改看板的页面"' in picture
    answer = client_for("member").get(address)
    assert (answer.status_code, answer.mimetype) == (200, "image/webp")
    answer.close()


@pytest.mark.one_engine
@pytest.mark.parametrize(
    "path", [path for path in PICTURES if path.exists()], ids=lambda path: path.parts[-3]
)
def test_a_picture_is_small_and_has_the_shape_the_page_gives_it(path):
    assert path.stat().st_size <= 60 * 1024
    with Image.open(path) as picture:
        assert picture.size == (960, 600)
