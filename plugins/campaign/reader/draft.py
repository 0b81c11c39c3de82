"""What has been found but not dated yet: the year is settled only when all of it is known."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from .dates import Span, resolve, understand_time
from .model import Entry, Remark
from .times import Time

_MOST_OF_A_YEAR = 240


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry with its time still in words."""

    title: str
    line: int
    time_text: str | None = None
    time: Time | None = None  # from prose: the time is already cut out of its sentence
    units: tuple[str, ...] = ()
    row: int | None = None
    doubts: tuple[Remark, ...] = ()

    def span(self, *, year: int | None, after: date | None) -> Span:
        """Turn the words into days."""
        if self.time is not None:
            return resolve(self.time, year=year, after=after)
        if not self.time_text:
            return Span()
        return understand_time(self.time_text, year=year, after=after)


def dated(drafts: Iterable[Draft], *, year: int | None, after: date | None = None) -> list[Entry]:
    """Date entries one by one."""
    return [_entry(draft, draft.span(year=year, after=after)) for draft in drafts]


def dated_in_order(drafts: Iterable[Draft], *, year: int | None, after: date | None = None) -> list[Entry]:
    """Date the rows of one schedule: a January below a December is the next year's."""
    entries: list[Entry] = []
    for draft in drafts:
        entry = _entry(draft, draft.span(year=year, after=after))
        after = _begin(entry) or after
        entries.append(entry)
    return entries


def _begin(entry: Entry) -> date | None:
    """Return the day that the next row is compared with; a whole year compares with nothing."""
    if entry.start and entry.end and (entry.end - entry.start).days > _MOST_OF_A_YEAR:
        return None
    return entry.start or entry.end


def _entry(draft: Draft, span: Span) -> Entry:
    doubts = (*draft.doubts, *([span.doubt] if span.doubt else []))
    return Entry(
        title=draft.title,
        line=draft.line,
        time_text=draft.time_text,
        start=span.start,
        end=span.end,
        units=draft.units,
        row=draft.row,
        doubts=doubts,
    )
