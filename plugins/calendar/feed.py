"""A person's deadlines as an iCalendar file (RFC 5545), for the calendar of a phone or a computer."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from flask_babel import gettext as _

from intranet import clock
from intranet.models import User
from intranet.permissions import entered_units
from intranet.web import in_language, path_to
from plugins.calendar.asked import State
from plugins.calendar.models import Feed
from plugins.calendar.queries import Entry, due_in

if TYPE_CHECKING:
    from icalendar import Calendar, Event

PAST, FUTURE = timedelta(days=90), timedelta(days=400)
EVERY = timedelta(hours=1)
"""How often a calendar is asked to look again."""
MOST = 500
"""A calendar with more shows nothing any more, and takes a second to write."""


def entries_for(user: User) -> list[Entry]:
    """What is this person's now, in their language; of too much what is nearest to today."""
    today = clock.today()
    with in_language(user.language):
        entries = due_in(user, entered_units(user), today - PAST, today + FUTURE, mine=True).entries
    nearest = sorted(entries, key=lambda entry: abs(entry.deadline.day - today))[:MOST]
    return sorted(nearest, key=lambda entry: entry.deadline.day)


def tag_of(feed: Feed, entries: list[Entry], site: str) -> str:
    """Differs as soon as the file would."""
    facts = [(entry.deadline, entry.place, str(entry.source)) for entry in entries]
    words = (site, clock.today(), feed.titles, feed.user.name, feed.user.language, facts)
    return hashlib.sha256(repr(words).encode()).hexdigest()[:32]


def written(feed: Feed, entries: list[Entry], site: str) -> bytes:
    """The file, in its person's language. `site` is where its links lead: `https://host`."""
    with in_language(feed.user.language):
        calendar = _empty(feed.user)
        for event in _events(entries, site) if feed.titles else _numbers(entries, site):
            calendar.add_component(event)
        return bytes(calendar.to_ical())


def _empty(user: User) -> "Calendar":
    from icalendar import Calendar  # noqa: PLC0415 - it is read for the first who needs it

    calendar, name = Calendar(), _("%(name)s的期限", name=user.name)
    calendar.add("prodid", "-//Hospital intranet//Calendar//ZH")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", clock.ZONE.key)
    calendar.add("refresh-interval", EVERY, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    return calendar


def _events(entries: list[Entry], site: str) -> Iterator["Event"]:
    """One a deadline. A moved one keeps its name: the page it leads to."""
    seen: Counter[str] = Counter()
    for entry in entries:
        due = entry.deadline
        seen[due.url] += 1
        event = _event(due.day, f"{entry.plugin} {due.url} {seen[due.url]}", site, due.url)
        late, done = entry.state is State.OVERDUE, entry.state is State.DONE
        words = _("已办理：%(title)s") if done else _("逾期：%(title)s") if late else "%(title)s"
        event.add("summary", words % {"title": due.title})
        event.add("description", " · ".join(filter(None, (entry.place, str(entry.source)))))
        event.add("categories", [str(entry.source)])
        yield event


def _numbers(entries: list[Entry], site: str) -> Iterator["Event"]:
    """One a day: how many are open, and no word of what they are."""
    left = [entry for entry in entries if entry.state is not State.DONE]
    for day, each in groupby(left, lambda entry: entry.deadline.day):
        event = _event(day, f"day {day}", site, path_to("calendar.days", day=day))
        event.add("summary", _("有 %(n)s 项到期", n=len(list(each))))
        yield event


def _event(day: date, key: str, site: str, path: str) -> "Event":
    """All day, and nobody is busy for it. Its stamp is today's: what is due is read anew, nothing is kept."""
    from icalendar import Event  # noqa: PLC0415

    event = Event()
    event.add("uid", f"{hashlib.sha256(key.encode()).hexdigest()[:32]}@{site.rpartition('/')[2]}")
    event.add("dtstamp", datetime.combine(clock.today(), time(), UTC))
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("status", "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    event.add("url", site + path)
    return event
