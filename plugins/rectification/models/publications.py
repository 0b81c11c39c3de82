"""What the people of a unit read: 公示 of results with their verdict on it, and 公开承诺."""

from datetime import date

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from intranet.extensions import Base

PUBLIC = {"words": False}
"""Words that were published for all of an audience: no secret of the unit that the sweeps would look for."""


class Publication(Base):
    """公示: the words as they were shown, to whom and how long, and the verdict of the people on them."""

    __tablename__ = "rectification_publication"
    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", "dates"),
        CheckConstraint("satisfied >= 0 AND fair >= 0 AND unsatisfied >= 0", "counts"),
        CheckConstraint("(verdict_source IS NULL) = (satisfied IS NULL)", "verdict"),
        Index("ix_rectification_publication_card", "card_id", "id"),
        Index("ix_rectification_publication_audience", "audience_id", "ends_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("rectification_card.id", ondelete="CASCADE"))
    audience_id: Mapped[int] = mapped_column(ForeignKey("core_unit.id", ondelete="RESTRICT"))
    round: Mapped[int]
    title: Mapped[str] = mapped_column(String(200), info=PUBLIC)
    unit: Mapped[str] = mapped_column(String(200), info=PUBLIC)
    leader: Mapped[str] = mapped_column(String(200), info=PUBLIC)
    measures: Mapped[list[str]] = mapped_column(JSON, info=PUBLIC)
    result: Mapped[str] = mapped_column(Text, info=PUBLIC)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    withdrawn_on: Mapped[date | None]
    published_by: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    satisfied: Mapped[int | None]
    fair: Mapped[int | None]
    unsatisfied: Mapped[int | None]
    verdict_source: Mapped[str | None] = mapped_column(String(200), info=PUBLIC)

    @property
    def votes(self) -> int:
        return (self.satisfied or 0) + (self.fair or 0) + (self.unsatisfied or 0)

    @property
    def percent(self) -> int:
        """满意率: satisfied and fairly satisfied of all; rounded down, so that 59.9 is not 60."""
        return 100 * (self.votes - (self.unsatisfied or 0)) // self.votes if self.votes else 0


class Commitment(Base):
    """One measure and the day it was promised for; what becomes of it is the measure's own matter."""

    __tablename__ = "rectification_commitment"
    __table_args__ = (
        CheckConstraint("length(text) > 0", "text"),
        Index("ix_rectification_commitment_audience", "audience_id", "due_on", "id"),
        Index("ix_rectification_commitment_card", "card_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("rectification_card.id", ondelete="CASCADE"))
    measure_id: Mapped[int] = mapped_column(
        ForeignKey("rectification_measure.id", ondelete="CASCADE"), index=True
    )
    audience_id: Mapped[int] = mapped_column(ForeignKey("core_unit.id", ondelete="RESTRICT"))
    title: Mapped[str] = mapped_column(String(200), info=PUBLIC)
    text: Mapped[str] = mapped_column(Text, info=PUBLIC)
    unit: Mapped[str] = mapped_column(String(200), info=PUBLIC)
    leader: Mapped[str] = mapped_column(String(200), info=PUBLIC)
    due_on: Mapped[date]
    published_on: Mapped[date]
    published_by: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    withdrawn_on: Mapped[date | None]
