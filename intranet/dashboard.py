"""Merging what the plugins say about a person's duties into one list, most urgent first."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from itertools import chain, groupby
from typing import TypedDict

from flask_babel import gettext as _

from intranet import clock
from intranet.asking import side_by_side
from intranet.contracts import Duty, Panel
from intranet.gate import units_with
from intranet.models import Unit, User
from intranet.plugins import collect, loaded

HOOK = "intranet_dashboard"


class Summary(TypedDict):
    """The list, by how urgent they are, and the two numbers above it."""

    duties: tuple[tuple[str, tuple[Duty, ...]], ...]
    overdue: int
    this_week: int


def panels(user: User, units: list[Unit], *, dated: bool = False) -> list[Panel]:
    """One call a plugin, with those of the units where it is on; a plugin of the whole site has none."""
    calls = []
    for name, plugin in loaded().working.items():
        where = units_with(name, units)
        if HOOK in plugin.hooks and (where or plugin.for_site):
            calls.append(partial(_panels_of, name, user=user, dated=dated, units=where))
    return list(chain.from_iterable(side_by_side(*calls)))


def _panels_of(name: str, **asked: object) -> list[Panel]:
    found: list[Panel] = collect(HOOK, [name], **asked)
    return [replace(each, plugin=name, duties=tuple(each.duties), bars=tuple(each.bars)) for each in found]


def summary(found: list[Panel]) -> Summary:
    """All duties in one list: the overdue, the rest of this week, later, and last what has no date."""
    today = clock.today()
    monday = today + timedelta(days=7 - today.weekday())
    duties = sorted(
        chain.from_iterable(panel.duties for panel in found),
        key=lambda duty: (duty.due_on or date.max, duty.title),
    )
    dates = [duty.due_on for duty in duties if duty.due_on]
    words = (_("已逾期"), _("本周"), _("以后"), _("没有期限"))
    urgency = partial(_urgency, today, monday)
    return {
        "duties": tuple((words[place], tuple(group)) for place, group in groupby(duties, urgency)),
        "overdue": sum(due < today for due in dates),
        "this_week": sum(today <= due < monday for due in dates),
    }


def _urgency(today: date, monday: date, duty: Duty) -> int:
    """The place of its word."""
    if duty.due_on is None:
        return 3
    return (duty.due_on >= today) + (duty.due_on >= monday)
