"""What the reader hands back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple


class Remark(NamedTuple):
    """Chinese words for a person, with `{}` for each value: who shows it may translate the words first.

    Plain data, so that it can be stored and sent as it is. A value may be a remark of its own.
    """

    words: str
    values: "tuple[str | int | Remark, ...]" = ()

    def __str__(self) -> str:
        return self.words.format(*self.values)


def remark(words: str, *values: str | int | Remark) -> Remark:
    """Make a remark; the catalogue takes its words from the calls of this function."""
    return Remark(words, values)


def remark_of(plain: Sequence[Any]) -> Remark:
    """Make a remark again from what JSON has left of it: lists."""
    words, values = plain
    return Remark(words, tuple(remark_of(value) if isinstance(value, list) else value for value in values))


class Unreadable(ValueError):
    """The file cannot be read; the remark says in one sentence what to do next."""

    def __init__(self, words: str, *values: str | int | Remark) -> None:
        self.remark = Remark(words, values)
        super().__init__(str(self.remark))


@dataclass(frozen=True, slots=True)
class Entry:
    """One phase, activity or rectification item, with every doubt a person should look at."""

    title: str
    line: int
    time_text: str | None = None
    start: date | None = None
    end: date | None = None
    units: tuple[str, ...] = ()
    row: int | None = None
    doubts: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One plan, speech or ledger; a file may hold several."""

    title: str
    year: int | None
    year_basis: Remark | None
    phases: tuple[Entry, ...]
    activities: tuple[Entry, ...]
    rectifications: tuple[Entry, ...]
    warnings: tuple[Remark, ...]
    first_line: int
    last_line: int


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything understood in one file, beside the text it was understood from."""

    text: str
    documents: tuple[Document, ...]

    def as_json(self) -> dict[str, object]:
        """Return the object that `intranet campaign read` prints."""
        return {"documents": [_document(document) for document in self.documents]}


def _document(document: Document) -> dict[str, object]:
    return {
        "title": document.title,
        "year": document.year,
        "year_basis": str(document.year_basis) if document.year_basis else None,
        "phases": [_entry(entry) for entry in document.phases],
        "activities": [_entry(entry) | {"row": entry.row} for entry in document.activities],
        "rectifications": [_entry(entry) for entry in document.rectifications],
        "warnings": [str(warning) for warning in document.warnings],
    }


def _entry(entry: Entry) -> dict[str, object]:
    return {
        "title": entry.title,
        "time_text": entry.time_text,
        "start": entry.start.isoformat() if entry.start else None,
        "end": entry.end.isoformat() if entry.end else None,
        "units": list(entry.units),
    }
