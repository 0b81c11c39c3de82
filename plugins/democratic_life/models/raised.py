"""Problems that went on from a meeting to the board, in words of their own."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from intranet.extensions import Base
from plugins.democratic_life.wording import Source


class Raised(Base):
    """A problem for the board, no secret from here on. `(source, source_id)`: where it was named."""

    __tablename__ = "democratic_life_raised"
    __table_args__ = (
        CheckConstraint("length(title) > 0", "title"),
        Index("ix_democratic_life_raised_source", "source", "source_id"),
        Index("ix_democratic_life_raised_target", "target_id", "raised_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[Source]
    source_id: Mapped[int]
    meeting_id: Mapped[int] = mapped_column(ForeignKey("democratic_life_meeting.id", ondelete="CASCADE"))
    target_id: Mapped[int] = mapped_column(ForeignKey("core_unit.id", ondelete="RESTRICT"))
    title: Mapped[str] = mapped_column(String(200))
    measures: Mapped[list[str]] = mapped_column(JSON, default=list)
    raised_by: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    raised_at: Mapped[datetime]
