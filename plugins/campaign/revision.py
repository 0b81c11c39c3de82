"""What a revised plan changes: which of its activities are which of the old ones."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from plugins.campaign.models import Activity
from plugins.campaign.proposals import Proposal
from plugins.campaign.queries.plans import Scheduled
from plugins.campaign.states import State

ALIKE = 0.6
ALIKE_IN_SAME_ROW = 0.4
SAME_ROW = 0.2
NOISE = re.compile(r"[^\w]+")


@dataclass(frozen=True, slots=True)
class Pair:
    """An activity that stands in both plans."""

    proposal: Proposal
    old: Scheduled

    @property
    def is_moved(self) -> bool:
        """Its planned dates differ."""
        activity = self.old.activity
        return (activity.start_on, activity.end_on) != (self.proposal.start, self.proposal.end)

    @property
    def is_renamed(self) -> bool:
        return self.old.activity.title != self.proposal.title

    @property
    def has_other_units(self) -> bool:
        return self.old.activity.units_text != "、".join(self.proposal.units)

    @property
    def is_back(self) -> bool:
        """It had been cancelled and stands in the plan again."""
        return self.old.activity.cancelled_reason is not None

    @property
    def is_changed(self) -> bool:
        return self.is_moved or self.is_renamed or self.has_other_units or self.is_back


@dataclass(frozen=True, slots=True)
class Difference:
    """新增、沿用（可能有改动）、不再出现. What the office added by hand is never missing."""

    new: tuple[Proposal, ...]
    pairs: tuple[Pair, ...]
    gone: tuple[Scheduled, ...]

    @property
    def changed(self) -> list[Pair]:
        return [pair for pair in self.pairs if pair.is_changed]

    @property
    def to_cancel(self) -> list[Scheduled]:
        """Proposed to be cancelled: what is not over. What was done stays done."""
        return [old for old in self.gone if old.state not in {State.DONE, State.CANCELLED}]


def difference(proposals: Sequence[Proposal], old: Sequence[Scheduled]) -> Difference:
    """Pairs the two lists, the most alike first."""
    pairs: dict[int, Scheduled] = {}
    left = {row.activity.id: row for row in old}
    for _score, place, activity_id in sorted(_candidates(proposals, old), reverse=True):
        if place not in pairs and activity_id in left:
            pairs[place] = left.pop(activity_id)
    return Difference(
        new=tuple(entry for place, entry in enumerate(proposals) if place not in pairs),
        pairs=tuple(Pair(proposals[place], pairs[place]) for place in sorted(pairs)),
        gone=tuple(row for row in left.values() if not row.activity.added_by_hand),
    )


def _candidates(proposals: Sequence[Proposal], old: Sequence[Scheduled]) -> list[tuple[float, int, int]]:
    plain_old = [(row.activity, _plain(row.activity.title)) for row in old]
    found = []
    for place, entry in enumerate(proposals):
        matcher = SequenceMatcher(autojunk=False)
        matcher.set_seq2(_plain(entry.title))
        for activity, title in plain_old:
            score = _score(matcher, title, entry, activity)
            if score:
                found.append((score, place, activity.id))
    return found


def _score(matcher: "SequenceMatcher[str]", title: str, entry: Proposal, old: Activity) -> float:
    """0 when they are too different to be one activity; its row in the table counts as a hint."""
    in_same_row = entry.row is not None and entry.row == old.row
    wanted = ALIKE_IN_SAME_ROW if in_same_row else ALIKE
    matcher.set_seq1(title)
    if matcher.real_quick_ratio() < wanted or matcher.quick_ratio() < wanted:
        return 0
    ratio = matcher.ratio()
    if ratio < wanted:
        return 0
    return ratio + (SAME_ROW if in_same_row else 0)


def _plain(title: str) -> str:
    return NOISE.sub("", title)
