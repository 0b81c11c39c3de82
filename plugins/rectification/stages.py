"""The stages of a card and the one table of steps between them. Services, forms, buttons and tests read it.

The main line and the returns follow the usual 销号 chain: 认领 → 方案审批 → 整改 → 申请销号 → 验收 → 销号.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum
from operator import attrgetter
from typing import Protocol

from flask_babel import lazy_gettext as _l

from intranet.contracts import Text


class Stage(StrEnum):
    """Where a card is. The order is that of the columns."""

    UNCLAIMED = "unclaimed"
    PLAN_PENDING = "plan_pending"
    IN_PROGRESS = "in_progress"
    CLOSING_ASKED = "closing_asked"
    ACCEPTED = "accepted"
    CLOSED = "closed"


TITLES: dict[Stage, Text] = {
    Stage.UNCLAIMED: _l("待认领"),
    Stage.PLAN_PENDING: _l("方案待批"),
    Stage.IN_PROGRESS: _l("整改中"),
    Stage.CLOSING_ASKED: _l("申请销号"),
    Stage.ACCEPTED: _l("已验收"),
    Stage.CLOSED: _l("已销号"),
}
OPEN_STAGES = tuple(stage for stage in Stage if stage is not Stage.CLOSED)

JUDGED = frozenset({Stage.CLOSING_ASKED, Stage.ACCEPTED})
"""What was asked to be closed is what is accepted and closed: nobody rewrites it meanwhile."""
PLANNING = frozenset({Stage.UNCLAIMED})
"""Measures may be reworded and removed: nobody has approved them yet."""
WORKING = frozenset({Stage.UNCLAIMED, Stage.IN_PROGRESS})
"""Measures may be added; of an approved plan reworded only with a reason."""


class Need(StrEnum):
    """What a step asks for. All but the last are fields of its form, by that name."""

    NOTE = "note"
    MEASURES = "measures"
    PERSON = "person"
    DUE_ON = "due_on"
    ALL_DONE = "all_done"


OPEN = "rectification:open"
CLAIM = "rectification:claim"
APPROVE = "rectification:approve"
WORK = "rectification:work"
ACCEPT = "rectification:accept"
CLOSE = "rectification:close"
SUPERVISE = "rectification:supervise"
URGE = "rectification:urge"


OPINION = _l("意见")


class HasStage(Protocol):
    """A card, or the row of a list that stands for one."""

    @property
    def stage(self) -> Stage: ...
    @property
    def user_id(self) -> int | None: ...
    @property
    def claimed_by(self) -> int | None: ...
    @property
    def asked_by(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Step:
    """One arrow: who may take it (any of `permissions`) and what it needs. `(start, end)` names it."""

    start: Stage
    end: Stage
    verb: Text
    permissions: tuple[str, ...]
    needs: tuple[Need, ...] = ()
    note: Text = OPINION
    by_responsible: bool = False
    """The responsible person may take it too, without the permission."""
    asker: Callable[[HasStage], int | None] | None = None
    """Who asked for this judgement. Neither they nor the responsible person may give it."""

    @property
    def is_return(self) -> bool:
        order = list(Stage)
        return order.index(self.end) < order.index(self.start)

    @property
    def end_title(self) -> Text:
        return TITLES[self.end]

    def is_for(self, user_id: int, held: Collection[str], card: HasStage) -> bool:
        """Whether this person, with these permissions in the card's unit, may take this step on it."""
        if self.judges_own_work(user_id, card):
            return False
        if self.by_responsible and card.user_id == user_id:
            return True
        return any(name in held for name in self.permissions)

    def judges_own_work(self, user_id: int, card: HasStage) -> bool:
        """Four eyes: the plan and its result are judged by somebody else."""
        return self.asker is not None and user_id in {self.asker(card), card.user_id}


STEPS = (
    Step(
        Stage.UNCLAIMED,
        Stage.PLAN_PENDING,
        _l("认领"),
        (CLAIM,),
        (Need.MEASURES, Need.PERSON, Need.DUE_ON),
    ),
    Step(Stage.PLAN_PENDING, Stage.IN_PROGRESS, _l("批准方案"), (APPROVE,), asker=attrgetter("claimed_by")),
    Step(
        Stage.PLAN_PENDING,
        Stage.UNCLAIMED,
        _l("退回方案"),
        (APPROVE,),
        (Need.NOTE,),
        note=_l("退回理由"),
    ),
    Step(
        Stage.IN_PROGRESS,
        Stage.CLOSING_ASKED,
        _l("申请销号"),
        (WORK,),
        (Need.ALL_DONE, Need.NOTE),
        note=_l("整改成效与佐证"),
        by_responsible=True,
    ),
    Step(Stage.CLOSING_ASKED, Stage.ACCEPTED, _l("验收通过"), (ACCEPT,), asker=attrgetter("asked_by")),
    Step(
        Stage.CLOSING_ASKED,
        Stage.IN_PROGRESS,
        _l("退回整改"),
        (ACCEPT, CLOSE),
        (Need.NOTE,),
        note=_l("退回理由"),
    ),
    Step(Stage.ACCEPTED, Stage.CLOSED, _l("销号"), (CLOSE,)),
    Step(
        Stage.ACCEPTED,
        Stage.IN_PROGRESS,
        _l("不予销号"),
        (CLOSE,),
        (Need.NOTE,),
        note=_l("退回理由"),
    ),
)
STEP_OF = {(step.start, step.end): step for step in STEPS}
STEPS_FROM = {stage: tuple(step for step in STEPS if step.start is stage) for stage in Stage}
MAIN_STEP = {step.start: step for step in STEPS if not step.is_return}
"""What a card in this stage waits for."""
