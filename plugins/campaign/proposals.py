"""What a draft holds: the reader's findings as a person may edit them before anything is written."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from plugins.campaign.reader import Document, Entry, Reading, Remark, remark_of


class Kind(StrEnum):
    """What an entry of a plan becomes."""

    PHASE = "phase"
    ACTIVITY = "activity"
    RECTIFICATION = "rectification"


KIND_WORDS = {
    Kind.PHASE: _l("环节"),
    Kind.ACTIVITY: _l("活动"),
    Kind.RECTIFICATION: _l("整改事项"),
}
NOTICE = re.compile(r"(印发|下发|转发)[<〈《](?P<title>.+)[>〉》]的通知$")
BY_DATES = -1
"""The phase of an activity is the one its dates fall into."""
NO_PHASE = 0


@dataclass(frozen=True, slots=True)
class Proposal:
    """One entry. `key` names it inside its draft; `version` counts its edits."""

    key: int
    kind: Kind
    title: str
    line: int = 0
    time_text: str = ""
    start: date | None = None
    end: date | None = None
    units: tuple[str, ...] = ()
    row: int | None = None
    doubts: tuple[Remark, ...] = ()
    phase: int = BY_DATES
    checked: bool = False
    skipped: bool = False
    version: int = 1

    @property
    def is_doubtful(self) -> bool:
        """Somebody should still look at it."""
        return bool(self.doubts) and not self.checked and not self.skipped

    def as_json(self) -> dict[str, Any]:
        """Plain values for the draft's column."""
        return {
            "key": self.key,
            "kind": self.kind.value,
            "title": self.title,
            "line": self.line,
            "time_text": self.time_text,
            "start": self.start.isoformat() if self.start else None,
            "end": self.end.isoformat() if self.end else None,
            "units": list(self.units),
            "row": self.row,
            "doubts": list(self.doubts),
            "phase": self.phase,
            "checked": self.checked,
            "skipped": self.skipped,
            "version": self.version,
        }


@dataclass(frozen=True, slots=True)
class Part:
    """One document of the file."""

    title: str
    year: int | None
    year_basis: Remark | None
    warnings: tuple[Remark, ...]
    first_line: int
    last_line: int
    proposals: tuple[Proposal, ...]

    def of(self, kind: Kind) -> list[Proposal]:
        """The entries of one kind, in the order of the text."""
        return [proposal for proposal in self.proposals if proposal.kind == kind]

    def kept(self, kind: Kind) -> list[Proposal]:
        """Those that will be imported."""
        return [proposal for proposal in self.of(kind) if not proposal.skipped]


@dataclass(frozen=True, slots=True)
class Content:
    """A whole draft. `chosen` is the document to import; `mapping` says which units a name stands for."""

    parts: tuple[Part, ...]
    chosen: int | None
    mapping: dict[str, tuple[int, ...]] = field(default_factory=dict)

    @property
    def part(self) -> Part | None:
        """The chosen document."""
        return self.parts[self.chosen] if self.chosen is not None else None

    def with_part(self, part: Part) -> "Content":
        """The chosen document changed."""
        parts = [part if place == self.chosen else old for place, old in enumerate(self.parts)]
        return replace(self, parts=tuple(parts))

    def with_proposal(self, changed: Proposal) -> "Content":
        """One entry changed, or added when its key is new."""
        if self.part is None:
            return self
        old = self.part.proposals
        if all(proposal.key != changed.key for proposal in old):
            return self.with_part(replace(self.part, proposals=(*old, changed)))
        proposals = tuple(changed if entry.key == changed.key else entry for entry in old)
        return self.with_part(replace(self.part, proposals=proposals))

    def proposal(self, key: int) -> Proposal | None:
        """The entry with this key in the chosen document."""
        entries = self.part.proposals if self.part else ()
        return next((entry for entry in entries if entry.key == key), None)

    def next_key(self) -> int:
        """A key no entry of the draft has."""
        return 1 + max((entry.key for part in self.parts for entry in part.proposals), default=0)

    def as_json(self) -> dict[str, Any]:
        """Plain values for the draft's column."""
        return {
            "parts": [_part_as_json(part) for part in self.parts],
            "chosen": self.chosen,
            "mapping": {name: list(ids) for name, ids in self.mapping.items()},
        }


