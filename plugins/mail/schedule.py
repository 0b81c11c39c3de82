"""The two jobs: sending what is new, and forgetting what was sent long ago."""

from datetime import timedelta

from flask_babel import lazy_gettext as _l

from intranet import jobs as table
from intranet.contracts import Job
from intranet.db import reads_first
from intranet.models import JobRun
from intranet.wording import sentences
from plugins.mail import queries, settings
from plugins.mail.models import State
from plugins.mail.services.delivering import deliver, forget_old
from plugins.mail.services.queueing import queue
from plugins.mail.smtp import Fault
from plugins.mail.wording import said

FAULTS = tuple(Fault)
SEND = "mail:send"
"""The name under which the core keeps the runs."""


@reads_first
def send() -> dict[str, int]:
    """In pieces, each its own transaction: what was sent stays sent, whatever happens to the rest."""
    if settings.server() is None:
        return {"new": 0, "sent": 0, "failed": 0, "waiting": 0}
    new = queue()
    outcome, fault = deliver()
    counts = {"new": new, "sent": outcome[State.SENT], "waiting": queries.waiting()}
    counts["failed"] = outcome[State.FAILED] + outcome[State.GIVEN_UP]
    return counts | ({"fault": FAULTS.index(fault)} if fault else {})


def told(run: JobRun, sending: Job) -> str:
    """The outcome of a run, and why letters wait where the server was at fault."""
    fault = (run.counts or {}).get("fault")
    return sentences([table.said(run, sending), *([said(FAULTS[fault])] if fault is not None else [])])


def jobs() -> list[Job]:
    """At once means at every run of the job table."""
    words = _l("新写 %(new)s 封，寄出 %(sent)s 封，没寄成 %(failed)s 封，还在等 %(waiting)s 封")
    return [
        Job("send", _l("寄出消息邮件"), timedelta(minutes=1), send, words, limit=timedelta(minutes=15)),
        Job(
            "forget",
            _l("清理过期的邮件记录"),
            timedelta(days=1),
            forget_old,
            _l("清理邮件记录 %(letters)s 条"),
        ),
    ]
