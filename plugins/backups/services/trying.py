"""A trial: a backup is restored beside the site, must prove itself, and is deleted again."""

from pathlib import Path

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from intranet import audit, clock, create_app, keys
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import User
from plugins.backups import databases
from plugins.backups.archive import Checked, read_through
from plugins.backups.contents import instance
from plugins.backups.faults import fault_of
from plugins.backups.models import Backup
from plugins.backups.proofs import Proof, prove, refuse_unfit
from plugins.backups.services.making import Say, quiet
from plugins.backups.services.working import alone, has_records


def try_backup(backup_id: int, *, by: User | None, say: Say = quiet) -> Proof:
    """Restores one of the site's backups into nothing and proves it. Raises Refused when it is not good."""
    person = by.id if by else None
    path = Path(db.session.get_one(Backup, backup_id).path)
    db.session.rollback()
    with alone() as scratch:
        _begin(backup_id)
        try:
            proof = prove_file(path, keys.backup_key(instance()), scratch, say)
        except BaseException as error:
            _record(backup_id, person, fault_of(error))
            raise
        _record(backup_id, person, "")
    return proof


def try_file(path: Path, key: bytes, *, say: Say = quiet) -> Proof:
    """The same for any file; one the site knows is marked as tried."""
    db.session.rollback()
    with alone() as scratch:
        say(_l("正在从头到尾核对……"))
        known = _known(read_through(path, key).sha256)
        proof = prove_file(path, key, scratch, say)
        if known:
            _record(known, None, "")
    return proof


def prove_file(path: Path, key: bytes, scratch: Path, say: Say) -> Proof:
    """Unpacks into the folder, with every hash compared, and looks at the site that comes out."""
    say(_l("正在解开备份……"))
    checked = read_through(path, key, into=scratch)
    refuse_unfit(checked.manifest)
    say(_l("正在试恢复并核对数据……"))
    with databases.trial_url(scratch) as url:
        return prove_apart(scratch, url, checked)


def prove_apart(folder: Path, url: str, checked: Checked) -> Proof:
    """As a site of its own, without plugins: what is proven needs none."""
    app = create_app(folder, DATABASE_URL=url, SAFE_MODE=True, LANGUAGE=current_app.config["LANGUAGE"])
    with app.app_context():
        try:
            return prove(checked.manifest)
        finally:
            db.session.remove()
            db.engine.dispose()


def _begin(backup_id: int) -> None:
    with transaction():
        db.session.get_one(Backup, backup_id).trial_begun_at = clock.now()


def _record(backup_id: int, person: int | None, fault: str) -> None:
    with transaction():
        backup = db.session.get_one(Backup, backup_id)
        backup.tried_at, backup.trial_fault, backup.trial_begun_at = clock.now(), fault, None
        if not fault:
            backup.verified_at = backup.tried_at
        actor = db.session.get(User, person) if person else None
        audit.record(actor, "backups:try", f"backups_backup:{backup_id}", fault=fault or "-")


def _known(sha256: str) -> int | None:
    if not has_records():
        return None
    found = db.session.scalar(select(Backup.id).where(Backup.sha256 == sha256).order_by(Backup.id.desc()))
    db.session.rollback()
    return found
