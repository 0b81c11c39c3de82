"""The page of the system administrator, its buttons, and the download."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from filelock import FileLock
from sqlalchemy import select

from intranet.db import transaction
from intranet.extensions import db
from intranet.models import AuditEntry, LoginSession
from plugins.backups import background
from plugins.backups.archive import read_through
from plugins.backups.models import Backup
from tests.fixtures import HTMX, PASSWORD, check_html

from .conftest import back_up, key_of

pytestmark = pytest.mark.one_engine


def finish_work():
    for thread in threading.enumerate():
        if thread.name == background.NAME:
            thread.join(timeout=60)


def deeds(app):
    with app.app_context():
        query = select(AuditEntry.action).where(AuditEntry.action.like("backups:%")).order_by(AuditEntry.id)
        return list(db.session.scalars(query))


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
def test_before_the_first_backup_the_page_says_what_to_do(client_for, headers):
    page = client_for("system").get("/admin/backups/", headers=headers)

    assert "点“现在备份”做第一份" in page.text
    assert "还没有一份好的备份" in page.text
    if not headers:
        check_html(page)


@pytest.mark.parametrize("username", ["security", "audit", "head", "office", None])
def test_nobody_else_finds_any_of_it(app, client_for, tmp_path, username):
    back_up(app, tmp_path / "x.backup")
    client = client_for(username)

    answers = [client.post(f"/admin/backups/{path}") for path in ("make", "1/try", "1/file")]
    answers += [client.get("/admin/backups/")]

    assert {answer.status_code for answer in answers} == {303 if username is None else 404}
    assert deeds(app) == ["backups:make"]


def test_the_buttons_make_a_backup_and_try_it(app, client_for):
    client = client_for("system")

    asked = client.post("/admin/backups/make", follow_redirects=True)
    finish_work()
    made = client.get("/admin/backups/")
    client.post("/admin/backups/1/try")
    finish_work()
    tried = client.get("/admin/backups/")

    assert "已开始备份" in asked.text
    assert "完好" in made.text
    assert "通过" not in made.text
    assert "通过" in tried.text
    assert "方旭" in tried.text
    check_html(tried)
    assert deeds(app) == ["backups:ask", "backups:make", "backups:ask", "backups:try"]
    with app.app_context():
        entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action.like("backups:%")))
        assert None not in {entry.actor_id for entry in entries}


def test_while_there_is_work_the_list_asks_again(app, client_for):
    client = client_for("system")
    with FileLock(Path(app.instance_path) / "backup.lock"):
        busy = client.get("/admin/backups/")
        again = client.post("/admin/backups/make")
        finish_work()

    assert 'hx-trigger="every 2s"' in busy.text
    assert "请稍候" in busy.text
    check_html(busy)
    assert again.status_code == 303
    assert "every 2s" not in client.get("/admin/backups/").text
    with app.app_context():
        assert list(db.session.scalars(select(Backup))) == []


def test_a_download_is_the_file_itself_and_is_audited(app, client_for, tmp_path):
    back_up(app, tmp_path / "x.backup")

    answer = client_for("system").post("/admin/backups/1/file")

    assert answer.data == (tmp_path / "x.backup").read_bytes()
    assert "x.backup" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    answer.close()
    assert deeds(app) == ["backups:make", "backups:download"]
    (tmp_path / "down").write_bytes(answer.data)
    assert read_through(tmp_path / "down", key_of(app)).size == len(answer.data)


def test_before_a_download_the_password_is_asked_for_again(app, client_for, tmp_path):
    back_up(app, tmp_path / "x.backup")
    client = client_for("system")
    with app.app_context(), transaction():
        db.session.scalars(select(LoginSession)).one().started_at -= timedelta(minutes=6)
    page = {"Referer": "http://localhost/admin/backups/"}

    refused = client.post("/admin/backups/1/file", headers=page)

    assert refused.status_code == 303
    assert refused.headers["Location"] == "/login?next=/admin/backups/&again=1"
    assert deeds(app) == ["backups:make"]
    client.post(refused.headers["Location"], data={"username": "system", "password": PASSWORD})
    answer = client.post("/admin/backups/1/file")
    assert answer.data == (tmp_path / "x.backup").read_bytes()
    answer.close()


def test_a_backup_that_is_not_where_it_was_put_is_shown_as_such(app, client_for, tmp_path):
    back_up(app, tmp_path / "x.backup")
    (tmp_path / "x.backup").unlink()
    client = client_for("system")

    assert "文件不在原处" in client.get("/admin/backups/").text
    assert client.post("/admin/backups/1/file").status_code == 404
    assert client.post("/admin/backups/1/try").status_code == 404
    assert client.post("/admin/backups/99/try").status_code == 404


def test_a_failed_one_is_shown_with_its_reason(app, client_for, tmp_path):
    backup = back_up(app, tmp_path / "x.backup")
    with app.app_context(), transaction():
        row = db.session.get_one(Backup, backup.id)
        row.state, row.fault = "failed", "no_space"

    assert "失败" in (page := client_for("system").get("/admin/backups/").text)
    assert "磁盘空间不够" in page


def test_the_key_is_on_no_page(app, client_for, tmp_path):
    back_up(app, tmp_path / "x.backup")

    page = client_for("system").get("/admin/backups/").text

    assert key_of(app).hex() not in page
    assert "x.backup" not in page or str(Path(app.instance_path)) not in page


@pytest.mark.parametrize(("username", "warned"), [("system", True), ("security", False), ("head", False)])
def test_the_home_page_warns_system_administrators_only(client_for, username, warned):
    assert ("还没有一份好的备份" in client_for(username).get("/").text) is warned
