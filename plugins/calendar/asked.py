"""What a person wants to see of the calendar, as it stands in the address."""

from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum

from werkzeug.datastructures import MultiDict

from intranet import clock

YEARS = range(2000, 2101)


class State(StrEnum):
    """How far a deadline is."""

    OPEN = "open"
    OVERDUE = "overdue"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Asked:
    """Empty means all. Words nobody knows are dropped, but an unknown unit stays: it must find nothing."""

    month: date
    day: date | None = None
    show: str = ""
    """`units`: whatever the units have to do; empty: what this person answers for."""
    unit: str = ""
    state: str = ""
    source: str = ""
    unread: str = ""
    """A day or month in the address that is none; this month is shown instead, and that is said."""

    @classmethod
    def of(cls, words: MultiDict[str, str]) -> "Asked":
        day = _date(words.get("day", ""))
        month = _date(words.get("month", "") + "-01")
        state = words.get("state", "")
        return cls(
            month=(day or month or clock.today()).replace(day=1),
            day=day,
            show="units" if words.get("show") == "units" else "",
            unit=words.get("unit", ""),
            state=state if state in set(State) else "",
            source=words.get("source", "")[:50],
            unread=next(
                (
                    words[name][:20]
                    for name, at in (("day", day), ("month", month))
                    if words.get(name) and not at
                ),
                "",
            ),
        )

    @property
    def mine(self) -> bool:
        return not self.show

    @property
    def narrowed(self) -> bool:
        return bool(self.unit or self.state or self.source)

    def arguments(self, **changes: object) -> dict[str, str]:
        """As it stands in the address, with some words replaced: only what is set."""
        wanted = replace(self, **changes)  # type: ignore[arg-type]  # the names are checked when it runs
        words = {
            field.name: str(getattr(wanted, field.name) or "")
            for field in fields(self)
            if field.name != "unread"
        }
        words["month"] = "" if wanted.day else words["month"][:7]
        return {name: word for name, word in words.items() if word}


def _date(text: str) -> date | None:
    """A day of the years a calendar is asked for; there is nothing else to see."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in YEARS else None


def month_after(month: date, step: int) -> date | None:
    """The first day of the month so many later, or earlier; None beyond the years there are."""
    year, index = divmod(month.year * 12 + month.month - 1 + step, 12)
    return date(year, index + 1, 1) if year in YEARS else None
