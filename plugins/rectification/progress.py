"""How far a group of cards is: four parts of a bar, its lights, its percentage."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import lazy_gettext as _l

from intranet.contracts import Text
from intranet.wording import listed
from plugins.rectification.stages import JUDGED, Stage


class Part(StrEnum):
    """What the stages come to for who looks from a distance."""

    CLOSED = "closed"
    JUDGED = "judged"
    WORKING = "working"
    WAITING = "waiting"


PARTS: dict[Part, tuple[Text, tuple[Stage, ...]]] = {
    Part.CLOSED: (_l("已销号"), (Stage.CLOSED,)),
    Part.JUDGED: (_l("验收公示中"), tuple(stage for stage in Stage if stage in JUDGED)),
    Part.WORKING: (_l("整改中"), (Stage.IN_PROGRESS,)),
    Part.WAITING: (_l("待认领待批"), (Stage.UNCLAIMED, Stage.PLAN_PENDING)),
}


@dataclass(frozen=True, slots=True)
class Progress:
    """Cards by stage, and how many of the open ones show a red or an amber light."""

    stages: Mapping[Stage, int]
    red: int = 0
    amber: int = 0

    @property
    def total(self) -> int:
        return sum(self.stages.values())

    @property
    def percent(self) -> int:
        """Closed of all; rounded down, so that only all is 100."""
        return 100 * self.of(Part.CLOSED) // self.total if self.total else 0

    def of(self, part: Part) -> int:
        return sum(self.stages.get(stage, 0) for stage in PARTS[part][1])

    @property
    def bar(self) -> list[tuple[Part, float, float]]:
        """Of each part that is there: where it begins and how wide it is, of 100."""
        found, left = [], 0.0
        for part in Part:
            width = 100 * self.of(part) / self.total if self.total else 0.0
            found.append((part, round(left, 2), round(width, 2)))
            left += width
        return [piece for piece in found if piece[2]]

    @property
    def words(self) -> str:
        """The bar, said."""
        return listed(f"{PARTS[part][0]} {self.of(part)}" for part in Part if self.of(part))


def together(all_of_them: Iterable[Progress]) -> Progress:
    """Several as one."""
    stages: dict[Stage, int] = dict.fromkeys(Stage, 0)
    red = amber = 0
    for each in all_of_them:
        for stage, number in each.stages.items():
            stages[stage] += number
        red, amber = red + each.red, amber + each.amber
    return Progress(stages, red, amber)
