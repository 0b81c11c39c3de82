"""Working days: Monday to Friday, but for the days the site's own table says otherwise about."""

from datetime import date, timedelta
from typing import cast

from flask import current_app
from sqlalchemy import select

from intranet import clock
from intranet.extensions import db, read_once
from intranet.models import SpecialDay

DAY = timedelta(days=1)
MORNING = range(7, 12)
"""The hours of a working day in which people are reminded of something."""


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


def reminds_now() -> bool:
    """Nobody is reminded at night or on a holiday."""
    return clock.local(clock.now()).hour in MORNING and is_workday(clock.today())


def lead_of(day: date) -> int | None:
    """The shortest of the lead times, in working days, within which this day lies; None while it is far."""
    left = between(clock.today(), day)
    return min((lead for lead in current_app.config["REMIND_WORKDAYS_BEFORE"] if left <= lead), default=None)
