"""A PostgreSQL server for tests: the one given, or a private cluster started once for the test run."""

import atexit
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from functools import lru_cache
from pathlib import Path

import psycopg

from tests.memory import place

CARELESS = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_wal_size=256MB -c jit=off"
"""Nothing need outlive the machine. Fresh tables have no statistics: it would compile most queries."""


@lru_cache(maxsize=1)
def cluster_url(*, careless: bool = True) -> str | None:
    """INTRANET_TEST_POSTGRES, or a cluster of our own when the server programs are installed, else None.

    `careless`: in memory, and nothing waits for a disk. Else as a site runs it.
    """
    given = os.environ.get("INTRANET_TEST_POSTGRES")
    if given:
        return given
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return _start(programs[-1].parent, careless=careless) if programs else None


def execute(url: str, statement: str) -> None:
    """One statement outside a transaction, on the maintenance database."""
    plain = url.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(statement.encode())


def _start(programs: Path, *, careless: bool) -> str:
    folder = Path(tempfile.mkdtemp(prefix="intranet-pg-", dir=place() if careless else None))
    port = _free_port()
    how = ("-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust")
    _run(programs / "initdb", "-D", folder / "data", *how, folder=folder)
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c max_connections=200"
    options += f" {CARELESS}" if careless else ""
    log = folder / "log"
    _run(programs / "pg_ctl", "-D", folder / "data", "-o", options, "-l", log, "-w", "start", folder=folder)
    atexit.register(_stop, programs, folder)
    return f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"


def _stop(programs: Path, folder: Path) -> None:
    _run(programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop", folder=folder)
    shutil.rmtree(folder, ignore_errors=True)


def _run(*command: object, folder: Path) -> None:
    """As an ordinary account: the server refuses to run as root."""
    account = None
    if os.geteuid() == 0:
        account = pwd.getpwnam("postgres")
        os.chown(folder, account.pw_uid, account.pw_gid)
    subprocess.run(
        [str(part) for part in command],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        user=account.pw_name if account else None,
        group=account.pw_gid if account else None,
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
