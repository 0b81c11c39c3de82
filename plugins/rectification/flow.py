"""Flow over time: how many cards stood where at the end of each week, how long they stay, when it ends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from plugins.rectification.progress import PARTS, Part
from plugins.rectification.stages import OPEN_STAGES, Stage
from plugins.rectification.weeks import monday

WEEKS = 12
BASIS = 6
"""The forecast looks at so many whole weeks."""
FORESEEN = 26
"""Nobody can tell from six weeks what is more than half a year ahead."""
WIDTH, HEIGHT = 720, 240
Moves = Mapping[tuple[int, Stage | None, Stage], int]
"""How many moves there were: by the week (0 the oldest), from where (None: opened), to where."""


@dataclass(frozen=True, slots=True)
class Week:
    """How many cards stood where at its end, and what happened in it."""

    end: date
    parts: Mapping[Part, int]
    opened: int
    closed: int

    @property
    def monday(self) -> date:
        """The day it begins."""
        return monday(self.end)

    @property
    def total(self) -> int:
        return sum(self.parts.values())


def weeks_of(now: Mapping[Stage, int], moves: Moves, last: date, closed: Sequence[int]) -> list[Week]:
    """Counted backwards from what stands there now: what came is taken out, what left is put back.

    `closed`: how many cards were closed in each of the weeks.
    """
    stages, found = dict(now), []
    for place in reversed(range(WEEKS)):
        inside = [(start, end, number) for (week, start, end), number in moves.items() if week == place]
        sunday = monday(last) + timedelta(weeks=place + 2 - WEEKS) - timedelta(days=1)
        found.append(_week(min(sunday, last), stages, inside, closed[place]))
        for start, end, number in inside:
            stages[end] = stages.get(end, 0) - number
            if start is not None:
                stages[start] = stages.get(start, 0) + number
    return found[::-1]


def _week(
    end: date, stages: Mapping[Stage, int], inside: Sequence[tuple[Stage | None, Stage, int]], closed: int
) -> Week:
    parts = {part: max(0, sum(stages.get(stage, 0) for stage in PARTS[part][1])) for part in Part}
    opened = sum(number for start, _end, number in inside if start is None)
    return Week(end, parts, opened, closed)


def areas(weeks: Sequence[Week]) -> list[tuple[Part, str]]:
    """Each part as the points of a polygon, the closed ones at the bottom."""
    most, step = max((week.total for week in weeks), default=0) or 1, WIDTH / (len(weeks) - 1)
    floor, found = [0] * len(weeks), []
    for part in Part:
        roof = [below + week.parts[part] for below, week in zip(floor, weeks, strict=True)]
        there = [(place * step, HEIGHT - HEIGHT * value / most) for place, value in enumerate(roof)]
        back = [(place * step, HEIGHT - HEIGHT * value / most) for place, value in enumerate(floor)]
        found.append((part, " ".join(f"{x:.1f},{y:.1f}" for x, y in (*there, *reversed(back)))))
        floor = roof
    return found


def days_below(weeks: Sequence[Week]) -> list[tuple[float, str, date]]:
    """The first day, the last and two between: how far across, its edge or its middle, and the day."""
    last = len(weeks) - 1
    places = {0: "start", last // 3: "middle", last - last // 3: "middle", last: "end"}
    return [(round(100 * place / last, 1), anchor, weeks[place].end) for place, anchor in places.items()]


# How long ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stay:
    """How many days cards stayed in a stage before they left it: the middle, and the most of 85 in 100."""

    stage: Stage
    middle: int
    most: int


def stays_of(days: Mapping[Stage, Sequence[float]]) -> list[Stay]:
    """In the order of the columns; a stage nobody left is not there."""
    return [
        Stay(stage, share(days[stage], 50), share(days[stage], 85))
        for stage in OPEN_STAGES
        if days.get(stage)
    ]


def share(days: Sequence[float], percent: int) -> int:
    """So many of a hundred stayed no longer; whole days, rounded."""
    ordered = sorted(days)
    return round(ordered[max(0, -(-len(ordered) * percent // 100) - 1)])


# When ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Forecast:
    """The range of weeks the open cards will take, and what it is made of."""

    left: int
    slow: float
    fast: float
    soonest: date | None
    latest: date | None


def forecast(weeks: Sequence[Week], today: date) -> Forecast:
    """By the whole weeks before this one: the slower half of them and the faster half."""
    rates = sorted(week.closed for week in weeks[-BASIS - 1 : -1])
    half = len(rates) // 2
    slow, fast = sum(rates[:half]) / half, sum(rates[-half:]) / half
    left = weeks[-1].total - weeks[-1].parts[Part.CLOSED]
    return Forecast(left, slow, fast, _after(left, fast, today), _after(left, slow, today))


def _after(left: int, rate: float, today: date) -> date | None:
    """None: at this rate never, or further ahead than anybody can tell."""
    weeks = left / rate if rate else None
    return today + timedelta(weeks=weeks) if weeks is not None and weeks <= FORESEEN else None
