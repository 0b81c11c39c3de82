"""The only callers of the system clock, so that tests can stop it and no page mixes time zones."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The present moment, aware, in UTC: what is stored."""
    return datetime.now(UTC)


def today() -> date:
    """The hospital's calendar day: what due dates are compared with."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    """A stored moment as the hospital's wall clock shows it."""
    return moment.astimezone(ZONE)
