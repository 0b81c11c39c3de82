"""Self-reviews 对照检查: one for the group, one for each of its members; what stands in them lies sealed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intranet.extensions import Base
from intranet.models import User
from intranet.sealing import Sealable
from plugins.democratic_life.wording import ReviewState

OF_GROUP = text("author_id IS NULL")


class Review(Base):
    """A self-review for a meeting; without an author it is the group's own."""

    __tablename__ = "democratic_life_review"
    __table_args__ = (
        CheckConstraint("author_id IS NULL OR author_id = writer_id", "writer"),
        CheckConstraint("place BETWEEN 0 AND reached", "place"),
        Index("ix_democratic_life_review_meeting", "meeting_id", "author_id", unique=True),
        Index(
            "ix_democratic_life_review_group",
            "meeting_id",
            unique=True,
            sqlite_where=OF_GROUP,
            postgresql_where=OF_GROUP,
        ),
        Index("ix_democratic_life_review_writer", "writer_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("democratic_life_meeting.id", ondelete="CASCADE"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    writer_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    """Who writes it: the author; of the group's own its chief, or whom the office names."""
    state: Mapped[ReviewState] = mapped_column(default=ReviewState.DRAFT)
    place: Mapped[int] = mapped_column(default=0, server_default="0")
    """The reviewer it is with or came back from, counted from 1."""
    reached: Mapped[int] = mapped_column(default=0, server_default="0")
    """The last reviewer who has had it: those behind may not open it yet."""
    proposed: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """A changed chain that waits for the writer's word: who proposes it, the writer and the posts to be."""
    version: Mapped[int] = mapped_column(default=1)


class Reviewer(Base):
    """One place of the chain. Without a person it is somebody outside, whose word the office writes down."""

    __tablename__ = "democratic_life_reviewer"
    __table_args__ = (
        CheckConstraint("length(title) > 0", "title"),
        Index("ix_democratic_life_reviewer_user", "user_id", "review_id"),
    )

    review_id: Mapped[int] = mapped_column(
        ForeignKey("democratic_life_review.id", ondelete="CASCADE"), primary_key=True
    )
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(String(50))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))


class Copy(Sealable, Base):
    """What the writer is writing: saved while they type, seen by nobody else."""

    __tablename__ = "democratic_life_copy"
    __table_args__ = (
        Index("ix_democratic_life_copy_review", "review_id", unique=True),
        Index("ix_democratic_life_copy_key", "key_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("democratic_life_review.id", ondelete="CASCADE"))
    saved_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


class Submitted(Sealable, Base):
    """A version the writer has handed in, or what they added after the meeting. It never changes."""

    __tablename__ = "democratic_life_submitted"
    __table_args__ = (
        CheckConstraint("number > 0", "number"),
        Index("ix_democratic_life_submitted_review", "review_id", "is_addition", "number", unique=True),
        Index("ix_democratic_life_submitted_key", "key_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("democratic_life_review.id", ondelete="CASCADE"))
    is_addition: Mapped[bool] = mapped_column(default=False)
    number: Mapped[int]
    submitted_by: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    submitted_at: Mapped[datetime]


class Verdict(Sealable, Base):
    """What one place of the chain said to one version: passed or returned. The remarks lie sealed."""

    __tablename__ = "democratic_life_verdict"
    __table_args__ = (
        Index("ix_democratic_life_verdict_submitted", "submitted_id", "place", unique=True),
        Index("ix_democratic_life_verdict_key", "key_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    submitted_id: Mapped[int] = mapped_column(ForeignKey("democratic_life_submitted.id", ondelete="CASCADE"))
    place: Mapped[int]
    title: Mapped[str] = mapped_column(String(50))
    is_passed: Mapped[bool]
    given_on: Mapped[date]
    written_by: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    """The reviewer, or for one outside who wrote their word down."""
    is_outside: Mapped[bool] = mapped_column(default=False)
    written_at: Mapped[datetime]

    giver: Mapped[User] = relationship(lazy="raise", viewonly=True)
