"""An entry in words."""

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest
from sqlalchemy import select

import intranet
from intranet import audit
from intranet.db import transaction
from intranet.extensions import db
from intranet.loading import find_plugins
from intranet.models import AuditEntry
from plugins.audit_trail.wording import BULKY, DEEDS, DETAILS, Words
from tests.fixtures import login, person, unit

pytestmark = pytest.mark.one_engine

PAGE = "/admin/audit_trail/"


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
    assert "任务 1" in page


def test_whoever_is_not_logged_in_is_not_the_command_line(app, log):
    app.test_client().post("/login", data={"username": "head", "password": "wrong", "csrf_token": ""})
    login(app, None).post("/login", data={"username": "head", "password": "wrong password"})

    assert "<b>未登录</b> 登录被拒" in log.get(f"{PAGE}?result=refused").text


def recorded(folder):
    """The deeds that calls of `record` name, without the core's own name."""
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            called = getattr(node, "func", None)
            if getattr(called, "attr", getattr(called, "id", "")) == "record":
                parts = (part for argument in node.args[:2] for part in either(argument))
                words = [part.value for part in parts if isinstance(part, ast.Constant)]
                yield from (word.rpartition(":")[2] for word in words if isinstance(word, str))


def either(node):
    """Both words of `one if … else another`."""
    return (node.body, node.orelse) if isinstance(node, ast.IfExp) else (node,)


def test_every_deed_of_the_core_has_words():
    assert set(recorded(Path(intranet.__file__).parent)) == set(DEEDS)


def test_what_the_core_no_longer_does_keeps_its_words(app, log):
    with app.app_context(), transaction():
        audit.record(None, "core:new-sealing-key", "core_seal")
        audit.record(None, "core:reseal", "core_seal", count=3)

    page = log.get(PAGE).text

    assert "增加密封密钥：密封密钥" in page
    assert "改用新密钥重新密封：密封密钥（数量 3）" in page


def details_of(folder):
    """The names of details that calls of `record` give, also through a function of that name."""
    for path in (path for path in folder.rglob("*.py") if "tests" not in path.parts):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            called = getattr(node, "func", None)
            if getattr(called, "attr", getattr(called, "id", "")).strip("_") == "record":
                yield from (
                    word.arg for word in node.keywords if word.arg not in {None, "unit", "by", *BULKY}
                )


@pytest.mark.parametrize("name", sorted(find_plugins()))
def test_every_detail_of_a_plugin_has_words(name):
    module = import_module(find_plugins()[name])

    assert set(details_of(Path(str(module.__file__)).parent)) <= {*DETAILS, *getattr(module, "DETAILS", {})}


@pytest.mark.beside("people", "backups")
def test_a_row_is_a_sentence_that_names_what_it_is_about(app, log):
    with app.app_context(), transaction():
        nk1, head, recorder = unit("nk1"), person("head"), person("recorder")
        audit.record(head, "core:attach", "core_attachment:7", unit=nk1, of="tasks:tasks_task:3", sha256="ab")
        audit.record(head, "people:move-unit", f"core_unit:{nk1.id}", unit=nk1, to="hospital")
        audit.record(None, "backups:try", "backups_backup:2", fault="damaged")
        audit.record(None, "core:job", "backups:back-up")
        away = f"core_user:{head.id}"
        audit.record(head, "core:urge", "/nk1/tasks/3?view=all", unit=nk1)
        audit.record(None, "people:delegate", f"core_user:{recorder.id}", role="head", instead_of=away)
        names = {"head": head.name, "recorder": recorder.name}

    rows = re.findall(r"<summary><b>([^<]*)</b> ([^<]*)</summary>", log.get(PAGE).text)

    assert rows[:7] == [
        ("命令行", f"安排临时代理：账号 {names['recorder']}（角色 负责人、代理谁 账号 {names['head']}）"),
        (names["head"], "催办到期的事：内一科 任务 3"),
        ("命令行", "要求运行定时任务：每夜备份"),
        ("命令行", "试恢复备份：备份 2（结果 文件已损坏）"),
        (names["head"], "移动单位：内一科（移到 示范医院）"),
        (names["head"], "上传附件：附件 7（所属 任务 3）"),
        (rows[6][0], "退出登录"),
    ]


def test_whatever_the_demo_did_has_words(demo_app):
    with demo_app.test_request_context():
        said = Words({})
        for entry in db.session.scalars(select(AuditEntry)):
            names = {detail.partition(" ")[0] for detail in said.details(entry)}
            assert said.deed(entry) != entry.action, entry.action
            assert names.isdisjoint(entry.detail), entry.detail
            assert re.search("[一-龥]", said.subject(entry)), entry.subject


def test_an_english_reader_reads_english(log):
    log.post("/language", data={"language": "en"})

    page = log.get(PAGE).text

    assert "Role granted" in page
    assert "Role Head" in page
