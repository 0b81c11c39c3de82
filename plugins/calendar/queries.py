"""Deadlines as the calendar shows them: of units the person may enter, where the plugin is on."""

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import String, cast, exists, literal, select
from sqlalchemy.orm import joinedload

from intranet import clock, dashboard
from intranet.contracts import Deadline, Duty, Text
from intranet.deadlines import charge_of, deadlines
from intranet.errors import NotFound
from intranet.extensions import db
from intranet.models import AuditEntry, Unit, User
from intranet.organisation import organisation
from intranet.permissions import entered_units, own_units
from intranet.plugins import loaded
from plugins.calendar.asked import Asked, State
from plugins.calendar.models import Feed

MOST = 2000
"""Of each plugin at most so many deadlines are read for a page: more of them nobody reads."""
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
IS_GOOD = ~exists().where(
    AuditEntry.subject == literal("core_user:").concat(cast(Feed.user_id, String)),
    AuditEntry.action.in_(("core:first-password", "core:disable")),
    AuditEntry.at >= Feed.made_at,
)
"""Whoever gave the person another password, or closed the account, has ended the address with the logins."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A deadline with what is shown beside it. Without a unit: a duty outside the units."""

    plugin: str
    source: Text
    unit: Unit | None
    deadline: Deadline
    state: State

    @property
    def place(self) -> str:
        return self.unit.name if self.unit else ""

    def is_asked(self, asked: Asked) -> bool:
        here = self.unit is not None or not asked.unit
        return here and asked.state in {"", self.state} and asked.source in {"", self.plugin}


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
    """What is due in these units, or only what is this person's, where its plugin is on.

    Theirs is what they answer for, and whatever else waits for them on their home page.
    """
    charge = charge_of(user, units) if mine else None
    pairs = deadlines(units, start, end, charge, MOST)
    entries = [_entry(name, each) for name, each in pairs]
    if mine:
        entries = _with_duties(entries, _duties(user, units, start, end))
    entries.sort(key=lambda entry: (entry.deadline.day, entry.deadline.title, entry.deadline.url))
    full = [name for name, count in Counter(name for name, _each in pairs).items() if count >= MOST]
    last = [max(each.day for plugin, each in pairs if plugin == name) for name in full]
    return Found(entries, min(last, default=None))


def _entry(plugin: str, due: Deadline) -> Entry:
    return Entry(plugin, loaded().working[plugin].title, organisation().by_id[due.unit_id], due, _state(due))


def _state(due: Deadline) -> State:
    return State.DONE if due.done else State.OVERDUE if due.day < clock.today() else State.OPEN


def _with_duties(entries: list[Entry], duties: dict[str, Entry]) -> list[Entry]:
    """Each page once. What others take for done, but still waits for this person, is said as a duty."""
    open_urls = {entry.deadline.url for entry in entries if entry.state is not State.DONE}
    waiting = {url: entry for url, entry in duties.items() if url not in open_urls}
    return [entry for entry in entries if entry.deadline.url not in waiting] + list(waiting.values())


def _duties(user: User, units: list[Unit], start: date, end: date) -> dict[str, Entry]:
    """By address, the dated duties of the home page in [start, end): of these units, or of none."""
    wanted = {unit.id for unit in units}
    found: dict[str, Entry] = {}
    for panel in dashboard.panels(user, own_units(user), dated=True):
        for duty in panel.duties:
            if duty.due_on and start <= duty.due_on < end:
                entry = _of_duty(panel.plugin, duty, duty.due_on)
                if entry.unit is None or entry.unit.id in wanted:
                    found.setdefault(duty.url, entry)
    return found


def _of_duty(plugin: str, duty: Duty, day: date) -> Entry:
    unit = organisation().by_code.get(duty.unit)
    due = Deadline(day, duty.title, duty.url, unit.id if unit else 0)
    return Entry(plugin, duty.source, unit, due, _state(due))


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
    """The person's own, as it is now, if it is good still."""
    query = select(Feed).where(Feed.user_id == user.id, IS_GOOD)
    return db.session.scalar(query.execution_options(populate_existing=True))


def feed_behind(token: str) -> Feed | None:
    """The feed this address opens, with its person, who may still log in."""
    if not TOKEN.fullmatch(token):
        return None
    query = select(Feed).where(Feed.token_hash == digest(token), IS_GOOD).options(joinedload(Feed.user))
    feed = db.session.scalar(query)
    return feed if feed and not feed.user.disabled else None


def digest(token: str) -> str:
    """What is kept of a token. It has 256 random bits: finding the row by its hash tells nobody anything."""
    return hashlib.sha256(token.encode()).hexdigest()
