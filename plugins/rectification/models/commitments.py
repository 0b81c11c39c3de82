"""公开承诺: measures a unit promised in public, with the words as they were shown."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from intranet.extensions import Base
from plugins.rectification.models.cards import PUBLIC


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
