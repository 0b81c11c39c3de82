"""An entry in words."""

import ast
import re
from pathlib import Path

import pytest
from sqlalchemy import select

import intranet
from intranet.extensions import db
from intranet.models import AuditEntry
from plugins.audit_trail.wording import DEEDS, Words
from tests.fixtures import login, person

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
