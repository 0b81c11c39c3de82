"""Self-reviews 对照检查: one for the group, one for each of its members."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from intranet.extensions import Base
from plugins.democratic_life.words import ReviewState


class Review(Base):
    """A self-review for a meeting; without an author it is the group's own."""

    __tablename__ = "democratic_life_review"
    __table_args__ = (Index("ix_democratic_life_review_meeting", "meeting_id", "author_id", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("democratic_life_meeting.id", ondelete="CASCADE"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    state: Mapped[ReviewState] = mapped_column(default=ReviewState.DRAFT)
    version: Mapped[int] = mapped_column(default=1)
