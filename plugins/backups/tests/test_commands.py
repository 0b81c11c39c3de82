"""`intranet backup`, `restore`, `backup-verify`, `backup-key` as an operator types them."""

from pathlib import Path

import pytest

from plugins.backups import recovery

from .conftest import back_up, key_of


def run(app, *arguments, typed=None):
    return app.test_cli_runner().invoke(args=list(map(str, arguments)), input=typed)


def test_the_first_backup_shows_the_key_and_the_next_does_not(app, tmp_path):
    first = run(app, "backup", tmp_path / "x.backup")
    second = run(app, "backup", tmp_path / "x.backup")

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert recovery.written(key_of(app)) in first.stdout
    assert "抄在纸上" in first.stdout
    assert "备份完成" in second.stdout
    assert recovery.written(key_of(app)) not in second.stdout


def test_from_paper_the_site_comes_back_on_an_empty_machine(app, tmp_path, empty_site):
    run(app, "backup", tmp_path / "x.backup")
    paper = recovery.written(key_of(app)).lower()
    other = empty_site()

    result = run(other, "restore", tmp_path / "x.backup", typed=f"{paper}\n")

    assert result.exit_code == 0, result.output
    for words in (
        "散列值都对",
        "与备份时一致",
        "不完整 0 条",
        "恢复完成",
        "不是原来的：sealing.key、audit.key。",
    ):
        assert words in result.stdout
    assert "intranet upgrade" not in result.stdout
    again = run(other, "restore", tmp_path / "x.backup")
    assert again.exit_code == 1
    assert "已有数据" in again.stderr


def test_a_slip_of_the_pen_a_wrong_key_and_no_key_are_told_apart(app, tmp_path, empty_site):
    back_up(app, tmp_path / "x.backup")
    other, paper = empty_site(), recovery.written(key_of(app))

    slip = run(other, "restore", tmp_path / "x.backup", typed=paper[:-1] + "\n")
    wrong = run(other, "restore", tmp_path / "x.backup", typed=recovery.written(bytes(32)))
    none = run(other, "restore", tmp_path / "x.backup")

    assert [result.exit_code for result in (slip, wrong, none)] == [1, 1, 1]
    assert "抄写有误" in slip.stderr
    assert "密钥不对" in wrong.stderr
    assert "抄写有误" in none.stderr


def test_a_copied_key_file_opens_it_too(app, tmp_path, empty_site):
    back_up(app, tmp_path / "x.backup")
    key_file = Path(app.instance_path) / "backup.key"

    result = run(empty_site(), "backup-verify", tmp_path / "x.backup", "--key-file", key_file)

    assert result.exit_code == 0, result.output
    assert "这份备份是好的" in result.stdout


def test_where_the_tables_are_not_made_yet_a_backup_says_so(tmp_path, empty_site):
    result = run(empty_site(), "backup", tmp_path / "x.backup")

    assert result.exit_code == 1
    assert "请先运行 intranet upgrade" in result.stderr


@pytest.mark.one_engine
def test_what_is_no_backup_is_said_to_be_none(app, tmp_path):
    (tmp_path / "x").write_text("hello")

    result = run(app, "backup-verify", tmp_path / "x")

    assert result.exit_code == 1
    assert "这不是本系统的备份文件" in result.stderr


def test_the_paper_is_compared_with_the_key(app, client_for):
    shown = run(app, "backup-key").stdout
    paper = recovery.written(key_of(app))
    before = client_for("system").get("/").text

    wrong = run(app, "backup-key", "--check", typed=recovery.written(bytes(32)))
    right = run(app, "backup-key", "--check", typed=paper)

    assert paper in shown
    assert (wrong.exit_code, right.exit_code) == (1, 0)
    assert "不是本系统现在用的那一把" in wrong.stderr
    assert "恢复密钥还没有抄在纸上" in before
    assert "恢复密钥还没有抄在纸上" not in client_for("system").get("/").text
