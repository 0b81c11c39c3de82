"""One backup or trial at a time on a site, and what a killed one left behind."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from flask_babel import lazy_gettext as _l
from sqlalchemy import inspect, select, update

from intranet import clock, keys
from intranet.db import transaction
from intranet.extensions import db
from plugins.backups.archive import read_through
from plugins.backups.contents import backup_folder, instance
from plugins.backups.faults import Fault, Refused
from plugins.backups.models import Backup, State

PATIENCE = 2
"""Seconds; a page that looks whether somebody is at work holds the lock for a moment."""
MODE = 0o700
WORK = "backup-work"


@contextmanager
def alone() -> Iterator[Path]:
    """An empty folder for the work, which nobody else on this site can begin meanwhile.

    The lock ends with the process that holds it, so whoever comes next knows what was left undone.
    """
    lock = _lock()
    try:
        lock.acquire(timeout=PATIENCE)
    except Timeout as error:
        sentence = _l("另一次备份或试恢复正在进行，请等它结束再试。")
        raise Refused(Fault.BUSY, sentence) from error
    scratch = instance() / WORK
    try:
        _clear(scratch)
        scratch.mkdir(mode=MODE)
        _settle_unfinished()
        yield scratch
    finally:
        _clear(scratch)
        lock.release()


def clear_remains(site: Path) -> None:
    """At the start of every process: the readable copy of the database a killed backup has left."""
    scratch, lock = site / WORK, _lock_of(site)
    if not scratch.exists():
        return
    try:
        with lock.acquire(timeout=0):
            _clear(scratch)
    except Timeout:  # it is at work
        return


def somebody_is_at_work() -> bool:
    """Whether a backup or a trial is under way, in whatever process."""
    lock = _lock()
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    lock.release()
    return False


def _lock() -> FileLock:
    return _lock_of(instance())


def _lock_of(site: Path) -> FileLock:
    return FileLock(site / "backup.lock", mode=0o600, thread_local=False)


def _clear(scratch: Path) -> None:
    if scratch.exists():
        shutil.rmtree(scratch)


def half_of(target: Path) -> Path:
    """The name of a backup until it is whole and has been read again."""
    return target.with_name(f".{target.name}.part")


def has_records() -> bool:
    """A spare machine on which somebody only looks at a backup has no tables."""
    return inspect(db.engine).has_table(Backup.__tablename__)


def _settle_unfinished() -> None:
    """Of backups whose process was killed the half file goes, a whole one counts; a trial was none."""
    if not has_records():
        return
    for half in backup_folder().glob(".*.part"):
        half.unlink()
    with transaction():
        db.session.execute(
            update(Backup).where(Backup.trial_begun_at.is_not(None)).values(trial_begun_at=None)
        )
    unfinished = db.session.execute(select(Backup.id, Backup.path).where(Backup.state == State.RUNNING)).all()
    db.session.rollback()
    for backup_id, path in unfinished:
        half_of(Path(path)).unlink(missing_ok=True)
        _settle(backup_id, Path(path))


def _settle(backup_id: int, path: Path) -> None:
    """It was given its name only when it was whole, so a file that opens is a backup."""
    try:
        checked = read_through(path, keys.backup_key(instance()))
    except (OSError, Refused):
        checked = None
    with transaction():
        backup = db.session.get_one(Backup, backup_id)
        backup.finished_at = clock.now()
        if checked is None or _is_known(checked.sha256):
            backup.state, backup.fault = State.FAILED, Fault.INTERRUPTED
        else:
            finished(backup, checked.sha256, checked.size, checked.manifest)


def _is_known(sha256: str) -> bool:
    """The file is that of an earlier backup of the same name."""
    return db.session.scalar(select(Backup.id).where(Backup.sha256 == sha256)) is not None


def finished(backup: Backup, sha256: str, size: int, manifest: dict[str, object]) -> None:
    """Puts down what is known of a good backup."""
    rows, files = manifest["rows"], manifest["files"]
    backup.state, backup.sha256, backup.size = State.GOOD, sha256, size
    backup.rows = sum(rows.values()) if isinstance(rows, dict) else 0
    backup.files = len(files) if isinstance(files, dict) else 0
    backup.finished_at = backup.verified_at = clock.now()
