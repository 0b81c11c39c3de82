"""Work without a person waiting: each job runs when due, once, whatever other processes do."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

from flask import current_app, g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.exc import IntegrityError, OperationalError

from intranet import attachments, audit, clock, notices, sessions, throttle
from intranet.contracts import Job
from intranet.db import reads_first, rows_changed, start_writing, transaction
from intranet.errors import Busy, Conflict, DomainError
from intranet.extensions import db
from intranet.models import DueJob, JobRun, User
from intranet.plugins import collect, loaded, note_failure
from intranet.wording import listed

RETRY_AFTER = timedelta(minutes=10)
KEPT_RUNS = 50


class TakenOver(Exception):
    """The run took longer than its limit: another process has the job, and what this one did is undone."""


def all_jobs() -> dict[str, Job]:
    """The core's and every loaded plugin's jobs, by `plugin:name`."""
    jobs = {f"core:{job.name}": job for job in CORE_JOBS}
    for name in loaded().working:
        jobs |= {f"{name}:{job.name}": job for job in collect("intranet_jobs", [name])}
    return jobs


def overview() -> list[tuple[str, Job, DueJob | None, list[JobRun]]]:
    """Every job by name with when it is due and what its runs were, the newest first."""
    due = {each.name: each for each in db.session.scalars(select(DueJob))}
    runs: dict[str, list[JobRun]] = {}
    for run in db.session.scalars(select(JobRun).order_by(JobRun.id.desc())):
        runs.setdefault(run.job, []).append(run)
    return [(name, job, due.get(name), runs.get(name, [])) for name, job in all_jobs().items()]


def run_due() -> Iterator[tuple[str, str]]:
    """Runs what is due and yields name and outcome. A job that raises is noted; the next one runs.

    What a busy database held up is done next time: said at the end, as a DomainError.
    """
    waits = []
    for name, job in all_jobs().items():
        try:
            if run_id := _claim(name, job):
                yield name, _run(name, job, run_id)
        except (Busy, OperationalError) as error:
            current_app.logger.warning("job %s waits for the database: %s", name, error)
            db.session.rollback()
            waits.append(name)
    if waits:
        raise DomainError(_("数据库正忙，这些任务没有运行，下次再试：%(names)s。", names=listed(waits)))


def run_soon(name: str, *, by: User) -> None:
    """Makes a job due now; whoever runs jobs next takes it. One that never ran is due already."""
    audit.record(by, "core:job", name)
    known = DueJob.name == name
    due_now = update(DueJob).where(known, _free(all_jobs()[name])).values(due_at=clock.now())
    if not rows_changed(due_now) and db.session.scalar(select(DueJob.name).where(known)):
        raise Conflict(_("这项任务正在运行，请等它结束后再试。"))


def said(run: JobRun, job: Job) -> str:
    """The outcome of a run in the reader's language. An old one may lack a number asked for since."""
    if run.error:
        return str(_("失败：%(error)s", error=run.error))
    counts = defaultdict[str, object](lambda: "—", **(run.counts or {}))
    return str(job.outcome) % counts if run.finished_at else ""


def _claim(name: str, job: Job) -> int | None:
    """One UPDATE decides: of any number of processes one gets the job. Nobody waits for what is not due."""
    _introduce(name)
    now = clock.now()
    due = (DueJob.name == name, DueJob.due_at <= now, _free(job))
    if db.session.scalar(select(DueJob.name).where(*due)) is None:
        return None
    with transaction():
        run = JobRun(job=name, started_at=now)
        db.session.add(run)
        db.session.flush()
        if rows_changed(update(DueJob).where(*due).values(claimed_at=now, run_id=run.id)):
            return run.id
        db.session.rollback()
    return None


def _free(job: Job) -> ColumnElement[bool]:
    return or_(DueJob.claimed_at.is_(None), DueJob.claimed_at < clock.now() - job.limit)


def _introduce(name: str) -> None:
    if db.session.scalar(select(DueJob.name).where(DueJob.name == name)):
        return
    try:
        with transaction():
            db.session.add(DueJob(name=name, due_at=clock.now()))
    except IntegrityError:
        current_app.logger.info("job %s was introduced by another process", name)


def _run(name: str, job: Job, run_id: int) -> str:
    """The work and the end of its run are one transaction."""
    g.origin = audit.JOB
    try:
        with transaction(reads_first=getattr(job.run, "reads_first", False)):
            counts = dict(job.run())
            start_writing()
            _finish(run_id, job.every, counts=counts)
    except TakenOver:
        return str(_("用时超过时限，已由另一个进程接手；这一次的改动没有保存。"))
    except Exception as error:  # noqa: BLE001 - a job's fault stops here, like a hook's
        outcome = note_failure(loaded(), name.partition(":")[0], f"job {name}", error)
        with suppress(TakenOver), transaction():
            _finish(run_id, RETRY_AFTER, error=outcome)
    finally:
        g.pop("origin")
    return said(db.session.get_one(JobRun, run_id), job)


def _finish(run_id: int, wait: timedelta, **outcome: object) -> None:
    """Only the run that holds the claim ends it; the oldest runs of the job are forgotten."""
    now = clock.now()
    mine = update(DueJob).where(DueJob.run_id == run_id)
    if not rows_changed(mine.values(run_id=None, claimed_at=None, due_at=now + wait)):
        raise TakenOver
    ended = update(JobRun).where(JobRun.id == run_id).values(finished_at=now, **outcome).returning(JobRun.job)
    job = db.session.scalars(ended).one()
    kept = select(JobRun.id).where(JobRun.job == job).order_by(JobRun.id.desc()).limit(KEPT_RUNS)
    db.session.execute(delete(JobRun).where(JobRun.job == job, JobRun.id.not_in(kept)))


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
    Job("collect-files", _l("清理附件"), timedelta(days=1), attachments.collect, _l("清理文件 %(files)s 个")),
    Job(
        "forget-notices",
        _l("清理过期消息"),
        timedelta(days=1),
        notices.forget_old,
        _l("清理过期消息 %(notices)s 条"),
    ),
)
