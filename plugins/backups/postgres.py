"""pg_dump and pg_restore: which ones, how they are called, and what is said when they are missing."""

import logging
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg
from flask_babel import lazy_gettext as _l
from psycopg import sql
from psycopg.conninfo import make_conninfo
from psycopg.errors import InsufficientPrivilege
from sqlalchemy.engine import URL

from plugins.backups.faults import Fault, Refused

INSTALLED = Path("/usr/lib/postgresql")
LONGEST_NAME = 40
ENDS_WITHIN = 30_000
"""Milliseconds for what was loaded so far to be taken back."""
logger = logging.getLogger("intranet.backups")


def dump(url: URL, path: Path, snapshot: str, emptied: Sequence[str]) -> None:
    """The database as `snapshot` sees it, without the rows of the tables that are to be empty."""
    path.touch(0o600)
    without = [f"--exclude-table-data={name}" for name in emptied]
    how = ("--format=custom", "--no-owner", "--no-privileges", "--lock-wait-timeout=60s")
    _run(url, "pg_dump", *how, *without, f"--snapshot={snapshot}", f"--file={path}")


def load(url: URL, path: Path) -> None:
    """All of it or nothing: one transaction, in which every constraint is checked."""
    _end_orphans(url)
    how = (
        "--no-owner",
        "--no-privileges",
        "--clean",
        "--if-exists",
        "--single-transaction",
        "--exit-on-error",
    )
    _run(url, "pg_restore", *how, str(path))


def _end_orphans(url: URL) -> None:
    """pg_restore outlives the restore that was killed above it, and both would make the same tables."""
    query = """SELECT pg_terminate_backend(pid, %s) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'pg_restore'"""
    with _connected(url) as connection:
        connection.execute(query, [ENDS_WITHIN])


def _run(url: URL, program: str, *arguments: str) -> None:
    """The password goes through the environment: a command line can be read by everybody on the machine."""
    command = [str(_found(url, program)), f"--dbname={_address(url)}", "--no-password", *arguments]
    secret = {"PGPASSWORD": url.password} if url.password else {}
    done = subprocess.run(  # noqa: S603 - a program of the server's own version
        command, env={**os.environ, **secret}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        logger.error("%s failed: %s", program, done.stderr.strip())
        sentence = _l("%(program)s 没有成功，原因在服务器日志里。请信息科处理后再试。", program=program)
        raise Refused(Fault.PROGRAM, sentence)


def _address(url: URL, **other: str) -> str:
    """Everything but the password, in the words of libpq."""
    known = {"host": url.host, "port": url.port, "user": url.username, "dbname": url.database}
    given = {name: value for name, value in {**known, **other}.items() if value}
    return make_conninfo("", **{**given, **{name: str(value) for name, value in url.query.items()}})


def _found(url: URL, program: str) -> Path:
    """Of the server's own version, else a newer one: an older one refuses."""
    major = _server_version(url)
    folders = sorted(INSTALLED.glob("*/bin"), key=lambda folder: folder.parent.name != str(major))
    on_path = shutil.which(program)
    places = [*(folder / program for folder in folders), *([Path(on_path)] if on_path else [])]
    found = next((place for place in places if place.exists() and _version(place) >= major), None)
    if found is None:
        sentence = _l(
            "没有找到 %(program)s（第 %(major)s 版或更新）。"
            "请安装与数据库同版本的 PostgreSQL 客户端程序后再试。",
            program=program,
            major=major,
        )
        raise Refused(Fault.NO_PROGRAMS, sentence)
    return found


def _server_version(url: URL) -> int:
    with _connected(url) as connection:
        return connection.info.server_version // 10000


def _version(program: Path) -> int:
    said = subprocess.run([str(program), "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    match = re.search(r"\d+", said.stdout)
    return int(match[0]) if match else 0


def _connected(url: URL, **other: str) -> psycopg.Connection:
    return psycopg.connect(_address(url, **other), password=url.password, autocommit=True)


# A database for a trial ----------------------------------------------------------------------------


@contextmanager
def trial_database(url: URL) -> Iterator[URL]:
    """An empty database beside the site's own. One that a killed trial left goes first."""
    name = f"{(url.database or '')[:LONGEST_NAME]}_restore_trial"
    with _connected(url) as connection:
        _drop(connection, name)
        _create(connection, name)
        try:
            yield url.set(database=name)
        finally:
            _drop(connection, name)


def _create(connection: psycopg.Connection, name: str) -> None:
    query = "SELECT datcollate FROM pg_database WHERE datname = current_database()"
    locale = connection.execute(query).fetchone()
    order = "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LOCALE {}"
    words = sql.SQL(order).format(sql.Identifier(name), sql.Literal(locale[0] if locale else "C.UTF-8"))
    try:
        connection.execute(words)
    except InsufficientPrivilege as error:
        sentence = _l(
            "数据库账号没有新建数据库的权限，不能试恢复。"
            "请数据库管理员执行 ALTER ROLE 账号 CREATEDB，或在另一台机器上用 intranet restore 试。"
        )
        raise Refused(Fault.NO_DATABASE_RIGHT, sentence) from error


def _drop(connection: psycopg.Connection, name: str) -> None:
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
