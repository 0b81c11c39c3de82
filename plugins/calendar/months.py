"""A month as a sheet of weeks, and a list as weeks of days."""

from calendar import Calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import groupby

from intranet import clock, workdays
from plugins.calendar.asked import State
from plugins.calendar.queries import Entry

SHOWN = 3
URGENCY = (State.OVERDUE, State.OPEN, State.DONE)


@dataclass(frozen=True, slots=True)
class Group:
    """The same thing due in several units: one line of a day."""

    entries: list[Entry]

    @property
    def first(self) -> Entry:
        return self.entries[0]

    @property
    def state(self) -> State:
        """Of the most urgent of them."""
        return min((entry.state for entry in self.entries), key=URGENCY.index)


@dataclass(frozen=True)
class Day:
    """A day and what is due on it."""

    day: date
    entries: list[Entry]

    @cached_property
    def groups(self) -> list[Group]:
        """The most urgent first."""
        same: dict[tuple[str, str], list[Entry]] = {}
        for entry in self.entries:
            same.setdefault((entry.plugin, entry.deadline.title), []).append(entry)
        return sorted(map(Group, same.values()), key=lambda group: URGENCY.index(group.state))

    @property
    def shown(self) -> list[Group]:
        return self.groups[:SHOWN]

    @property
    def left(self) -> int:
        """How many deadlines the lines shown leave out."""
        return len(self.entries) - sum(len(group.entries) for group in self.shown)

    @property
    def is_today(self) -> bool:
        return self.day == clock.today()

    @property
    def works(self) -> bool:
        return workdays.is_workday(self.day)

    @property
    def monday(self) -> date:
        return self.day - timedelta(days=self.day.weekday())

    @property
    def is_moved(self) -> bool:
        """Worked although it is a weekend."""
        return self.works and not workdays.usually(self.day)


def sheet(month: date) -> list[list[date]]:
    """The weeks that hold the month, from Monday to Sunday."""
    return Calendar().monthdatescalendar(month.year, month.month)


def filled(weeks: list[list[date]], entries: Iterable[Entry]) -> list[list[Day]]:
    """The sheet with what is due on its days."""
    days = dict(_by_day(entries))
    return [[Day(day, days.get(day, [])) for day in week] for week in weeks]


def weeks_of(entries: Iterable[Entry]) -> list[tuple[date, date, list[Day]]]:
    """Monday and Sunday of each week, with its days on which something is due."""
    days = [Day(day, each) for day, each in _by_day(entries)]
    weeks = groupby(days, lambda each: each.monday)
    return [(monday, monday + timedelta(days=6), list(week)) for monday, week in weeks]


def _by_day(entries: Iterable[Entry]) -> list[tuple[date, list[Entry]]]:
    return [(day, list(each)) for day, each in groupby(entries, lambda entry: entry.deadline.day)]
