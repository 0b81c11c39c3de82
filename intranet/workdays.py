"""Working days: Monday to Friday, but for the days the site's own table says otherwise about."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import cast

from flask_babel import gettext as _
from sqlalchemy import delete, select

from intranet import audit, clock
from intranet.extensions import db, read_once
from intranet.models import SpecialDay, User

DAY = timedelta(days=1)
# 2027-02-06 休, 2027年2月14日（周日）上班, 2月6日 休息, 2/6 off, 2/14 work
LINE = re.compile(r"(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})日?[^\d休班]{0,12}?(休|班|off|work)息?")


def special() -> dict[date, bool]:
    """The days that are not what their weekday says, and whether people work then: one query a request."""
    known = read_once()
    if "workdays" not in known:
        known["workdays"] = dict(db.session.execute(select(SpecialDay.day, SpecialDay.works)).all())
    return cast("dict[date, bool]", known["workdays"])


def usually(day: date) -> bool:
    return day.isoweekday() <= 5  # noqa: PLR2004 - Friday


def is_workday(day: date) -> bool:
    return special().get(day, usually(day))


def add(day: date, count: int) -> date:
    """The working day `count` after this day; 0: the day itself."""
    while count > 0:
        day += DAY
        count -= is_workday(day)
    return day


def between(start: date, end: date) -> int:
    """Working days after `start` up to and with `end`; negative when `end` comes first."""
    if end < start:
        return -between(end, start)
    return sum(is_workday(start + DAY * number) for number in range(1, (end - start).days + 1))


def missing_year() -> int | None:
    """The present year, or in December the next, when nobody has entered its days off."""
    known, today = {day.year for day in special()}, clock.today()
    return next((year for year in (today.year, (today + 31 * DAY).year) if year not in known), None)


def read_lines(text: str, year: int) -> tuple[dict[date, bool], list[tuple[int, str, str]]]:
    """What pasted lines say of the year, and those that cannot be: number, line and reason."""
    found: dict[date, bool] = {}
    wrong = []
    for number, line in enumerate(map(str.strip, text.splitlines()), start=1):
        match = LINE.fullmatch(line)
        day = _day(year, match) if match else None
        works = bool(match and match[4] in {"班", "work"})
        if day is None or found.setdefault(day, works) != works:
            reason = _("%(year)s 年没有这一天。", year=year) if match else _("看不懂。")
            wrong.append((number, line, str(_("与前面的一行矛盾。") if day else reason)))
    return found, [each for each in wrong if each[1]]


def _day(year: int, match: re.Match[str]) -> date | None:
    try:
        day = date(int(match[1] or year), int(match[2]), int(match[3]))
    except ValueError:
        return None
    return day if day.year == year else None


def changes(year: int, said: Mapping[date, bool]) -> dict[date, bool]:
    """What becomes different when the whole year is as said, and else as its weekdays."""
    days = {day for day in special() if day.year == year} | set(said)
    wanted = {day: said.get(day, usually(day)) for day in sorted(days)}
    return {day: works for day, works in wanted.items() if works != is_workday(day)}


def put(days: Mapping[date, bool], *, by: User) -> None:
    """From now on people work on these days, or do not."""
    said = " ".join(f"{day}{'+' if works else '-'}" for day, works in days.items())
    audit.record(by, "core:workdays", "core_special_day", days=said)  # whoever is second waits here
    db.session.execute(delete(SpecialDay).where(SpecialDay.day.in_(days)))
    db.session.add_all(
        SpecialDay(day=day, works=works) for day, works in days.items() if works != usually(day)
    )
    read_once().pop("workdays", None)
