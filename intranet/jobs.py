"""Work without a person waiting: each job runs when due, once, whatever other processes do."""

from collections.abc import Iterator
from datetime import timedelta

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError

from intranet import audit, clock, sessions, throttle
from intranet.contracts import Job
from intranet.db import reads_first, rows_changed, start_writing, transaction
from intranet.extensions import db
from intranet.models import JobRun
from intranet.plugins import collect, loaded, note_failure

GIVE_UP_AFTER = timedelta(hours=1)
"""A claim older than this belongs to a process that died."""
RETRY_AFTER = timedelta(minutes=10)


def all_jobs() -> dict[str, Job]:
    """The core's and every loaded plugin's jobs, by `plugin:name`."""
    jobs = {f"core:{job.name}": job for job in CORE_JOBS}
    for name in loaded().working:
        jobs |= {f"{name}:{job.name}": job for job in collect("intranet_jobs", [name])}
    return jobs


def overview() -> list[tuple[str, Job, JobRun | None]]:
    """Every job by name with its last run, if it has run at all."""
    runs = {run.name: run for run in db.session.scalars(select(JobRun))}
    return [(name, job, runs.get(name)) for name, job in all_jobs().items()]


def run_due() -> Iterator[tuple[str, str]]:
    """Runs what is due and yields name and outcome. A job that raises is noted; the next one runs."""
    for name, job in all_jobs().items():
        if _claim(name):
            _run(name, job)
            yield name, said(db.session.get_one(JobRun, name), job)


def said(run: JobRun, job: Job | None) -> str:
    """The outcome of a run in the reader's language; of a job that is gone only its fault is known."""
    if run.error:
        return str(_("失败：%(error)s", error=run.error))
    return str(job.outcome) % run.counts if job and run.finished_at else ""


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


def _run(name: str, job: Job) -> None:
    try:
        with transaction(reads_first=getattr(job.run, "reads_first", False)):
            counts = dict(job.run())
            start_writing()
            _finish(name, job.every, counts=counts, error="")
    except Exception as error:  # noqa: BLE001 - a job's fault stops here, like a hook's
        outcome = note_failure(loaded(), name.partition(":")[0], f"job {name}", error)
        with transaction():
            _finish(name, RETRY_AFTER, error=outcome)


def _finish(name: str, wait: timedelta, **outcome: object) -> None:
    now = clock.now()
    db.session.execute(
        update(JobRun)
        .where(JobRun.name == name)
        .values(claimed_at=None, finished_at=now, due_at=now + wait, **outcome)
    )


def _end_old_sessions() -> dict[str, int]:
    return {"logins": sessions.end_old(), "attempts": throttle.forget_old()}


@reads_first
def _check_audit() -> dict[str, int]:
    checks = audit.check()
    start_writing()
    audit.keep(checks, by=None)
    return {"chains": len(checks), "broken": sum(check.broken_at is not None for check in checks)}


CORE_JOBS = (
    Job(
        "end-old-sessions",
        _l("清理过期登录"),
        timedelta(hours=1),
        _end_old_sessions,
        _l("清理过期登录 %(logins)s 个，过期的错误密码记录 %(attempts)s 条"),
    ),
    Job(
        "check-audit",
        _l("核对审计记录"),
        timedelta(days=1),
        _check_audit,
        _l("核对记录链 %(chains)s 条，不完整 %(broken)s 条"),
    ),
)
