"""Reminders on the morning of a working day."""

from datetime import timedelta

from flask import current_app

from intranet import clock, workdays
from intranet.contracts import Deadline
from intranet.db import reads_first, start_writing
from intranet.deadlines import deadlines, escalate, in_charge, tell_of
from intranet.organisation import organisation

LOOK_BACK = timedelta(days=30)
MORNING = range(7, 12)


@reads_first
def remind() -> dict[str, int]:
    """On the morning of a working day; each deadline once for each lead time, however often this runs."""
    today, leads = clock.today(), sorted(current_app.config["REMIND_WORKDAYS_BEFORE"])
    if clock.local(clock.now()).hour not in MORNING or not workdays.is_workday(today):
        return {"told": 0}
    end = workdays.add(today, max(leads, default=0)) + workdays.DAY
    near = deadlines(organisation().units, today - LOOK_BACK, end)
    start_writing()
    return {"told": sum(_remind(plugin, each, leads) for plugin, each in near if not each.done)}


def _remind(plugin: str, deadline: Deadline, leads: list[int]) -> int:
    left, day = workdays.between(clock.today(), deadline.day), deadline.day
    if day >= clock.today():
        lead = next((lead for lead in leads if left <= lead), None)
        return 0 if lead is None else tell_of(plugin, deadline, "due", in_charge(deadline), f"{day} {lead}")
    told = tell_of(plugin, deadline, "overdue", in_charge(deadline), day)
    late_enough = 0 < current_app.config["ESCALATE_WORKDAYS_AFTER"] <= -left
    return told + (escalate(plugin, deadline) if late_enough else 0)
