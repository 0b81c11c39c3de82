"""Bars along a line of time, in percent of its width, so that the drawing needs no script and no style."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from plugins.campaign.models import Phase
from plugins.campaign.queries.plans import Scheduled

NARROWEST = 0.8
"""Percent: one day of a long plan can still be seen."""
MOST_MONTHS = 60
LABELLED_MONTHS = 14


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `left` to `right`, in percent."""

    left: float
    right: float

    @property
    def width(self) -> float:
        return round(self.right - self.left, 2)

    @property
    def middle(self) -> float:
        return round((self.right + self.left) / 2, 2)


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the scale; the name is left out where there are too many."""

    first: date
    stretch: Stretch
    is_labelled: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """One activity. Without dates there is nothing to draw."""

    row: Scheduled
    planned: Stretch | None
    actual: Stretch | None


@dataclass(frozen=True, slots=True)
class Chart:
    """The whole drawing."""

    months: tuple[Month, ...]
    bands: tuple[tuple[Phase, Stretch], ...]
    bars: tuple[Bar, ...]
    today: float | None


def chart(rows: Sequence[Scheduled], phases: Sequence[Phase], today: date) -> Chart | None:
    """None when no activity and no phase has a date."""
    scale = _scale(rows, phases)
    if scale is None:
        return None
    dated = [phase for phase in phases if phase.start_on or phase.end_on]
    return Chart(
        months=tuple(scale.months()),
        bands=tuple((phase, scale.between(phase.start_on, phase.end_on)) for phase in dated),
        bars=tuple(_bar(row, scale) for row in rows),
        today=scale.place(today) if scale.first <= today <= scale.last else None,
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    """Whole months, from the first planned day's to the last's."""

    first: date
    last: date

    def place(self, day: date) -> float:
        """Where a day begins."""
        return round(100 * (day - self.first).days / ((self.last - self.first).days + 1), 2)

    def between(self, start: date | None, end: date | None) -> Stretch:
        """An open end reaches to the edge; an open start is a short mark before the end."""
        right = self.place(min(end, self.last) + timedelta(1)) if end else 100.0
        left = self.place(max(start, self.first)) if start else max(right - NARROWEST, 0)
        return Stretch(min(left, right - NARROWEST), right)

    def months(self) -> list[Month]:
        firsts = [self.first]
        while (following := _next_month(firsts[-1])) <= self.last:
            firsts.append(following)
        step = -(-len(firsts) // LABELLED_MONTHS)
        return [
            Month(
                first,
                Stretch(self.place(first), self.place(min(_next_month(first), self.last))),
                place % step == 0,
            )
            for place, first in enumerate(firsts)
        ]


def _scale(rows: Sequence[Scheduled], phases: Sequence[Phase]) -> _Scale | None:
    planned = [(row.activity.start_on, row.activity.end_on) for row in rows]
    actual = [(row.activity.actual_start_on, row.ended_on) for row in rows]
    bands = [(phase.start_on, phase.end_on) for phase in phases]
    days = [day for pair in planned + actual + bands for day in pair if day]
    if not days:
        return None
    first = min(days).replace(day=1)
    last = min(max(days), first + timedelta(31 * MOST_MONTHS))
    return _Scale(first, _next_month(last) - timedelta(1))


def _next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(4)).replace(day=1)


def _bar(row: Scheduled, scale: _Scale) -> Bar:
    activity = row.activity
    planned = (activity.start_on, activity.end_on)
    actual = (activity.actual_start_on, row.ended_on)
    return Bar(
        row,
        scale.between(*planned) if any(planned) else None,
        scale.between(actual[0] or actual[1], actual[1]) if actual[1] else None,
    )
