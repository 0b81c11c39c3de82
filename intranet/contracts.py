"""What crosses a plugin's border: frozen values the core understands, never models, queries or HTML."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

CONTRACT = "1"
"""Version of the hooks and of these classes. A plugin names the one it was written for."""

Text: TypeAlias = str | LazyString
"""Words a person reads: Chinese in the source, translated when shown."""


class Role(StrEnum):
    """What a person is to a unit and all under it. The last three hold no content and no other role."""

    MEMBER = "member"
    RECORDER = "recorder"
    HEAD = "head"
    LEADER = "leader"
    OFFICE = "office"
    SUPERVISOR = "supervisor"
    SYSTEM = "system"
    SECURITY = "security"
    AUDIT = "audit"


ADMINISTRATORS = frozenset({Role.SYSTEM, Role.SECURITY, Role.AUDIT})


@dataclass(frozen=True, slots=True)
class Permission:
    """An action a plugin checks, e.g. `rectification:close`, and the roles that have it at first.

    `reads`: it only opens pages, so it holds in a closed unit too.
    """

    name: str
    title: Text
    default: frozenset[Role]
    reads: bool = False


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of a unit's menu.

    `badge` counts what the person can act on, no total for show. It is asked once the page is there, in a
    request of its own: no page waits for the counts of all plugins.
    """

    label: Text
    endpoint: str
    order: int
    badge: Callable[[], int] | None = None
    section: Text | None = None
    arguments: Mapping[str, str] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """The id of the element that shows its count."""
        return "count-" + self.endpoint.replace(".", "-")


@dataclass(frozen=True, slots=True)
class Duty:
    """Something this person is expected to do. `due_on` None: no date is set.

    `unit`: the code of the unit in which it opens; empty: outside the units.
    """

    title: str
    url: str
    source: Text
    due_on: date | None = None
    note: Text = ""
    unit: str = ""


ITEMS: Text = _l("项")


@dataclass(frozen=True, slots=True)
class Bar:
    """A line of a progress panel: `done` of `total`, in `unit_word` (件, 项, 学时)."""

    label: Text
    done: int
    total: int
    url: str
    unit_word: Text = ITEMS

    @property
    def percent(self) -> int:
        """0 to 100; an empty total counts as 0."""
        return 100 * self.done // self.total if self.total else 0


@dataclass(frozen=True, slots=True)
class Figure:
    """How many there are of something; `url` lists them. `place`: where whoever asks shows it."""

    place: str
    label: Text
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class Panel:
    """What a plugin has to say on the dashboard: duties join one list, bars form a small chart."""

    title: Text
    url: str
    duties: tuple[Duty, ...] = ()
    bars: tuple[Bar, ...] = ()
    note: Text = ""
    plugin: str = ""
    """Whose it is: the core fills it in."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem found in one plugin for another to take up. `(source, key)` names it for ever.

    `story` is the page that tells its whole way, where whoever answers has one.
    """

    source: str
    key: str
    title: str
    url: str
    found_on: date
    due_on: date | None = None
    measures: tuple[str, ...] = ()
    story: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """A record of one plugin as another may know it: `(source, key)` names it for ever, `url` shows it."""

    source: str
    key: str
    title: str
    url: str
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Appointment:
    """A post somebody holds in a group that leads a unit; `charges`: ids of the units in their charge."""

    user_id: int
    duty: str
    is_chief: bool
    charges: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Deadline:
    """A dated duty of a unit; without an owner the head and recorders answer for it."""

    day: date
    title: str
    url: str
    unit_id: int
    owner_id: int | None = None
    leader_id: int | None = None
    done: bool = False


@dataclass(frozen=True, slots=True)
class Charge:
    """What one person answers for: what names them, and in these units what has no owner."""

    user_id: int
    unit_ids: frozenset[int]

    def covers(self, deadline: Deadline) -> bool:
        ownerless = deadline.owner_id is None and deadline.unit_id in self.unit_ids
        return ownerless or self.user_id in {deadline.owner_id, deadline.leader_id}


@dataclass(frozen=True, slots=True)
class Job:
    """Work done without a person waiting: `run` is called once per `every`, inside its own transaction.

    `run` returns the numbers that stand in the sentence `outcome`; what it raises is logged and tried again.
    """

    name: str
    title: Text
    every: timedelta
    run: Callable[[], Mapping[str, int]]
    outcome: Text
    limit: timedelta = timedelta(hours=1)
    """A run that takes longer is taken to be dead: another process begins anew."""


@dataclass(frozen=True, slots=True)
class SearchEntry:
    """A record that can be found; `kind` and `key` name it for ever. Nothing sealed goes in."""

    kind: str
    key: str
    unit_id: int
    title: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SearchKind:
    """Records such as `rectification:card`; a reader may enter the unit where they open and has `permission`.

    `units`: by id whose records are read, in which unit each opens, usually itself. `page` makes the address
    from that unit's code and the key; `entries` reads all there are, the oldest first.
    """

    name: str
    units: Mapping[int, int]
    page: Callable[[str, str], str]
    entries: Callable[[], Iterable[SearchEntry]]
    permission: str = ""
