"""The stories of the demonstration's cards, before they are written down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from intranet import clock
from intranet.models import Unit
from plugins.rectification.demo.texts import Sample
from plugins.rectification.stages import Stage
from plugins.rectification.wording import Term

RECENT = 60
"""The first cards are the campaign of today; all further ones are mostly history, as in a real register."""
TOLD_IN_FULL = 2000
"""Of cards after these the history keeps only the opening, the evidence and the end."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Who acts in the demonstration."""

    hospital: int
    office: int
    leader: int
    leader_name: str
    supervisor: int
    staff: Mapping[int, Sequence[int]]
    serving: Sequence[int]
    """Departments that work for the others."""

    def of(self, unit: Unit, number: int) -> int:
        """Somebody of the unit, the same for the same number."""
        there = self.staff.get(unit.id) or [self.office]
        return there[number % len(there)]


@dataclass(frozen=True, slots=True)
class Plot:
    """One card's story before it is written down."""

    number: int
    unit: Unit
    sample: Sample
    stage: Stage
    due_on: date | None
    since: datetime
    days: int

    @property
    def opened_at(self) -> datetime:
        return self.since - timedelta(days=self.days * reached(self.stage))

    def reached(self, stage: Stage) -> datetime:
        """When it came to this stage: a step every few days."""
        return self.opened_at + timedelta(days=self.days * reached(stage))

    @property
    def done(self) -> int:
        """How many measures are done."""
        total = len(self.sample.measures)
        if self.stage in {Stage.UNCLAIMED, Stage.PLAN_PENDING}:
            return 0
        return self.number % total if self.stage is Stage.IN_PROGRESS else total

    @property
    def is_worked_on(self) -> bool:
        return self.stage is Stage.IN_PROGRESS

    @property
    def term(self) -> Term:
        """What lasts is being worked on for good."""
        if self.is_worked_on and self.number % 7 == 6:  # noqa: PLR2004 - one in seven
            return Term.LASTING
        return (Term.AT_ONCE, Term.NEAR, Term.NEAR, Term.MIDDLE)[self.number % 4]

    @property
    def is_again(self) -> bool:
        """Some were closed once and came back."""
        return self.stage in {Stage.UNCLAIMED, Stage.IN_PROGRESS} and self.number % 9 == 8  # noqa: PLR2004

    @property
    def is_staged(self) -> bool:
        return self.is_worked_on and self.done > 0 and self.number % 3 == 1

    @property
    def extension_on(self) -> date | None:
        """Some ask for two weeks more."""
        is_asked = self.is_worked_on and self.number % 5 == 1 and self.term is not Term.LASTING
        return max(self.due_on, clock.today()) + timedelta(days=14) if is_asked and self.due_on else None

    @property
    def is_published(self) -> bool:
        return self.stage in {Stage.PUBLISHED, Stage.CLOSED} and self.number < TOLD_IN_FULL


PLACE = {stage: place for place, stage in enumerate(Stage)}


def reached(stage: Stage) -> int:
    """How far down the main line."""
    return PLACE[stage]


def has_evidence(plot: Plot) -> bool:
    return plot.number < RECENT and reached(plot.stage) >= reached(Stage.CLOSING_ASKED)
