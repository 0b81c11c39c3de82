"""Narrowing and ordering the schedule by what stands in the URL."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from plugins.campaign.models import Activity, Phase
from plugins.campaign.queries.plans import Scheduled
from plugins.campaign.states import State

ADJUSTED = "adjusted"
"""A filter beside the states: its dates were changed."""
NO_PHASE = 0
SORTS = ("order", "start", "end", "state")
STATE_ORDER = list(State)


@dataclass(frozen=True, slots=True)
class Filters:
    """What the person asked for; empty values ask for nothing."""

    phase: int | None = None
    state: str = ""
    unit: str = ""
    month: str = ""
    text: str = ""
    sort: str = "order"

    @property
    def narrows(self) -> bool:
        """Some activities may be hidden."""
        return self.phase is not None or any((self.state, self.unit, self.month, self.text))

    def arguments(self, **changes: object) -> dict[str, object]:
        """The query string of this list, with changes; empty values left out."""
        values: dict[str, object] = {
            "phase": self.phase,
            "state": self.state,
            "unit_code": self.unit,
            "month": self.month,
            "q": self.text,
            "sort": "" if self.sort == "order" else self.sort,
            **changes,
        }
        return {name: value for name, value in values.items() if value not in {"", None}}


def filters_from(arguments: Mapping[str, str]) -> Filters:
    """Unknown or broken values ask for nothing."""
    phase = arguments.get("phase", "")
    sort = arguments.get("sort", "")
    return Filters(
        phase=int(phase) if phase.isascii() and phase.isdecimal() else None,
        state=arguments.get("state", ""),
        unit=arguments.get("unit_code", ""),
        month=arguments.get("month", ""),
        text=arguments.get("q", "").strip()[:100],
        sort=sort if sort in SORTS else "order",
    )


def narrowed(rows: Iterable[Scheduled], filters: Filters) -> list[Scheduled]:
    """The activities asked for, in the order asked for."""
    kept = [row for row in rows if _is_wanted(row, filters)]
    keys = {
        "start": lambda row: row.activity.start_on or row.activity.end_on or date.max,
        "end": lambda row: row.activity.end_on or date.max,
        "state": lambda row: STATE_ORDER.index(row.state),
    }
    return sorted(kept, key=keys[filters.sort]) if filters.sort in keys else kept


def _is_wanted(row: Scheduled, filters: Filters) -> bool:
    activity = row.activity
    return (
        (filters.phase is None or (activity.phase_id or NO_PHASE) == filters.phase)
        and _has_state(row, filters.state)
        and (not filters.unit or any(share.code == filters.unit for share in row.shares))
        and (not filters.month or _touches(activity, filters.month))
        and filters.text.casefold() in f"{activity.title} {activity.units_text}".casefold()
    )


def _has_state(row: Scheduled, state: str) -> bool:
    if state == ADJUSTED:
        return row.is_adjusted
    return state not in set(State) or row.state == state


def _touches(activity: Activity, month: str) -> bool:
    """Whether the activity is planned for any day of this month (2026-03)."""
    first = (activity.start_on or activity.end_on or date.min).isoformat()[:7]
    last = (activity.end_on or activity.start_on or date.min).isoformat()[:7]
    return first <= month <= last


def months(rows: Iterable[Scheduled]) -> list[str]:
    """Every month from the first planned day to the last."""
    days = [day for row in rows for day in (row.activity.start_on, row.activity.end_on) if day]
    if not days:
        return []
    first, last = min(days), max(days)
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [_month(first, place) for place in range(min(count, 60))]


def _month(first: date, place: int) -> str:
    year, month = divmod(first.month - 1 + place, 12)
    return f"{first.year + year:04d}-{month + 1:02d}"


def units_named(rows: Iterable[Scheduled]) -> dict[str, str]:
    """Code and name of every unit with a duty, for the filter."""
    return {share.code: share.name for row in rows for share in row.shares}


def phase_titles(phases: Sequence[Phase]) -> dict[int, str]:
    """By id."""
    return {phase.id: phase.title for phase in phases}
