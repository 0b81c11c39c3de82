"""How far the plan is: by phase and by unit. Each number is the length of a list somebody can open."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from plugins.campaign.models import DutyState, Phase
from plugins.campaign.queries.plans import Scheduled
from plugins.campaign.states import State


@dataclass(frozen=True, slots=True)
class PhaseProgress:
    """Counts of a phase's activities; `id` 0: those of no phase. Cancelled ones count nowhere else."""

    id: int
    phase: Phase | None
    counts: Counter[State]

    @property
    def total(self) -> int:
        """Activities that are still to be done or were done."""
        return sum(self.counts.values()) - self.counts[State.CANCELLED]

    @property
    def percent(self) -> int:
        return 100 * self.counts[State.DONE] // self.total if self.total else 0


@dataclass(frozen=True, slots=True)
class UnitProgress:
    """Counts of a unit's duties in activities that are not cancelled."""

    code: str
    name: str
    counts: Counter[DutyState]
    late: int

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def percent(self) -> int:
        confirmed = self.counts[DutyState.CONFIRMED]
        return 100 * confirmed // self.total if self.total else 0


def by_phase(rows: Sequence[Scheduled], phases: Sequence[Phase]) -> list[PhaseProgress]:
    """The phases in their order, and at the end what belongs to none."""
    counts: dict[int, Counter[State]] = {}
    for row in rows:
        counts.setdefault(row.activity.phase_id or 0, Counter())[row.state] += 1
    known = [PhaseProgress(phase.id, phase, counts.get(phase.id, Counter())) for phase in phases]
    rest = [PhaseProgress(0, None, counts[0])] if 0 in counts else []
    return known + rest


def by_unit(rows: Sequence[Scheduled], codes: Collection[str], today: date) -> list[UnitProgress]:
    """Those of the units with these codes that have duties."""
    counts: dict[tuple[str, str], Counter[DutyState]] = {}
    late: Counter[str] = Counter()
    for row in rows:
        if row.state is State.CANCELLED:
            continue
        for share in (share for share in row.shares if share.code in codes):
            counts.setdefault((share.code, share.name), Counter())[share.state] += 1
        late.update(share.code for share in row.late(today) if share.code in codes)
    return [UnitProgress(code, name, count, late[code]) for (code, name), count in counts.items()]


def totals(rows: Sequence[Scheduled]) -> Counter[State]:
    """How many activities are in each state."""
    return Counter(row.state for row in rows)
