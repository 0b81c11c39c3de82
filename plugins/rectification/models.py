"""Cards, their measures and their history, and how many cards there are."""

from datetime import date, datetime
from enum import StrEnum

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, CheckConstraint, Enum, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from intranet import contracts
from intranet.extensions import Base
from plugins.rectification.stages import STEP_OF, TITLES, Stage


class Category(StrEnum):
    """The four winds, and the rest."""

    FORMALISM = "formalism"
    BUREAUCRACY = "bureaucracy"
    HEDONISM = "hedonism"
    EXTRAVAGANCE = "extravagance"
    OTHER = "other"


class SourceKind(StrEnum):
    """How the problem was found: 群众提、自己找、上级点、互相帮, or named by the plan."""

    MASSES = "masses"
    SELF = "self"
    SUPERIOR = "superior"
    PEERS = "peers"
    PLAN = "plan"


class EventKind(StrEnum):
    """What an entry of the history tells."""

    OPENED = "opened"
    MOVED = "moved"
    EDITED = "edited"
    MEASURE = "measure"
    ADJUSTED = "adjusted"
    PROGRESS = "progress"
    EVIDENCE = "evidence"


CATEGORY_TITLES: dict[Category, contracts.Text] = {
    Category.FORMALISM: _l("形式主义"),
    Category.BUREAUCRACY: _l("官僚主义"),
    Category.HEDONISM: _l("享乐主义"),
    Category.EXTRAVAGANCE: _l("奢靡之风"),
    Category.OTHER: _l("其他"),
}
SOURCE_TITLES: dict[SourceKind, contracts.Text] = {
    SourceKind.MASSES: _l("群众提"),
    SourceKind.SELF: _l("自己找"),
    SourceKind.SUPERIOR: _l("上级点"),
    SourceKind.PEERS: _l("互相帮"),
    SourceKind.PLAN: _l("方案"),
}

EVENT_TITLES: dict[EventKind, contracts.Text] = {
    EventKind.OPENED: _l("登记问题"),
    EventKind.MOVED: _l("移动"),
    EventKind.EDITED: _l("修改"),
    EventKind.MEASURE: _l("措施"),
    EventKind.ADJUSTED: _l("调整措施"),
    EventKind.PROGRESS: _l("进展"),
    EventKind.EVIDENCE: _l("佐证材料"),
}

CHANGES: dict[str, contracts.Text] = {
    "title": _l("问题：“%(old)s”改为“%(new)s”"),
    "goal": _l("整改目标：“%(old)s”改为“%(new)s”"),
    "due_on": _l("期限：“%(old)s”改为“%(new)s”"),
    "category": _l("修改了类别"),
    "source_kind": _l("修改了来源"),
    "user_id": _l("修改了责任人"),
    "leader_id": _l("修改了责任领导"),
    "measure added": _l("增加措施：%(new)s"),
    "measure changed": _l("修改措施：“%(old)s”改为“%(new)s”"),
    "measure done": _l("完成措施：%(new)s"),
    "measure reopened": _l("取消完成：%(new)s"),
    "measure removed": _l("删除措施：%(old)s"),
    "file added": _l("上传：%(new)s"),
    "file removed": _l("删除：%(old)s"),
}
"""How the history tells a change: which, what stood there, what stands there now."""


def _stage_column(name: str) -> Enum:
    """A second stage in one table needs a constraint name of its own."""
    return Enum(
        Stage,
        native_enum=False,
        create_constraint=True,
        length=32,
        name=name,
        values_callable=lambda kind: [member.value for member in kind],
    )


