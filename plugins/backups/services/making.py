"""Making a backup: the database's moment first, then the files, which are older than anything it names."""

import logging
import os
import shutil
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from flask import current_app
from flask_babel import format_number
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import DBAPIError

from intranet import audit, clock, keys
from intranet.contracts import Text
from intranet.db import transaction
from intranet.extensions import db
from intranet.migrate import MigrationError
from intranet.models import User
from plugins.backups import databases, sealed
from plugins.backups.archive import Checked, packing, read_through
from plugins.backups.contents import backup_folder, instance, kept_files, own_settings
from plugins.backups.databases import Snapshot
from plugins.backups.faults import Fault, Refused, disk_faults, fault_of
from plugins.backups.models import Backup, Cause, State
from plugins.backups.services.working import alone, finished, half_of, has_records

SPARE = 64 * 1024 * 1024
"""Bytes of the disk that stay free whatever we do."""
MB = 1024 * 1024
logger = logging.getLogger("intranet.backups")
Say = Callable[[Text], None]


def quiet(_words: Text) -> None:
    """Nobody is watching."""


def make_backup(target: Path, cause: Cause, *, by: User | None, say: Say = quiet) -> int:
    """One encrypted file, read again to its end before it gets its name. Returns the id of its row.

    A file of that name that is a backup is replaced once the new one is good, and never before.
    """
    person = by.id if by else None
    db.session.rollback()
    if not has_records():
        sentence = _l("数据库还没有升级到这个版本，不能备份。请先运行 intranet upgrade，它自己会先做副本。")
        raise MigrationError(sentence)
    with disk_faults(target.parent), alone() as scratch:
        refuse_other_files(target)
        backup_id = _begin(target, cause, person)
        try:
            with disk_faults(target.parent):
                checked = _write(target, scratch, say)
        except BaseException as error:
            half_of(target).unlink(missing_ok=True)
            _failed(backup_id, fault_of(error))
            raise
        _record(backup_id, checked, person)
    return backup_id


def new_name() -> Path:
    """Where the next backup of the schedule goes."""
    return backup_folder() / f"intranet-{clock.local(clock.now()):%Y%m%d-%H%M%S}.backup"


def refuse_other_files(target: Path) -> None:
    """Somebody's spreadsheet is not overwritten by a slip of the pen."""
    if target.exists():
        with target.open("rb") as file:
            sealed.header_of(file)


# The rows ----------------------------------------------------------------------------------------


def _begin(target: Path, cause: Cause, person: int | None) -> int:
    with transaction():
        backup = Backup(path=str(target), cause=cause, asked_by=person, started_at=clock.now())
        db.session.add(backup)
        db.session.flush()
        return backup.id


def _failed(backup_id: int, fault: Fault) -> None:
    """On a full disk the row cannot be written either: the next backup settles it."""
    try:
        with transaction():
            backup = db.session.get_one(Backup, backup_id)
            backup.state, backup.fault, backup.finished_at = State.FAILED, fault, clock.now()
    except DBAPIError:
        logger.exception("the failure of backup %s could not be put down", backup_id)


def _record(backup_id: int, checked: Checked, person: int | None) -> None:
    with transaction():
        finished(db.session.get_one(Backup, backup_id), checked.sha256, checked.size, checked.manifest)
        actor = db.session.get(User, person) if person else None
        audit.record(actor, "backups:make", f"backups_backup:{backup_id}", sha256=checked.sha256)


# The file ----------------------------------------------------------------------------------------


def _write(target: Path, scratch: Path, say: Say) -> Checked:
    key, half = keys.backup_key(instance()), half_of(target)
    _refuse_full_disk(target.parent, scratch)
    say(_l("正在复制数据库……"))
    snapshot = databases.snapshot(scratch)
    say(_l("正在打包加密……"))
    _pack(snapshot, half, key)
    say(_l("正在从头到尾核对……"))
    checked = read_through(half, key)
    half.replace(target)
    _sync_folder(target.parent)
    return checked


def _pack(snapshot: Snapshot, half: Path, key: bytes) -> None:
    half.unlink(missing_ok=True)
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        with packing(file, key) as packer:
            packer.add_file(snapshot.path.name, snapshot.path)
            for name, path in kept_files(instance()):
                packer.add_file(f"files/{name}", path)
            packer.add_manifest(_manifest(snapshot))
        file.flush()
        os.fsync(file.fileno())


def _manifest(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "format": 1,
        "made_at": clock.now().isoformat(),
        "site": current_app.config["SITE_NAME"],
        "program": _program(),
        "engine": snapshot.engine,
        "engine_version": snapshot.version,
        "heads": snapshot.heads,
        "rows": snapshot.rows,
        "keys": {name: sealed.fingerprint(key).hex() for name, key in keys.kept_apart(instance()).items()},
        "settings": own_settings(instance()),
    }


def _program() -> str:
    try:
        return version("hospital-intranet")
    except PackageNotFoundError:  # run from a bare copy of the tree
        return ""


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _refuse_full_disk(folder: Path, scratch: Path) -> None:
    database = databases.size()
    files = sum(path.stat().st_size for _name, path in kept_files(instance()))
    on_one_disk = folder.stat().st_dev == scratch.stat().st_dev
    needs = {folder: database + files + database * on_one_disk, scratch: database}
    for place, bytes_needed in needs.items():
        free = shutil.disk_usage(place).free
        if free < bytes_needed + SPARE:
            raise _no_space(place, bytes_needed + SPARE, free)


def _no_space(place: Path, needed: int, free: int) -> Refused:
    sentence = _l(
        "磁盘空间不够，没有备份：%(place)s 需要约 %(needed)s MB，只有 %(free)s MB。"
        "请清理磁盘，或换一个 BACKUP_FOLDER。",
        place=str(place),
        needed=format_number(needed // MB),
        free=format_number(free // MB),
    )
    return Refused(Fault.NO_SPACE, sentence)
