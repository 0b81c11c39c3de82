"""Work without a person waiting: each job runs when due, once, whatever other processes do."""

from collections.abc import Iterator
from datetime import timedelta

from flask import current_app
from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError

from intranet import accounts, clock
from intranet.contracts import Job
from intranet.db import rows_changed, transaction
from intranet.extensions import db
from intranet.models import JobRun
from intranet.plugins import collect, loaded, note_failure

GIVE_UP_AFTER = timedelta(hours=1)
"""A claim older than this belongs to a process that died."""
RETRY_AFTER = timedelta(minutes=10)


def all_jobs() -> dict[str, Job]:
    """The core's and every loaded plugin's jobs, by `plugin:name`."""
    jobs = {"core:end-old-sessions": _END_OLD_SESSIONS}
    for name in loaded().working:
        jobs |= {f"{name}:{job.name}": job for job in collect("intranet_jobs", [name])}
    return jobs


def run_due() -> Iterator[tuple[str, str]]:
    """Runs what is due and yields name and outcome. A job that raises is noted; the next one runs."""
    for name, job in all_jobs().items():
        if _claim(name):
            yield name, _run(name, job)


def _claim(name: str) -> bool:
    """One UPDATE decides: of any number of processes one gets the job."""
    _introduce(name)
    now = clock.now()
    with transaction():
        free = or_(JobRun.claimed_at.is_(None), JobRun.claimed_at < now - GIVE_UP_AFTER)
        claim = update(JobRun).where(JobRun.name == name, JobRun.due_at <= now, free)
        return rows_changed(claim.values(claimed_at=now)) == 1


def _introduce(name: str) -> None:
    if db.session.scalar(select(JobRun.name).where(JobRun.name == name)):
        return
    try:
        with transaction():
            db.session.add(JobRun(name=name, due_at=clock.now()))
    except IntegrityError:
        current_app.logger.info("job %s was introduced by another process", name)


def _run(name: str, job: Job) -> str:
    try:
        with transaction():
            outcome = job.run()
            _finish(name, outcome, job.every)
    except Exception as error:  # noqa: BLE001 - a job's fault stops here, like a hook's
        note_failure(loaded(), name.partition(":")[0], f"job {name}", error)
        with transaction():
            outcome = f"失败：{type(error).__name__}: {error}"
            _finish(name, outcome, RETRY_AFTER, failed=True)
    return outcome


def _finish(name: str, outcome: str, wait: timedelta, *, failed: bool = False) -> None:
    now = clock.now()
    db.session.execute(
        update(JobRun)
        .where(JobRun.name == name)
        .values(claimed_at=None, finished_at=now, due_at=now + wait, outcome=outcome, failed=failed)
    )


def _end_old_sessions() -> str:
    ended, forgotten = accounts.end_old_sessions(), accounts.forget_old_attempts()
    return f"清理过期登录 {ended} 个，过期的错误密码记录 {forgotten} 条"


_END_OLD_SESSIONS = Job("end-old-sessions", "清理过期登录", timedelta(hours=1), _end_old_sessions)
