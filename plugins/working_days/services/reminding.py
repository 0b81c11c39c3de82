"""Reminders on the morning of a working day."""

from datetime import timedelta

from flask import current_app

from intranet import clock, workdays
from intranet.contracts import Deadline
from intranet.db import reads_first, start_writing
from intranet.deadlines import deadlines, escalate, in_charge, tell_of
from intranet.organisation import organisation

LOOK_BACK = timedelta(days=30)


@reads_first
def remind() -> dict[str, int]:
    """On the morning of a working day; each deadline once for each lead time, however often this runs."""
    if not workdays.reminds_now():
        return {"told": 0}
    today = clock.today()
    end = workdays.add(today, max(current_app.config["REMIND_WORKDAYS_BEFORE"], default=0)) + workdays.DAY
    near = deadlines(organisation().units, today - LOOK_BACK, end)
    start_writing()
    return {"told": sum(_remind(plugin, each) for plugin, each in near if not each.done)}


def _remind(plugin: str, deadline: Deadline) -> int:
    day = deadline.day
    if day >= clock.today():
        lead = workdays.lead_of(day)
        return 0 if lead is None else tell_of(plugin, deadline, "due", in_charge(deadline), f"{day} {lead}")
    told = tell_of(plugin, deadline, "overdue", in_charge(deadline), day)
    late_by = workdays.between(day, clock.today())
    late_enough = 0 < current_app.config["ESCALATE_WORKDAYS_AFTER"] <= late_by
    return told + (escalate(plugin, deadline) if late_enough else 0)