def _part_as_json(part: Part) -> dict[str, Any]:
    return {
        "title": part.title,
        "year": part.year,
        "year_basis": part.year_basis,
        "warnings": list(part.warnings),
        "first_line": part.first_line,
        "last_line": part.last_line,
        "proposals": [proposal.as_json() for proposal in part.proposals],
    }


# From the column ---------------------------------------------------------------------------------


def content_of(stored: dict[str, Any]) -> Content:
    """The content of a draft's column."""
    mapping = {name: tuple(ids) for name, ids in stored["mapping"].items()}
    return Content(tuple(_part(part) for part in stored["parts"]), stored["chosen"], mapping)


def _part(stored: dict[str, Any]) -> Part:
    values = {
        **stored,
        "year_basis": remark_of(stored["year_basis"]) if stored["year_basis"] else None,
        "warnings": tuple(map(remark_of, stored["warnings"])),
        "proposals": tuple(_proposal(entry) for entry in stored["proposals"]),
    }
    return Part(**values)


def _proposal(stored: dict[str, Any]) -> Proposal:
    values = {
        **stored,
        "kind": Kind(stored["kind"]),
        "start": date.fromisoformat(stored["start"]) if stored["start"] else None,
        "end": date.fromisoformat(stored["end"]) if stored["end"] else None,
        "units": tuple(stored["units"]),
        "doubts": tuple(map(remark_of, stored["doubts"])),
    }
    return Proposal(**values)


# From the reader ---------------------------------------------------------------------------------


def content_from(reading: Reading) -> Content:
    """A fresh draft of what was read; with one document there is nothing to choose."""
    parts: list[Part] = []
    key = 1
    for document in reading.documents:
        parts.append(_part_from(document, key))
        key += len(parts[-1].proposals)
    return Content(tuple(parts), 0 if len(parts) == 1 else None)


def _part_from(document: Document, first_key: int) -> Part:
    entries = [
        *((Kind.PHASE, entry) for entry in document.phases),
        *((Kind.ACTIVITY, entry) for entry in document.activities),
        *((Kind.RECTIFICATION, entry) for entry in document.rectifications),
    ]
    return Part(
        title=plan_title(document.title),
        year=document.year,
        year_basis=document.year_basis,
        warnings=document.warnings,
        first_line=document.first_line,
        last_line=document.last_line,
        proposals=tuple(_proposals_from(entries, first_key)),
    )


def plan_title(title: str) -> str:
    """The plan's own name, without the notice it was sent round with."""
    plain = " ".join(title.split())
    notice = NOTICE.search(plain)
    return notice["title"] if notice else plain


def _proposals_from(entries: Iterable[tuple[Kind, Entry]], first_key: int) -> Iterable[Proposal]:
    for key, (kind, entry) in enumerate(entries, first_key):
        yield Proposal(
            key=key,
            kind=kind,
            title=" ".join(entry.title.split()),
            line=entry.line,
            time_text=entry.time_text or "",
            start=entry.start,
            end=entry.end,
            units=entry.units,
            row=entry.row,
            doubts=entry.doubts,
        )


# Which phase -------------------------------------------------------------------------------------


def phase_key(entry: Proposal, phases: Iterable[Proposal]) -> int:
    """The phase a person chose; else the shortest dated one the activity begins (or is due) in; or none."""
    known = list(phases)
    if entry.phase != BY_DATES:
        return entry.phase if any(phase.key == entry.phase for phase in known) else NO_PHASE
    day = entry.start or entry.end
    around = [
        (phase.end - phase.start, phase.key)
        for phase in known
        if day and phase.start and phase.end and phase.start <= day <= phase.end
    ]
    return min(around)[1] if around else NO_PHASE
