"""The two jobs: sending what is new, and forgetting what was sent long ago."""

from datetime import timedelta

from flask_babel import lazy_gettext as _l

from intranet.contracts import Job
from intranet.db import reads_first
from plugins.mail import settings
from plugins.mail.models import State
from plugins.mail.services.delivering import deliver, forget_old
from plugins.mail.services.queueing import queue

SEND = "mail:send"
"""The name under which the core keeps the runs."""


@reads_first
def send() -> dict[str, int]:
    """In pieces, each its own transaction: what was sent stays sent, whatever happens to the rest."""
    if settings.server() is None:
        return {"new": 0, "sent": 0, "failed": 0}
    new, outcome = queue(), deliver()
    failed = outcome[State.FAILED] + outcome[State.GIVEN_UP]
    return {"new": new, "sent": outcome[State.SENT], "failed": failed}


def jobs() -> list[Job]:
    """At once means at every run of the job table."""
    words = _l("新写 %(new)s 封，寄出 %(sent)s 封，没寄成 %(failed)s 封")
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
