"""SQLite as this product uses it: one writer at a time, across threads and processes.

Before 3.51.3 SQLite in WAL mode can lose commits when one connection writes while another checkpoints,
and the library bundled with Python is older. So automatic checkpoints are off, and every writing
transaction and every checkpoint happens inside one lock that all processes share.
"""

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any

from filelock import FileLock, Timeout
from typing_extensions import override

from intranet.errors import Busy

PRAGMAS = (
    "busy_timeout=5000",
    "journal_mode=WAL",
    "wal_autocheckpoint=0",
    "journal_size_limit=0",  # the log starts small again after a checkpoint; else every commit would make one
    "synchronous=FULL",
    "secure_delete=ON",
    "foreign_keys=ON",
    "cache_size=-20000",
)
CHECKPOINT_AT = 4 * 1024 * 1024
"""Bytes of write-ahead log after which the writer that notices copies them into the database."""


class WriteLock:
    """Held by at most one writing transaction of one database file. Not re-entrant."""

    def __init__(self, database: Path, wait: float) -> None:
        self._threads = Lock()
        self._processes = FileLock(f"{database}.lock", thread_local=False)
        self._wait = wait

    def acquire(self, wait: float | None = None) -> None:
        """Waits its turn; raises Busy when that takes longer than a person should wait."""
        wait = self._wait if wait is None else wait
        if not self._threads.acquire(timeout=wait):
            raise Busy
        try:
            self._processes.acquire(timeout=wait, poll_interval=0.005)
        except BaseException as error:
            self._threads.release()
            if isinstance(error, Timeout):
                raise Busy from error
            raise

    def release(self) -> None:
        self._processes.release()
        self._threads.release()


class Connection(sqlite3.Connection):
    """Reads. What is written goes through a second one, under the lock, which is given back at the end.

    One alone would have to say `query_only` again and again, and then SQLite prepares all statements anew.
    """

    lock: WriteLock
    wal: Path
    writer: sqlite3.Connection
    _holds_lock = False

    def begin(self, *, writing: bool, wait: float | None = None) -> None:
        """A reading transaction cannot write: SQLite itself refuses."""
        if not writing:
            self.execute("BEGIN")
            return
        self.lock.acquire(wait)
        self._holds_lock = True
        try:
            self.writer.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:  # a program that does not know our lock is writing
            self._let_go()
            raise Busy from error

    @override
    def cursor(self, *how: Any) -> Any:
        return self.writer.cursor(*how) if self._holds_lock else super().cursor(*how)

    @override
    def commit(self) -> None:
        try:
            super().commit()
            self.writer.commit()
            self._checkpoint_if_large()
        finally:
            self._let_go()

    @override
    def rollback(self) -> None:
        try:
            super().rollback()
            self.writer.rollback()
        finally:
            self._let_go()

    @override
    def close(self) -> None:
        """The last connection to close copies the log into the database: a checkpoint like any other.

        When the lock stays busy somebody else is writing, so this is not the last one.
        """
        if not self._holds_lock:
            with suppress(Busy):
                self.lock.acquire()
                self._holds_lock = True
        try:
            self.writer.close()
            super().close()
        finally:
            self._let_go()

    def _checkpoint_if_large(self) -> None:
        if self._holds_lock and self.wal.exists() and self.wal.stat().st_size > CHECKPOINT_AT:
            self.writer.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def _let_go(self) -> None:
        if self._holds_lock:
            self._holds_lock = False
            self.lock.release()


def connector(database: Path, wait: float) -> Callable[[], Connection]:
    """Opens connections to one database file that share its write lock."""
    lock = WriteLock(database, wait)

    def connect() -> Connection:
        connection: Connection = _open(database, Connection)
        connection.lock = lock
        connection.wal = Path(f"{database}-wal")
        connection.writer = _open(database, sqlite3.Connection)
        connection.execute("PRAGMA query_only=ON")
        return connection

    return connect


def _open(database: Path, kind: type[sqlite3.Connection]) -> Any:  # noqa: ANN401 - one of this kind
    connection = sqlite3.connect(database, factory=kind, isolation_level=None, check_same_thread=False)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection
