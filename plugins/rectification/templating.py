"""What a template keeps of a board: its settings, and of its cards the bones. Read and written as JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from plugins.rectification.wording import FieldKind, SourceKind, Term


@dataclass(frozen=True, slots=True)
class Kit:
    """How the board is set: days, limits by stage, own fields, views with their names."""

    amber_days: int
    stay_days: int
    limits: Mapping[str, tuple[int, bool]]
    fields: tuple[tuple[str, FieldKind, tuple[str, ...]], ...]
    views: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Kit":
        return cls(
            kept["amber_days"],
            kept["stay_days"],
            {stage: (most, hard) for stage, (most, hard) in kept["limits"].items()},
            tuple((name, FieldKind(kind), tuple(choices)) for name, kind, choices in kept["fields"]),
            tuple((name, words) for name, words in kept["views"]),
        )


@dataclass(frozen=True, slots=True)
class Part:
    """A measure or a step; `days`: after the first day of the round."""

    text: str
    days: int | None
    steps: tuple["Part", ...] = ()

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Part":
        return cls(kept["text"], kept["days"], tuple(map(cls.of, kept["steps"])))


@dataclass(frozen=True, slots=True)
class Bone:
    """A card without people, history and evidence. `unit_id` and `unit` say whose it was."""

    title: str
    category: str
    source_kind: SourceKind
    term: Term
    check_months: int | None
    goal: str
    standard: str
    days: int | None
    unit_id: int
    unit: str
    measures: tuple[Part, ...]

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Bone":
        words: dict[str, Any] = {**kept, "measures": tuple(map(Part.of, kept["measures"]))}
        words |= {"source_kind": SourceKind(kept["source_kind"]), "term": Term(kept["term"])}
        return cls(**words)

    @property
    def earliest(self) -> int | None:
        """The first day of the card, its measures and steps; None: nothing has one."""
        parts = [part for measure in self.measures for part in (measure, *measure.steps)]
        every = (self.days, *(part.days for part in parts))
        return min((days for days in every if days is not None), default=None)


def kept_of(made: Kit | Bone) -> dict[str, Any]:
    """As it stands in the database."""
    return asdict(made)


def on_day(start: date, days: int | None) -> date | None:
    return None if days is None else start + timedelta(days=days)


def days_after(start: date, day: date | None) -> int | None:
    return None if day is None else (day - start).days
