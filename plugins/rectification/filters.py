"""What a person wants to see of the cards, as it stands in the address: the board and the list share it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar
from urllib.parse import parse_qsl, urlencode

from werkzeug.datastructures import MultiDict

from intranet.units import CODE as UNIT_CODE
from plugins.rectification.lights import Light
from plugins.rectification.stages import Stage
from plugins.rectification.wording import SourceKind, Term

Word = TypeVar("Word", bound=StrEnum)
LONGEST = 100
LONGEST_ID = 9
MOST_FIELDS = MOST_WORDS = 20
"""Each is a condition of its own; a database has only so many for one query."""
MOST_CODES = 200
YEARS = range(2000, 2100)
"""Days of reports: what is counted from a day needs room before and after it."""
CODE = re.compile(r"[a-z0-9_]{1,32}")
ID = re.compile(r"[0-9]{1,9}")
OWN_FIELD = re.compile(r"f-(\d{1,9})")


class Mark(StrEnum):
    """What is out of the ordinary with a card."""

    EXTENSION = "extension"
    STAGED = "staged"
    AGAIN = "again"
    WEEK = "week"
    CHECKED = "checked"
    RELAPSED = "relapsed"


class Lanes(StrEnum):
    """What the rows of the board are."""

    UNIT = "unit"
    LEADER = "leader"
    CATEGORY = "category"


class Past(StrEnum):
    """What happened to a card in the week from a day, where it stood after it, or what it has left since."""

    OPENED = "opened"
    MOVED = "moved"
    CLOSED = "closed"
    LATE = "late"
    WAS_CLOSED = "was_closed"
    WAS_JUDGED = "was_judged"
    WAS_WORKING = "was_working"
    WAS_WAITING = "was_waiting"
    LEFT_UNCLAIMED = "left_unclaimed"
    LEFT_PLAN_PENDING = "left_plan_pending"
    LEFT_IN_PROGRESS = "left_in_progress"
    LEFT_CLOSING_ASKED = "left_closing_asked"
    LEFT_ACCEPTED = "left_accepted"
    LEFT_REVIEWED = "left_reviewed"
    LEFT_PUBLISHED = "left_published"


@dataclass(frozen=True, slots=True)
class Then:
    """`closed.2026-11-16` in the address: the number of a report that opens to this list."""

    past: Past
    day: date

    @classmethod
    def of(cls, text: str) -> "Then | None":
        """None for anything that is not one."""
        word, _dot, day = text.partition(".")
        try:
            found = cls(Past(word), date.fromisoformat(day))
        except ValueError:
            return None
        return found if found.day.year in YEARS else None

    def __str__(self) -> str:
        return f"{self.past}.{self.day}"


NOBODY = "none"
"""In the place of a leader: cards without one."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Empty means all. Unknown words are dropped, but unknown units and categories stay and find nothing.

    `lanes` hides nothing: it says how the board is laid out, and stands in the address like the rest.
    """

    q: str = ""
    category: tuple[str, ...] = ()
    source: tuple[SourceKind, ...] = ()
    term: tuple[Term, ...] = ()
    mark: tuple[Mark, ...] = ()
    light: tuple[Light, ...] = ()
    stage: tuple[Stage, ...] = ()
    unit: tuple[str, ...] = ()
    person: str = ""
    leader: str = ""
    lanes: Lanes | None = None
    helping: str = ""
    then: Then | None = None
    drive: tuple[int, ...] = ()
    """By id: cards in any of these special campaigns."""
    own: tuple[tuple[int, tuple[str, ...]], ...] = ()
    """What is wanted of the units' own fields, by the id of the field: `f-12=甲楼` in the address."""

    @classmethod
    def of(cls, arguments: MultiDict[str, str]) -> "Filters":
        return cls(
            q=arguments.get("q", "").strip()[:LONGEST],
            category=_codes(CODE, arguments.getlist("category")),
            source=_known(SourceKind, arguments.getlist("source")),
            term=_known(Term, arguments.getlist("term")),
            mark=_known(Mark, arguments.getlist("mark")),
            light=_known(Light, arguments.getlist("light")),
            stage=_known(Stage, arguments.getlist("stage")),
            unit=_codes(UNIT_CODE, arguments.getlist("unit")),
            person="me" if arguments.get("person") == "me" else "",
            leader=_leader(arguments.get("leader", "")),
            lanes=next(iter(_known(Lanes, arguments.getlist("lanes"))), None),
            drive=tuple(sorted(map(int, _codes(ID, arguments.getlist("drive"))))),
            helping="1" if arguments.get("helping") == "1" else "",
            then=Then.of(arguments.get("then", "")),
            own=_of_fields(arguments),
        )

    @staticmethod
    @lru_cache(maxsize=256)
    def from_words(words: str) -> "Filters":
        """As they were kept, or stand in an address behind "?"."""
        return Filters.of(MultiDict(parse_qsl(words)))

    @property
    def of_cards(self) -> bool:
        """Whether it asks about the cards themselves, not only their unit and stage."""
        words = (
            self.q,
            self.category,
            self.source,
            self.term,
            self.mark,
            self.light,
            self.person,
            self.leader,
            self.then,
            self.drive,
            self.own,
        )
        return any(words)

    @property
    def number(self) -> int:
        """How many filters hold, beside what is searched for; how the board is laid out is none."""
        words = (
            self.category,
            self.source,
            self.term,
            self.mark,
            self.light,
            self.stage,
            self.unit,
            self.drive,
        )
        return sum(map(bool, (*words, self.person, self.leader, self.helping, self.then))) + len(self.own)

    @property
    def any(self) -> bool:
        return self != Filters()

    def but(self, **changes: object) -> "Filters":
        """The same with some words replaced."""
        return replace(self, **changes)  # type: ignore[arg-type]  # the names are checked when it runs

    def query_string(self, **more: object) -> str:
        """As it stands in the address behind "?": only what is set."""
        return _query_string(self, tuple(more.items()))


NAMES = tuple(field.name for field in fields(Filters) if field.name != "own")


@lru_cache(maxsize=1000)
def _query_string(filters: Filters, more: tuple[tuple[str, object], ...]) -> str:
    """Kept: a board writes a dozen addresses, the same for everybody."""
    words = {name: getattr(filters, name) for name in NAMES}
    words |= {f"f-{field_id}": wanted for field_id, wanted in filters.own} | dict(more)
    return urlencode({name: word for name, word in words.items() if word}, doseq=True)


def _codes(form: re.Pattern[str], words: Iterable[str]) -> tuple[str, ...]:
    """Each once; in short, as they stand in all addresses of the page."""
    return tuple(sorted({word for word in words if form.fullmatch(word)})[:MOST_CODES])


def _leader(word: str) -> str:
    return word if word == NOBODY or (word.isascii() and word.isdecimal() and len(word) <= LONGEST_ID) else ""


def _of_fields(arguments: MultiDict[str, str]) -> tuple[tuple[int, tuple[str, ...]], ...]:
    asked = ((OWN_FIELD.fullmatch(name), words) for name, words in arguments.lists())
    found = (
        (int(name[1]), {word.strip()[:LONGEST] for word in words} - {""}) for name, words in asked if name
    )
    wanted = sorted((field_id, tuple(sorted(words)[:MOST_WORDS])) for field_id, words in found if words)
    return tuple(wanted[:MOST_FIELDS])


def _known(kind: type[Word], words: Iterable[str]) -> tuple[Word, ...]:
    values = {member.value for member in kind}
    return tuple(sorted({kind(word) for word in words if word in values}))
