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
    """A connection that takes the lock to begin writing and gives it back when that is over."""

    lock: WriteLock
    wal: Path
    _holds_lock = False
    _may_write: bool | None = None

    def begin(self, *, writing: bool, wait: float | None = None) -> None:
        """A reading transaction cannot write: SQLite itself refuses."""
        if not writing:
            self.let_write(may=False)
            self.execute("BEGIN")
            return
        self.lock.acquire(wait)
        self._holds_lock = True
        try:
            self.let_write(may=True)
            self.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:  # a program that does not know our lock is writing
            self._let_go()
            raise Busy from error

    def let_write(self, *, may: bool) -> None:
        """Said only when it changes: after this pragma SQLite prepares each statement anew."""
        if self._may_write is not may:
            self.execute(f"PRAGMA query_only={'OFF' if may else 'ON'}")
            self._may_write = may

    @override
    def commit(self) -> None:
        try:
            super().commit()
            self._checkpoint_if_large()
        finally:
            self._let_go()

    @override
    def rollback(self) -> None:
        try:
            super().rollback()
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
            super().close()
        finally:
            self._let_go()

    def _checkpoint_if_large(self) -> None:
        if self._holds_lock and self.wal.exists() and self.wal.stat().st_size > CHECKPOINT_AT:
            self.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def _let_go(self) -> None:
        if self._holds_lock:
            self._holds_lock = False
            self.lock.release()


def connector(database: Path, wait: float) -> Callable[[], Connection]:
    """Opens connections to one database file that share its write lock."""
    lock = WriteLock(database, wait)

    def connect() -> Connection:
        connection = sqlite3.connect(
            database, factory=Connection, isolation_level=None, check_same_thread=False
        )
        connection.lock = lock
        connection.wal = Path(f"{database}-wal")
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        return connection

    return connect
