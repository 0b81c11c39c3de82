"""What the reader hands back."""

from dataclasses import dataclass
from datetime import date


class Unreadable(ValueError):
    """The file cannot be read; the message is one Chinese sentence that says what to do next."""


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
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One plan, speech or ledger; a file may hold several."""

    title: str
    year: int | None
    year_basis: str | None
    phases: tuple[Entry, ...]
    activities: tuple[Entry, ...]
    rectifications: tuple[Entry, ...]
    warnings: tuple[str, ...]
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
        "year_basis": document.year_basis,
        "phases": [_entry(entry) for entry in document.phases],
        "activities": [_entry(entry) | {"row": entry.row} for entry in document.activities],
        "rectifications": [_entry(entry) for entry in document.rectifications],
        "warnings": list(document.warnings),
    }


def _entry(entry: Entry) -> dict[str, object]:
    return {
        "title": entry.title,
        "time_text": entry.time_text,
        "start": entry.start.isoformat() if entry.start else None,
        "end": entry.end.isoformat() if entry.end else None,
        "units": list(entry.units),
    }
