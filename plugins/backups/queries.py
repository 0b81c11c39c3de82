"""What there is to know of the backups: the list, and whether an administrator must worry."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from intranet import clock
from intranet.extensions import db
from intranet.keys import backup_key
from plugins.backups import sealed
from plugins.backups.contents import instance
from plugins.backups.models import Backup, Cause, RecoveryKey, State

SHOWN = 60
TOO_OLD = timedelta(days=2)
UNTRIED = timedelta(days=35)


@dataclass(frozen=True, slots=True)
class Health:
    """What a warning is made of."""

    made_at: datetime | None
    """The last good backup that is still somewhere."""
    tried_at: datetime | None
    """The last trial that went well."""
    failed: bool
    """The last backup that ended, ended badly."""

    @property
    def is_old(self) -> bool:
        return self.made_at is not None and clock.now() - self.made_at > TOO_OLD

    @property
    def is_untried(self) -> bool:
        """Nothing to try is another worry."""
        if self.made_at is None:
            return False
        return self.tried_at is None or clock.now() - self.tried_at > UNTRIED


def health() -> Health:
    """Two queries."""
    made_at = next((each.finished_at for each in _good() if _counts(each)), None)
    tried_at = select(func.max(Backup.tried_at)).where(Backup.trial_fault == "").scalar_subquery()
    ended = select(Backup.state).where(Backup.state != State.RUNNING).order_by(Backup.id.desc()).limit(1)
    tried, state = db.session.execute(select(tried_at, ended.scalar_subquery())).one()
    return Health(made_at, tried, state == State.FAILED)


def _good() -> Sequence[Backup]:
    query = select(Backup).where(Backup.state == State.GOOD).order_by(Backup.finished_at.desc())
    return db.session.scalars(query.limit(SHOWN)).all()


def _counts(backup: Backup) -> bool:
    """What a command made may have been carried elsewhere; the others lie where they were put or are lost."""
    return backup.cause is Cause.COMMAND or Path(backup.path).exists()


def newest_backups() -> Sequence[Backup]:
    """Newest first, with who wanted them; without those the rule has removed."""
    query = select(Backup).where(Backup.state != State.REMOVED).options(joinedload(Backup.person))
    return db.session.scalars(query.order_by(Backup.id.desc()).limit(SHOWN)).all()


def last_good(*, of_command: bool = True) -> Backup | None:
    """The newest good backup whose file is where it was put."""
    there = (backup for backup in _good() if Path(backup.path).exists())
    return next((each for each in there if of_command or each.cause is not Cause.COMMAND), None)


def backup_with_file(backup_id: int) -> Backup | None:
    """A good backup whose file is still there."""
    backup = db.session.get(Backup, backup_id)
    there = backup is not None and backup.state is State.GOOD and Path(backup.path).exists()
    return backup if there else None


def key_checked_at() -> datetime | None:
    """When somebody last typed the site's key from paper. Makes no key where there is none yet."""
    if not (instance() / "backup.key").exists():
        return None
    known = RecoveryKey.fingerprint == sealed.fingerprint(backup_key(instance())).hex()
    return db.session.scalar(select(RecoveryKey.checked_at).where(known))
