"""What the review page shows: the text with its marks, the entries, and what a revision would change."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from intranet import clock
from intranet.models import Unit
from intranet.organisation import organisation
from plugins.campaign.matching import Match, match_all
from plugins.campaign.models import Draft, Plan
from plugins.campaign.proposals import Content, Kind, Part, Proposal, content_of, phase_key
from plugins.campaign.queries.drafts import remembered_names
from plugins.campaign.queries.plans import Scheduled, own_plan, own_schedule
from plugins.campaign.reader import Remark
from plugins.campaign.revision import Difference, difference

MOST_CHARACTERS = 40_000
"""A longer text is shown around the lines that were understood."""
AROUND = 2


@dataclass(frozen=True, slots=True)
class Piece:
    """Some characters of a line; `mark` is empty, `known` or `doubt`."""

    text: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line of the file. `skipped`: that many lines before it are left out here."""

    number: int
    pieces: tuple[Piece, ...]
    skipped: int = 0


@dataclass(frozen=True)
class Review:
    """A draft, ready to draw. Of the parts a fragment does not show nothing is computed."""

    unit: Unit
    draft: Draft

    @cached_property
    def content(self) -> Content:
        return content_of(self.draft.proposal)

    @property
    def part(self) -> Part:
        """The chosen document; the page asks for it only when there is one."""
        part = self.content.part
        if part is None:
            raise LookupError
        return part

    @cached_property
    def tree(self) -> list[Unit]:
        """The plan's unit and all under it."""
        return organisation().under(self.unit.path)

    @cached_property
    def matches(self) -> dict[str, Match]:
        """Every name of the chosen document, and what it stands for."""
        return matches_for(self.unit, self.content, self.tree)

    @cached_property
    def unmatched(self) -> list[Match]:
        """Names nobody could place; those of skipped entries do not matter."""
        used = {name for entry in self._kept for name in entry.units}
        return [match for match in self.matches.values() if match.name in used and not match.known]

    @cached_property
    def _kept(self) -> list[Proposal]:
        return [entry for entry in self.part.proposals if not entry.skipped]

    @property
    def doubtful(self) -> list[Proposal]:
        return [entry for entry in self.part.proposals if entry.is_doubtful]

    @property
    def doubts(self) -> int:
        """Entries to look at, and names to place."""
        return len(self.doubtful) + len(self.unmatched)

    def kept(self, kind: str) -> int:
        """How many entries of a kind will be imported."""
        return len(self.part.kept(Kind(kind)))

    @property
    def warnings(self) -> list[Remark]:
        """What concerns the document as a whole: doubts of single entries stand at the entries."""
        known = {doubt for entry in self.part.proposals for doubt in entry.doubts}
        return [warning for warning in self.part.warnings if known.isdisjoint(warning.values)]

    @cached_property
    def phases(self) -> dict[int, str]:
        """Titles of the phases that will be imported, by entry."""
        return {phase.key: phase.title for phase in self.part.kept(Kind.PHASE)}

    def phase_of(self, entry: Proposal) -> str:
        """The title of the phase an activity will belong to."""
        return self.phases.get(phase_key(entry, self.part.kept(Kind.PHASE)), "")

    @property
    def compared_with(self) -> int:
        """The version of the plan the difference was drawn against; 0: there is none."""
        return self._plan.version if self._plan else 0

    @cached_property
    def _plan(self) -> Plan | None:
        return own_plan(self.unit)

    @property
    def other_year(self) -> int | None:
        """The year of the plan the unit has now, when this one is of another: perhaps a new campaign."""
        now, new = self._plan.year if self._plan else None, self.part.year
        return now if now and new and now != new else None

    @property
    def is_revision(self) -> bool:
        """There are activities the new plan may change."""
        return bool(self._old)

    @cached_property
    def _old(self) -> list[Scheduled]:
        return own_schedule(self.unit, clock.today())

    @cached_property
    def difference(self) -> Difference:
        """Against the plan the unit has now."""
        return difference(self.part.kept(Kind.ACTIVITY), self._old)

    @cached_property
    def lines(self) -> list[SourceLine]:
        """The text of the chosen document."""
        return source_lines(self.draft.text, self.part)


def matches_for(unit: Unit, content: Content, tree: Sequence[Unit]) -> dict[str, Match]:
    """What the names in the chosen document stand for: said now, remembered, or found."""
    entries = content.part.proposals if content.part else ()
    names = [name for entry in entries for name in entry.units]
    return match_all(names, tree, {**remembered_names(unit), **content.mapping})


# The text ----------------------------------------------------------------------------------------


def source_lines(text: str, part: Part) -> list[SourceLine]:
    """The document's lines with what was understood marked; of a very long text only the surroundings."""
    lines = text.split("\n")
    numbers = range(part.first_line, min(part.last_line, len(lines)) + 1)
    by_line: dict[int, list[Proposal]] = {}
    for entry in part.proposals:
        by_line.setdefault(entry.line, []).append(entry)
    shown = _window(lines, numbers, by_line)
    found, previous = [], part.first_line - 1
    for number in shown:
        pieces = tuple(_pieces(lines[number - 1], by_line.get(number, ())))
        found.append(SourceLine(number, pieces, skipped=number - previous - 1))
        previous = number
    return found


def _window(lines: Sequence[str], numbers: range, by_line: Mapping[int, object]) -> Sequence[int]:
    if sum(len(lines[number - 1]) for number in numbers) <= MOST_CHARACTERS:
        return numbers
    near = {line + step for line in by_line for step in range(-AROUND, AROUND + 1)}
    return [number for number in numbers if number in near]


def _pieces(line: str, entries: Iterable[Proposal]) -> Iterable[Piece]:
    """Cuts a line at the marks; where two meet the first wins."""
    end = 0
    for start, stop, mark in sorted(_marks(line, entries)):
        if start < end:
            continue
        if start > end:
            yield Piece(line[end:start])
        yield Piece(line[start:stop], mark)
        end = stop
    if end < len(line) or not line:
        yield Piece(line[end:])


def _marks(line: str, entries: Iterable[Proposal]) -> Iterable[tuple[int, int, str]]:
    for entry in entries:
        mark = "doubt" if entry.is_doubtful else "known"
        words = [entry.time_text, *entry.units]
        found = [word for word in words if word and word in line]
        for word in found or [entry.title]:
            place = line.rfind(word) if word in entry.units else line.find(word)
            if place >= 0:
                yield place, place + len(word), mark
