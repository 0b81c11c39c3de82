"""Cards, their measures and their history, and how many cards there are."""

from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import JSON, CheckConstraint, Enum, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from intranet import contracts
from intranet.extensions import Base
from plugins.rectification.stages import TITLES, Stage, Step
from plugins.rectification.steps import STEP_OF, STEPS
from plugins.rectification.wording import (
    CHANGES,
    EVENT_TITLES,
    SEEDED,
    SOURCE_TITLES,
    TERM_TITLES,
    Category,
    EventKind,
    SourceKind,
    Term,
    number_of,
)


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


class CategoryRow(Base):
    """A kind of problems, as the site sorts them. Never deleted: cards of the past keep theirs."""

    __tablename__ = "rectification_category"
    __table_args__ = (
        CheckConstraint("length(name) > 0", "name"),
        UniqueConstraint("code"),
        UniqueConstraint("name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(20))
    position: Mapped[int]
    retired: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    @property
    def title(self) -> contracts.Text:
        return SEEDED.get(self.name, self.name)


class Card(Base):
    """One problem and what becomes of it. `version` counts moves and edits; `stage_since` makes it age.

    `due_on` of a lasting card is the day of its next check. `round` grows when the work begins anew.
    """

    __tablename__ = "rectification_card"
    __table_args__ = (
        UniqueConstraint("source", "source_key"),
        CheckConstraint("length(title) > 0", "title"),
        CheckConstraint("version > 0", "version"),
        CheckConstraint("round > 0", "round"),
        CheckConstraint("(source IS NULL) = (source_key IS NULL)", "source_pair"),
        CheckConstraint("(term = 'lasting') = (check_months IS NOT NULL)", "check_months"),
        CheckConstraint(
            "(extension_on IS NULL) = (extension_by IS NULL)"
            " AND (extension_on IS NULL OR stage = 'in_progress')",
            "extension",
        ),
        CheckConstraint(
            "stage = 'unclaimed' OR (user_id IS NOT NULL AND due_on IS NOT NULL AND claimed_by IS NOT NULL)",
            "claimed",
        ),
        CheckConstraint(
            "stage IN ('unclaimed', 'plan_pending', 'in_progress') OR asked_by IS NOT NULL", "asked"
        ),
        CheckConstraint(
            "stage NOT IN ('accepted', 'reviewed', 'published', 'closed') OR accepted_by IS NOT NULL",
            "accepted",
        ),
        # The first serves one unit, the second many; both hold all that counting and ordering need.
        Index("ix_rectification_card_unit", "unit_id", "stage", "due_on", "id"),
        Index("ix_rectification_card_stage", "stage", "due_on", "id", "unit_id"),
        Index("ix_rectification_card_person", "user_id", "stage", "due_on", "id", "unit_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("core_unit.id", ondelete="RESTRICT"))
    title: Mapped[str] = mapped_column(String(200))
    category: Mapped[str] = mapped_column(
        ForeignKey("rectification_category.code", ondelete="RESTRICT"), default=Category.OTHER.value
    )
    source_kind: Mapped[SourceKind]
    source_note: Mapped[str] = mapped_column(String(200), default="")
    goal: Mapped[str] = mapped_column(Text, default="")
    standard: Mapped[str] = mapped_column(Text, default="")
    term: Mapped[Term] = mapped_column(default=Term.NEAR)
    check_months: Mapped[int | None]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    started_on: Mapped[date | None]
    due_on: Mapped[date | None]
    stage: Mapped[Stage] = mapped_column(default=Stage.UNCLAIMED)
    round: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=1)
    opened_by: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    opened_at: Mapped[datetime]
    stage_since: Mapped[datetime]
    claimed_by: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    accepted_by: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    staged_on: Mapped[date | None]
    checked_on: Mapped[date | None]
    extension_on: Mapped[date | None]
    extension_by: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    source: Mapped[str | None] = mapped_column(String(64))
    source_key: Mapped[str | None] = mapped_column(String(200))
    source_url: Mapped[str | None] = mapped_column(String(500))

    @property
    def number(self) -> str:
        return number_of(self.id)

    @property
    def stage_title(self) -> contracts.Text:
        return TITLES[self.stage]

    @property
    def source_title(self) -> contracts.Text:
        return SOURCE_TITLES[self.source_kind]

    @property
    def term_title(self) -> contracts.Text:
        return TERM_TITLES[self.term]


# What waits for a decision or a check is counted with every page, and its most urgent are shown: few cards,
# so there are indexes of only these, by unit for lists and by day for the most urgent.
ASKED, LASTING = Card.extension_on.is_not(None), Card.check_months.is_not(None)
for name, columns, some in (
    ("extension", (Card.unit_id, Card.stage, Card.due_on, Card.id), ASKED),
    ("extension_day", (Card.due_on, Card.id, Card.unit_id), ASKED),
    ("lasting", (Card.unit_id, Card.stage, Card.due_on, Card.id), LASTING),
    ("lasting_day", (Card.stage, Card.due_on, Card.id, Card.unit_id), LASTING),
):
    Index(f"ix_rectification_card_{name}", *columns, sqlite_where=some, postgresql_where=some)


class Helper(Base):
    """配合部门: a unit that helps the responsible one."""

    __tablename__ = "rectification_helper"
    __table_args__ = (Index("ix_rectification_helper_unit", "unit_id", "card_id"),)

    card_id: Mapped[int] = mapped_column(
        ForeignKey("rectification_card.id", ondelete="CASCADE"), primary_key=True
    )
    unit_id: Mapped[int] = mapped_column(ForeignKey("core_unit.id", ondelete="RESTRICT"), primary_key=True)


class Measure(Base):
    """One thing to be done about the problem, or with a parent one step of it. Done on a day, or not yet."""

    __tablename__ = "rectification_measure"
    __table_args__ = (
        CheckConstraint("length(text) > 0", "text"),
        CheckConstraint("(done_on IS NULL) = (done_by IS NULL)", "done"),
        Index("ix_rectification_measure_card", "card_id", "parent_id", "done_on", "round"),
        Index("ix_rectification_measure_person", "user_id", "done_on", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("rectification_card.id", ondelete="CASCADE"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("rectification_measure.id", ondelete="CASCADE"))
    round: Mapped[int] = mapped_column(default=1)
    position: Mapped[int]
    text: Mapped[str] = mapped_column(String(500))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    due_on: Mapped[date | None]
    done_on: Mapped[date | None]
    done_by: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    version: Mapped[int] = mapped_column(default=1)

    def counts_in(self, number: int) -> bool:
        """Of this round, or left of those before: as faces count it."""
        return self.round == number or self.done_on is None


Index(
    "ix_rectification_measure_parent",
    Measure.parent_id,
    sqlite_where=Measure.parent_id.is_not(None),
    postgresql_where=Measure.parent_id.is_not(None),
)


class Event(Base):
    """One line of a card's history. Only ever added; of a comment that is taken back it forgets the words."""

    __tablename__ = "rectification_event"
    __table_args__ = (Index("ix_rectification_event_at", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("rectification_card.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    kind: Mapped[EventKind]
    deed: Mapped[str] = mapped_column(String(32), default="")
    from_stage: Mapped[Stage | None] = mapped_column(_stage_column("from_stage"))
    to_stage: Mapped[Stage | None] = mapped_column(_stage_column("to_stage"))
    note: Mapped[str] = mapped_column(Text, default="")
    changes: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    before: Mapped[dict[str, str | None] | None] = mapped_column(JSON(none_as_null=True))

    @property
    def told(self) -> list[str]:
        """What was changed, a sentence each; then what the person wrote."""
        changed = [str(CHANGES[which]) % {"old": old, "new": new} for which, old, new in self.changes]
        return [*changed, self.note] if self.note else changed

    @property
    def step(self) -> Step | None:
        """Of a move the step that was taken."""
        if self.kind is not EventKind.MOVED or self.to_stage is None:
            return None
        return STEP_OF.get((self.from_stage or self.to_stage, self.to_stage, self.deed))

    @property
    def words(self) -> str:
        """What happened, in a few words."""
        if self.kind is EventKind.UNDONE and self.to_stage:
            verb = next(str(step.verb) for step in STEPS if step.name == self.deed)
            return str(_("撤销“%(verb)s”，回到“%(stage)s”", verb=verb, stage=str(TITLES[self.to_stage])))
        if self.kind is not EventKind.MOVED or self.to_stage is None:
            return str(EVENT_TITLES[self.kind])
        stage = str(TITLES[self.to_stage])
        verb = str(self.step.verb) if self.step else ""
        return verb if self.deed or verb == stage else _("%(verb)s，到“%(stage)s”", verb=verb, stage=stage)


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
