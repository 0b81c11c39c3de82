"""The stages of a card and what a step between them is. Services, forms, buttons and tests read it.

The main line is the usual 销号 chain, from 认领 and 方案审批 over 验收, 复核, 公示 and 群众评价 to 销号. Some
steps leave the card where it is (延期, 阶段性完成, 定期检查, 群众评价): rows of the same table, in steps.py.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from flask_babel import lazy_gettext as _l

from intranet.contracts import Text
from plugins.rectification.wording import Term


class Stage(StrEnum):
    """Where a card is. The order is that of the columns."""

    UNCLAIMED = "unclaimed"
    PLAN_PENDING = "plan_pending"
    IN_PROGRESS = "in_progress"
    CLOSING_ASKED = "closing_asked"
    ACCEPTED = "accepted"
    REVIEWED = "reviewed"
    PUBLISHED = "published"
    CLOSED = "closed"


TITLES: dict[Stage, Text] = {
    Stage.UNCLAIMED: _l("待认领"),
    Stage.PLAN_PENDING: _l("方案待批"),
    Stage.IN_PROGRESS: _l("整改中"),
    Stage.CLOSING_ASKED: _l("申请销号"),
    Stage.ACCEPTED: _l("已验收"),
    Stage.REVIEWED: _l("已复核"),
    Stage.PUBLISHED: _l("公示中"),
    Stage.CLOSED: _l("已销号"),
}
OPEN_STAGES = tuple(stage for stage in Stage if stage is not Stage.CLOSED)

JUDGED = frozenset({Stage.CLOSING_ASKED, Stage.ACCEPTED, Stage.REVIEWED, Stage.PUBLISHED})
"""What was asked to be closed is what is accepted, published and closed: nobody rewrites it meanwhile."""
PLANNING = frozenset({Stage.UNCLAIMED})
"""Measures may be reworded and removed: nobody has approved them yet."""
WORKING = frozenset({Stage.UNCLAIMED, Stage.IN_PROGRESS})
"""Measures may be added; of an approved plan reworded only with a reason."""


class Need(StrEnum):
    """What a step asks for."""

    NOTE = "note"
    MEASURES = "measures"
    PERSON = "person"
    DUE_ON = "due_on"
    LATER = "later"
    SOME_DONE = "some_done"
    ALL_DONE = "all_done"
    CHECKED = "checked"
    EVIDENCE = "evidence"
    RESULT = "result"
    ARTICLE = "article"
    VERDICT = "verdict"
    PUBLIC_LONG_ENOUGH = "public_long_enough"
    SATISFIED = "satisfied"


OPEN = "rectification:open"
CLAIM = "rectification:claim"
APPROVE = "rectification:approve"
WORK = "rectification:work"
ACCEPT = "rectification:accept"
REVIEW = "rectification:review"
PUBLISH = "rectification:publish"
CLOSE = "rectification:close"
CHECK = "rectification:check"
SUPERVISE = "rectification:supervise"
URGE = "rectification:urge"
CATEGORIES = "rectification:categories"
SETTINGS = "rectification:settings"
FIELDS = "rectification:fields"
COMMIT = "rectification:commit"
DRIVES = "rectification:drives"
TEMPLATES = "rectification:templates"


OPINION, DEADLINE = _l("意见"), _l("完成期限")


class HasStage(Protocol):
    """A card, or the row of a list that stands for one."""

    @property
    def stage(self) -> Stage: ...
    @property
    def term(self) -> Term: ...
    @property
    def due_on(self) -> date | None: ...
    @property
    def staged_on(self) -> date | None: ...
    @property
    def extension_on(self) -> date | None: ...
    @property
    def user_id(self) -> int | None: ...
    @property
    def claimed_by(self) -> int | None: ...
    @property
    def asked_by(self) -> int | None: ...
    @property
    def accepted_by(self) -> int | None: ...
    @property
    def extension_by(self) -> int | None: ...


PEOPLE = ("user_id", "claimed_by", "asked_by", "accepted_by", "extension_by")
"""The columns that make a card somebody's own work."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What must be true of the card for a step to be there at all, and the sentence when it is not."""

    holds: Callable[[HasStage], bool]
    otherwise: Text


HAS_DATE = Condition(
    lambda card: card.extension_on is None and card.term is not Term.LASTING,
    _l("延期申请正等待批复，或此卡长期坚持、没有期限，不能申请延期。"),
)
WAITS = Condition(lambda card: card.extension_on is not None, _l("此卡没有等待批复的延期申请。"))
LASTS = Condition(lambda card: card.term is Term.LASTING, _l("只有长期坚持的卡片才定期检查。"))
NOT_STAGED = Condition(lambda card: card.staged_on is None, _l("此卡已经阶段性完成。"))


@dataclass(frozen=True, slots=True, eq=False)  # each is there once: to compare its words would translate them
class Step:
    """One arrow: who may take it (any of `permissions`), what it needs, and its rule in a sentence."""

    name: str
    start: Stage
    end: Stage
    verb: Text
    permissions: tuple[str, ...]
    sentence: Text
    needs: tuple[Need, ...] = ()
    note: Text = OPINION
    date: Text = DEADLINE
    by_responsible: bool = False
    """The responsible person may take it too, without the permission."""
    not_by: tuple[str, ...] = ()
    """Four eyes: neither these people of the card nor the responsible person may take it."""
    only: Condition | None = None
    quiet: bool = False
    """Its button stands back, as that of a return does: a refusal, or the rarer way."""

    @property
    def is_return(self) -> bool:
        order = list(Stage)
        return order.index(self.end) < order.index(self.start)

    @property
    def stays(self) -> bool:
        return self.end is self.start

    @property
    def deed(self) -> str:
        """Names a step that leaves the card where it is; the others are named by where they lead."""
        return self.name if self.stays else ""

    @property
    def key(self) -> str:
        """Names it among the steps of one stage."""
        return self.deed or self.end.value

    @property
    def start_title(self) -> Text:
        return TITLES[self.start]

    @property
    def end_title(self) -> Text:
        return TITLES[self.end]

    def is_there(self, card: HasStage) -> bool:
        return self.only is None or self.only.holds(card)

    def is_for(self, user_id: int, held: Collection[str], card: HasStage) -> bool:
        """Whether this person, with these permissions in the card's unit, may take this step on it."""
        if self.judges_own_work(user_id, card):
            return False
        if self.by_responsible and card.user_id == user_id:
            return True
        return any(name in held for name in self.permissions)

    def judges_own_work(self, user_id: int, card: HasStage) -> bool:
        """The plan, its result and its delay are judged by somebody else."""
        return bool(self.not_by) and user_id in {card.user_id, *(getattr(card, name) for name in self.not_by)}