class Card(Base):
    """One problem and what becomes of it. `version` counts moves and edits; `stage_since` makes it age."""

    __tablename__ = "rectification_card"
    __table_args__ = (
        UniqueConstraint("source", "source_key"),
        CheckConstraint("length(title) > 0", "title"),
        CheckConstraint("version > 0", "version"),
        CheckConstraint("(source IS NULL) = (source_key IS NULL)", "source_pair"),
        CheckConstraint(
            "stage = 'unclaimed' OR (user_id IS NOT NULL AND due_on IS NOT NULL AND claimed_by IS NOT NULL)",
            "claimed",
        ),
        CheckConstraint(
            "stage NOT IN ('closing_asked', 'accepted', 'closed') OR asked_by IS NOT NULL", "asked"
        ),
        # The first serves one unit, the second many; both hold all that counting and ordering need.
        Index("ix_rectification_card_unit", "unit_id", "stage", "due_on", "id"),
        Index("ix_rectification_card_stage", "stage", "due_on", "id", "unit_id"),
        Index("ix_rectification_card_person", "user_id", "stage", "due_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("core_unit.id", ondelete="RESTRICT"))
    title: Mapped[str] = mapped_column(String(200))
    category: Mapped[Category]
    source_kind: Mapped[SourceKind]
    goal: Mapped[str] = mapped_column(Text, default="")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    due_on: Mapped[date | None]
    stage: Mapped[Stage] = mapped_column(default=Stage.UNCLAIMED)
    version: Mapped[int] = mapped_column(default=1)
    opened_by: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    opened_at: Mapped[datetime]
    stage_since: Mapped[datetime]
    claimed_by: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    source: Mapped[str | None] = mapped_column(String(64))
    source_key: Mapped[str | None] = mapped_column(String(200))
    source_url: Mapped[str | None] = mapped_column(String(500))

    @property
    def number(self) -> str:
        """As people quote it: 012."""
        return f"{self.id:03d}"

    @property
    def stage_title(self) -> contracts.Text:
        return TITLES[self.stage]

    @property
    def category_title(self) -> contracts.Text:
        return CATEGORY_TITLES[self.category]

    @property
    def source_title(self) -> contracts.Text:
        return SOURCE_TITLES[self.source_kind]


class Measure(Base):
    """One thing to be done about the problem. Done by somebody on a day, or not yet."""

    __tablename__ = "rectification_measure"
    __table_args__ = (
        CheckConstraint("length(text) > 0", "text"),
        CheckConstraint("(done_on IS NULL) = (done_by IS NULL)", "done"),
        Index("ix_rectification_measure_card", "card_id", "done_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("rectification_card.id", ondelete="CASCADE"))
    position: Mapped[int]
    text: Mapped[str] = mapped_column(String(500))
    due_on: Mapped[date | None]
    done_on: Mapped[date | None]
    done_by: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    version: Mapped[int] = mapped_column(default=1)


class Event(Base):
    """One line of a card's history. Only ever added."""

    __tablename__ = "rectification_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("rectification_card.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    kind: Mapped[EventKind]
    from_stage: Mapped[Stage | None] = mapped_column(_stage_column("from_stage"))
    to_stage: Mapped[Stage | None] = mapped_column(_stage_column("to_stage"))
    note: Mapped[str] = mapped_column(Text, default="")
    changes: Mapped[list[list[str]]] = mapped_column(JSON, default=list)

    @property
    def told(self) -> list[str]:
        """What was changed, a sentence each; then what the person wrote."""
        changed = [str(CHANGES[which]) % {"old": old, "new": new} for which, old, new in self.changes]
        return [*changed, self.note] if self.note else changed

    @property
    def words(self) -> str:
        """What happened, in a few words."""
        if self.kind is EventKind.MOVED and self.to_stage:
            step = STEP_OF.get((self.from_stage or self.to_stage, self.to_stage))
            verb = str(step.verb) if step else ""
            if verb == str(TITLES[self.to_stage]):
                return verb
            return str(_("%(verb)s，到“%(stage)s”", verb=verb, stage=str(TITLES[self.to_stage])))
        return str(EVENT_TITLES[self.kind])


class Tally(Base):
    """How many cards a unit has in a stage, kept with every move: counting 100,000 cards takes too long.

    `changes` grows with everything a board shows of them, so that a drawn board knows whether it still holds.
    """

    __tablename__ = "rectification_tally"
    __table_args__ = (CheckConstraint("cards >= 0", "cards"),)

    unit_id: Mapped[int] = mapped_column(ForeignKey("core_unit.id", ondelete="RESTRICT"), primary_key=True)
    stage: Mapped[Stage] = mapped_column(primary_key=True)
    cards: Mapped[int]
    changes: Mapped[int] = mapped_column(default=0)
