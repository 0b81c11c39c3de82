"""Restoring a site onto an empty machine. The database comes last, so what was killed starts over."""

import json
import shutil
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from intranet import audit, clock, keys
from intranet.db import is_sqlite, transaction
from intranet.extensions import db
from intranet.models import AuditEntry, Unit, User
from plugins.backups import contents, databases, sealed
from plugins.backups.archive import Checked, read_through
from plugins.backups.contents import instance
from plugins.backups.faults import Fault, Refused
from plugins.backups.models import Backup, State
from plugins.backups.proofs import Proof, prove, refuse_unfit
from plugins.backups.services.making import Say, quiet
from plugins.backups.services.trying import prove_apart
from plugins.backups.services.working import finished

MARK = "manifest.json"
"""Lies in the folder of a restore from its first moment to its last."""
PEOPLE = (User.__tablename__, Unit.__tablename__)


def restore(path: Path, key: bytes, *, say: Say = quiet) -> tuple[Proof, dict[str, Any]]:
    """The whole site out of one file. Returns the proof and the manifest; refuses where there is data."""
    _refuse_data()
    say(_l("正在从头到尾核对……"))
    checked = read_through(path, key)
    refuse_unfit(checked.manifest)
    say(_l("正在解开备份……"))
    _start_over(checked)
    read_through(path, key, into=_folder())
    say(_l("正在恢复并核对数据……"))
    proof = _put_in_place(checked)
    _write_settings(checked.manifest["settings"])
    _keep_key(key)
    if not proof.behind:
        _record(path, checked)
    _end()
    return proof, checked.manifest


def is_unfinished() -> bool:
    """A restore was begun here and did not come to its end."""
    mark = _folder() / MARK
    return mark.exists() and not _used_since(json.loads(mark.read_text("utf-8")))


def missing_keys(manifest: dict[str, Any]) -> list[str]:
    """Files of keys that the site had at the time of the backup and that are not here, or others."""
    here = {name: sealed.fingerprint(key).hex() for name, key in keys.kept_apart(instance()).items()}
    return [name for name, mark in manifest["keys"].items() if here.get(name) != mark]


# Before ------------------------------------------------------------------------------------------


def _refuse_data() -> None:
    """Empty, or left by a restore that was killed and that nobody has used since."""
    if is_unfinished():
        return
    rows = _rows()
    if any(rows.get(name) for name in PEOPLE) or any(contents.kept_files(instance())):
        sentence = _l(
            "这里已有数据，恢复会盖掉它，所以没有恢复。"
            "请用 INTRANET_INSTANCE（和 DATABASE_URL）指定空的文件夹和空的数据库。"
        )
        raise Refused(Fault.NOT_EMPTY, sentence)


def _rows() -> dict[str, int]:
    """Nothing where nobody has made the tables yet."""
    if is_sqlite(db.engine) and not (instance() / databases.NAME).exists():
        return {}
    return databases.rows_now()


def _used_since(manifest: dict[str, Any]) -> bool:
    """Every login and every change is in the audit log: no more entries than were restored, no use."""
    rows, name = _rows(), AuditEntry.__tablename__
    return any(rows.get(each) for each in PEOPLE) and rows[name] != manifest["rows"][name]


def _folder() -> Path:
    return instance() / "restoring"


def _start_over(checked: Checked) -> None:
    """Takes away what a killed restore has put here, then leaves the mark of this one."""
    for _name, path in list(contents.kept_files(instance())):
        path.unlink()
    _folder().mkdir(mode=0o700, exist_ok=True)
    for entry in _folder().iterdir():  # the mark stays until the new one takes its place
        if entry.is_dir():
            shutil.rmtree(entry)
        elif entry.name != MARK:
            entry.unlink()
    half = _folder() / f"{MARK}.part"
    half.write_text(json.dumps(checked.manifest), "utf-8")
    half.replace(_folder() / MARK)


# Into place --------------------------------------------------------------------------------------


def _put_in_place(checked: Checked) -> Proof:
    """On SQLite the proof comes before the last step; PostgreSQL has no beside, there it comes after it."""
    if is_sqlite(db.engine):
        proof = prove_apart(_folder(), "", checked)
        _move_files(checked)
        databases.remove_sqlite(instance())
        (_folder() / databases.NAME).replace(instance() / databases.NAME)
        return proof
    _move_files(checked)
    db.session.remove()
    db.engine.dispose()
    from plugins.backups import postgres  # noqa: PLC0415 - a site on SQLite needs no driver

    postgres.load(db.engine.url, _folder() / "intranet.pgdump")
    return prove(checked.manifest)


def _move_files(checked: Checked) -> None:
    names = [name.removeprefix("files/") for name in checked.manifest["files"] if name.startswith("files/")]
    for name in names:
        place = instance() / name
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.move(_folder() / "files" / name, place)


def _write_settings(settings: dict[str, object]) -> None:
    """As config.py, or beside the one that is here already."""
    if not settings:
        return
    config = instance() / "config.py"
    if config.exists():
        config = config.with_name("config.restored.py")
    config.write_text(contents.as_config(settings), "utf-8")
    config.chmod(0o600)


def _record(path: Path, checked: Checked) -> None:
    """The backup did not know yet that it would be good: in the database it holds it is still running."""
    with transaction():
        for backup in db.session.scalars(select(Backup).where(Backup.state == State.RUNNING)):
            backup.path, backup.tried_at = str(path.absolute()), clock.now()
            finished(backup, checked.sha256, checked.size, checked.manifest)
        audit.record(None, "backups:restore", checked.sha256, made_at=checked.manifest["made_at"])


def _keep_key(key: bytes) -> None:
    """The paper that opened this backup opens those to come, unless this machine has a key already."""
    path = instance() / "backup.key"
    if not path.exists():
        path.touch(0o600)
        path.write_text(key.hex() + "\n", "ascii")


def _end() -> None:
    """The mark goes first, at one moment; what else lies there is of no use to anybody."""
    (_folder() / MARK).unlink()
    shutil.rmtree(_folder())
