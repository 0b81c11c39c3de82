"""Reminders on the morning of a working day."""

from collections.abc import Iterator
from datetime import timedelta

from flask import current_app

from intranet import clock, workdays
from intranet.contracts import Deadline
from intranet.db import reads_first, start_writing
from intranet.deadlines import deadlines, in_charge, leaders_over, tell_of
from intranet.organisation import organisation

LOOK_BACK = timedelta(days=30)
Word = tuple[str, Deadline, str, set[int], str]
"""Whose deadline, which, what kind of notice, to whom, and what makes it one of its kind."""


@reads_first
def remind() -> dict[str, int]:
    """On the morning of a working day; each deadline once for each lead time, however often this runs."""
    if not workdays.reminds_now():
        return {"told": 0}
    today = clock.today()
    end = workdays.add(today, max(current_app.config["REMIND_WORKDAYS_BEFORE"], default=0)) + workdays.DAY
    near = deadlines(organisation().units, today - LOOK_BACK, end)
    words = [word for plugin, each in near if not each.done for word in _words(plugin, each)]
    start_writing()
    return {"told": sum(tell_of(*word) for word in words)}


def _words(plugin: str, deadline: Deadline) -> Iterator[Word]:
    """What is to be said of it today, and to whom: asked before the writing, so that nobody waits for it."""
    day, today = deadline.day, clock.today()
    if day >= today:
        lead = workdays.lead_of(day)
        if lead is not None:
            yield plugin, deadline, "due", in_charge(deadline), f"{day} {lead}"
        return
    yield plugin, deadline, "overdue", in_charge(deadline), str(day)
    if 0 < current_app.config["ESCALATE_WORKDAYS_AFTER"] <= workdays.between(day, today):
        yield plugin, deadline, "escalated", leaders_over(deadline), str(day)
