"""Deadlines as the calendar shows them: of units the person may enter, where the plugin is on."""

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from intranet import clock
from intranet.contracts import Deadline, Text
from intranet.deadlines import charge_of, deadlines
from intranet.errors import NotFound
from intranet.extensions import db
from intranet.models import Unit, User
from intranet.organisation import organisation
from intranet.permissions import entered_units, own_units
from intranet.plugins import loaded
from plugins.calendar.asked import Asked, State
from plugins.calendar.models import Feed

MOST = 2000
"""Of each plugin at most so many deadlines are read for a page: more of them nobody reads."""
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Entry:
    """A deadline with what is shown beside it."""

    plugin: str
    source: Text
    unit: Unit
    deadline: Deadline
    state: State

    def is_asked(self, asked: Asked) -> bool:
        return asked.state in {"", self.state} and asked.source in {"", self.plugin}


@dataclass(frozen=True, slots=True)
class Found:
    """Deadlines in the order of their days; of a plugin with too many those up to `cut`, of that day some."""

    entries: list[Entry]
    cut: date | None


# Deadlines ---------------------------------------------------------------------------------------


def found(user: User, asked: Asked, start: date, end: date) -> Found:
    """What the person asked to see in [start, end)."""
    read = due_in(user, units_asked(user, asked), start, end, mine=asked.mine)
    return Found([entry for entry in read.entries if entry.is_asked(asked)], read.cut)


def due_in(user: User, units: list[Unit], start: date, end: date, *, mine: bool) -> Found:
    """What is due in these units, or only what this person answers for, where its plugin is on."""
    charge = charge_of(user, units) if mine else None
    pairs = deadlines(units, start, end, charge, MOST)
    entries = [_entry(name, each, clock.today()) for name, each in pairs]
    entries.sort(key=lambda entry: (entry.deadline.day, entry.deadline.title, entry.deadline.url))
    full = [name for name, count in Counter(name for name, _each in pairs).items() if count >= MOST]
    last = [max(each.day for plugin, each in pairs if plugin == name) for name in full]
    return Found(entries, min(last, default=None))


def _entry(plugin: str, due: Deadline, today: date) -> Entry:
    state = State.DONE if due.done else State.OVERDUE if due.day < today else State.OPEN
    return Entry(plugin, loaded().working[plugin].title, organisation().by_id[due.unit_id], due, state)


def units_asked(user: User, asked: Asked) -> list[Unit]:
    """The chosen unit and those under it, or all, as far as this person may enter. Raises NotFound."""
    entered = entered_units(user)
    if not asked.unit:
        return entered
    chosen = next((unit for unit in entered if unit.code == asked.unit), None)
    if chosen is None:
        raise NotFound(_("没有这个单位，或者它不对您开放。"))
    return [unit for unit in entered if unit.is_under(chosen.path)]


def units_offered(user: User, code: str) -> list[Unit]:
    """One's own units, the chosen one with those above it, and those right below: not thousands at once."""
    chosen = organisation().by_code.get(code)
    own = {unit.id for unit in own_units(user)}
    bases = set(chosen.line) if chosen else own
    near = own | bases
    return [unit for unit in entered_units(user) if unit.id in near or unit.parent_id in bases]


def sources() -> dict[str, Text]:
    """The plugins that have deadlines."""
    known = loaded().for_units
    return {name: each.title for name, each in known.items() if "intranet_deadlines" in each.hooks}


# Feeds -------------------------------------------------------------------------------------------


def feed_of(user: User) -> Feed | None:
    """The person's own, as it is now."""
    return db.session.get(Feed, user.id, populate_existing=True)


def feed_behind(token: str) -> Feed | None:
    """The feed this address opens, with its person, who may still log in."""
    if not TOKEN.fullmatch(token):
        return None
    query = select(Feed).where(Feed.token_hash == digest(token)).options(joinedload(Feed.user))
    feed = db.session.scalar(query)
    return feed if feed and not feed.user.disabled else None


def digest(token: str) -> str:
    """What is kept of a token. It has 256 random bits: finding the row by its hash tells nobody anything."""
    return hashlib.sha256(token.encode()).hexdigest()
