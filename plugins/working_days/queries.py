"""What the table of working days lacks, and what an import would change in it."""

from collections.abc import Mapping
from datetime import date

from intranet import clock
from intranet.workdays import DAY, is_workday, special, usually


def missing_year() -> int | None:
    """The present year, or in December the next, when nobody has entered its days off."""
    known, today = {day.year for day in special()}, clock.today()
    return next((year for year in (today.year, (today + 31 * DAY).year) if year not in known), None)


def changes(year: int, said: Mapping[date, bool]) -> dict[date, bool]:
    """What becomes different when the whole year is as said, and else as its weekdays."""
    days = {day for day in special() if day.year == year} | set(said)
    wanted = {day: said.get(day, usually(day)) for day in sorted(days)}
    return {day: works for day, works in wanted.items() if works != is_workday(day)}
