"""The two jobs: a backup every night, a trial every week."""

from datetime import timedelta

from flask_babel import lazy_gettext as _l

from intranet import clock
from intranet.contracts import Job
from intranet.db import reads_first
from plugins.backups.faults import Fault, Refused
from plugins.backups.models import Cause
from plugins.backups.queries import health, last_good
from plugins.backups.services.keeping import remove_old
from plugins.backups.services.making import make_backup, new_name
from plugins.backups.services.trying import try_backup

NIGHT = range(1, 5)
"""Hours in which a ward writes least."""
A_NIGHT_AGO = timedelta(hours=20)
LATEST = timedelta(hours=26)
"""A machine that is off at night makes its backup by day."""
A_WEEK = timedelta(days=7)


@reads_first
def back_up() -> dict[str, int]:
    """In the night, or by day when the last night went without."""
    last = last_good(of_command=False)
    age = clock.now() - last.started_at if last else LATEST
    if age < A_NIGHT_AGO or (age < LATEST and not _is_night()):
        return {"made": 0, "removed": 0}
    try:
        make_backup(new_name(), Cause.SCHEDULE, by=None)
    except Refused as refusal:
        if refusal.fault is Fault.BUSY:  # somebody pressed the button
            return {"made": 0, "removed": 0}
        raise
    return {"made": 1, "removed": remove_old()}


@reads_first
def try_newest() -> dict[str, int]:
    """The newest good backup, once a week."""
    tried_at, newest = health().tried_at, last_good()
    if newest is None or (tried_at and clock.now() - tried_at < A_WEEK):
        return {"tried": 0, "rows": 0}
    try:
        proof = try_backup(newest.id, by=None)
    except Refused as refusal:
        if refusal.fault is Fault.BUSY:
            return {"tried": 0, "rows": 0}
        raise
    return {"tried": 1, "rows": proof.rows}


def _is_night() -> bool:
    return clock.local(clock.now()).hour in NIGHT


def jobs() -> list[Job]:
    """Asked every hour; each knows its own time."""
    hour, limit = timedelta(hours=1), timedelta(hours=12)
    made, tried = (
        _l("备份 %(made)s 份，按规则删除 %(removed)s 份"),
        _l("试恢复 %(tried)s 份，核对数据 %(rows)s 行"),
    )
    return [
        Job("back-up", _l("每夜备份"), hour, back_up, made, limit),
        Job("try", _l("每周试恢复"), hour, try_newest, tried, limit),
    ]
