"""Which backups stay: the newest of each of the last days, weeks and months, and the newest proven."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import Row, select

from intranet import audit, clock
from intranet.db import transaction
from intranet.extensions import db
from plugins.backups.contents import backup_folder
from plugins.backups.models import Backup, Cause, State


def to_keep(moments: Sequence[datetime], days: int, weeks: int, months: int) -> set[datetime]:
    """Counted in days, weeks and months that have a backup: a site that stood still loses none."""
    kept = set(sorted(moments)[-1:])
    for number, name in ((days, _day), (weeks, _week), (months, _month)):
        newest = {name(moment): moment for moment in sorted(moments)}
        kept |= set(list(newest.values())[-number:] if number > 0 else [])
    return kept


def _day(moment: datetime) -> tuple[int, ...]:
    return clock.local(moment).date().timetuple()[:3]


def _week(moment: datetime) -> tuple[int, ...]:
    return clock.local(moment).isocalendar()[:2]


def _month(moment: datetime) -> tuple[int, ...]:
    return clock.local(moment).date().timetuple()[:2]


def remove_old() -> int:
    """Deletes what the rule no longer keeps, in the backup folder only. Files people named stay. How many."""
    query = select(Backup.id, Backup.path, Backup.finished_at, Backup.tried_at, Backup.trial_fault)
    query = query.where(Backup.state == State.GOOD, Backup.cause != Cause.COMMAND)
    ours = [row for row in db.session.execute(query) if Path(row.path).parent == backup_folder()]
    db.session.rollback()
    settings = current_app.config
    limits = (settings["BACKUP_DAYS"], settings["BACKUP_WEEKS"], settings["BACKUP_MONTHS"])
    kept = to_keep([row.finished_at for row in ours], *limits) | _newest_proven(ours)
    old = [row for row in ours if row.finished_at not in kept]
    for row in old:
        _remove(row.id, Path(row.path))
    return len(old)


def _newest_proven(rows: Sequence[Row[*tuple[Any, ...]]]) -> set[datetime]:
    """Of those that were restored for trial and are still there: a newer one may prove to be bad."""
    passed = (row for row in rows if row.tried_at and not row.trial_fault)
    proven = [row.finished_at for row in passed if Path(row.path).exists()]
    return set(sorted(proven)[-1:])


def _remove(backup_id: int, path: Path) -> None:
    """The file first: killed in between, the row still stands and the next run ends the work."""
    path.unlink(missing_ok=True)
    with transaction():
        db.session.get_one(Backup, backup_id).state = State.REMOVED
        audit.record(None, "backups:remove", f"backups_backup:{backup_id}")
