"""What became of a problem found elsewhere that got no card of its own."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from intranet.extensions import Base


class Outcome(Base):
    """Merged into a card, or declined with a reason. `(source, source_key)` names the problem for ever."""

    __tablename__ = "rectification_outcome"
    __table_args__ = (
        UniqueConstraint("source", "source_key"),
        CheckConstraint("(card_id IS NULL) = (length(reason) > 0)", "kind"),
        Index("ix_rectification_outcome_unit", "unit_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("core_unit.id", ondelete="RESTRICT"))
    source: Mapped[str] = mapped_column(String(64))
    source_key: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(String(500))
    url: Mapped[str] = mapped_column(String(500))
    card_id: Mapped[int | None] = mapped_column(
        ForeignKey("rectification_card.id", ondelete="CASCADE"), index=True
    )
    reason: Mapped[str] = mapped_column(String(500), default="")
    decided_by: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    decided_at: Mapped[datetime]
