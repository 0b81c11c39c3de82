"""Merging what the plugins say about a person's duties into one list, most urgent first."""

from datetime import date, timedelta
from itertools import chain
from typing import TypedDict, cast

from intranet import clock
from intranet.contracts import Duty, Panel
from intranet.gate import units_with
from intranet.models import Unit, User
from intranet.plugins import collect, loaded

A_WEEK = timedelta(days=7)


class Summary(TypedDict):
    """The list and the three numbers above it."""

    duties: list[Duty]
    overdue: int
    this_week: int


def panels(user: User, units: list[Unit]) -> list[Panel]:
    """One call a plugin, with those of the units where it is on; a plugin of the whole site has none."""
    found: list[Panel] = []
    for name, plugin in loaded().working.items():
        where = units_with(name, units)
        if where or plugin.for_site:
            found += cast("list[Panel]", collect("intranet_dashboard", [name], user=user, units=where))
    return found


def summary(found: list[Panel]) -> Summary:
    """All duties in one list: the overdue first, what has no date last."""
    today = clock.today()
    duties = sorted(
        chain.from_iterable(panel.duties for panel in found),
        key=lambda duty: (duty.due_on or date.max, duty.title),
    )
    dates = [duty.due_on for duty in duties if duty.due_on]
    return {
        "duties": duties,
        "overdue": sum(due < today for due in dates),
        "this_week": sum(today <= due < today + A_WEEK for due in dates),
    }
