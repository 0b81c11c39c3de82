"""A week begins on Monday, here."""

from datetime import date, datetime, time, timedelta

from intranet import clock


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def start_of(day: date) -> datetime:
    """Its first moment."""
    return datetime.combine(day, time(), clock.ZONE)


def start_of_week(day: date) -> datetime:
    return start_of(monday(day))
