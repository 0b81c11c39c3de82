"""What an uploaded ledger would open: its faults told, its doubles set aside."""

import hashlib
from dataclasses import dataclass, field
from typing import NamedTuple

from intranet.models import User
from plugins.rectification.ledger_in import Said, cautions_about, understand
from plugins.rectification.ledger_words import by_word, is_finished
from plugins.rectification.models import Cells, LedgerDraft
from plugins.rectification.queries.categories import categories_to_choose
from plugins.rectification.queries.ledger_names import Finder, Places


class Known(NamedTuple):
    """A row whose problem has a card already."""

    number: int
    card_id: int
    title: str


class Finished(NamedTuple):
    """A row that says itself that nothing is left to be done."""

    number: int
    title: str
    state: str


@dataclass(frozen=True, slots=True)
class Opening:
    """A row that becomes a card."""

    number: int
    said: Said
    unit_id: int
    leader_id: int | None
    user_id: int | None
    helpers: tuple[int, ...]
    drives: tuple[int, ...]

    @property
    def cautions(self) -> list[str]:
        """What to look at before it is taken in."""
        return list(cautions_about(self.said))


@dataclass(slots=True)
class Plan:
    """What confirming would do. With any fault it does nothing."""

    faults: list[tuple[int, list[str]]] = field(default_factory=list)
    new: list[Opening] = field(default_factory=list)
    known: list[Known] = field(default_factory=list)
    finished: list[Finished] = field(default_factory=list)

    @property
    def doubtful(self) -> int:
        """How many rows are taken in with something to look at."""
        return sum(bool(opening.cautions) for opening in self.new)

    @property
    def digest(self) -> str:
        """The same for the same plan: who confirms has seen this one and no other."""
        return hashlib.sha256(repr(self).encode()).hexdigest()


def plan_of(draft: LedgerDraft, places: Places, *, by: User) -> Plan:
    """Row by row, in the order of the file: six queries, however many rows."""
    plan = Plan(faults=[(number, [reason]) for number, reason in draft.faults])
    names = by_word(categories_to_choose(places.seen))
    done = {number for number, cells in draft.rows if is_finished(cells["stage"])}
    rows = [(number, cells) for number, cells in draft.rows if number not in done]
    finder = Finder(rows, places, by)
    plan.finished = [
        Finished(number, cells["title"], cells["stage"]) for number, cells in draft.rows if number in done
    ]
    for number, cells in rows:
        said, reasons = understand(cells, names)
        _enter(plan, finder, (number, cells), said, reasons)
    return plan


def _enter(plan: Plan, finder: Finder, row: tuple[int, Cells], said: Said | None, reasons: list[str]) -> None:
    number, cells = row
    unit = finder.unit(cells["unit"], reasons)
    known = finder.card(cells, unit, reasons) if unit else None
    if known and not reasons:
        plan.known.append(Known(number, known.id, known.title))
        return
    leader = finder.leader(cells["leader"], unit, reasons) if unit else None
    person = finder.person(cells["person"], unit, reasons) if unit else None
    helpers = finder.helpers(cells["helpers"], reasons)
    drives = finder.drives(cells["drives"], unit, reasons) if unit else ()
    if unit and finder.before(cells["title"], unit, number, reasons) and said and not reasons:
        plan.new.append(Opening(number, said, unit.id, leader, person, helpers, drives))
    if reasons:
        plan.faults.append((number, reasons))
