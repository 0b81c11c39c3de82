"""What was said in a meeting and its minutes, both sealed; the two papers that leave it in plain words."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from intranet.extensions import Base
from intranet.sealing import Sealable
from plugins.democratic_life.wording import Circle, PaperKind, SaidKind


class Said(Sealable, Base):
    """One opinion, response, statement or remark. Who speaks of whom is a fact; the words are sealed.

    A remark has no speaker here: who came from above is sealed with the words.
    """

    __tablename__ = "democratic_life_said"
    __table_args__ = (
        CheckConstraint("(kind = 'criticism') = (about_id IS NOT NULL)", "about"),
        CheckConstraint("(kind = 'remark') = (speaker_id IS NULL)", "speaker"),
        CheckConstraint("speaker_id IS NULL OR about_id IS NULL OR speaker_id <> about_id", "other"),
        Index("ix_democratic_life_said_meeting", "meeting_id", "kind", "speaker_id", "about_id"),
        Index("ix_democratic_life_said_key", "key_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("democratic_life_meeting.id", ondelete="CASCADE"))
    kind: Mapped[SaidKind]
    speaker_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    about_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    written_by: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    written_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


class Minutes(Sealable, Base):
    """会议记录: a text as somebody saved it. It never changes; the last one counts."""

    __tablename__ = "democratic_life_minutes"
    __table_args__ = (
        CheckConstraint("number > 0", "number"),
        Index("ix_democratic_life_minutes_meeting", "meeting_id", "number", unique=True),
        Index("ix_democratic_life_minutes_key", "key_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("democratic_life_meeting.id", ondelete="CASCADE"))
    number: Mapped[int]
    written_by: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    written_at: Mapped[datetime]


class Paper(Base):
    """情况报告 or 通报: words chosen to be read by others, so nothing here is sealed."""

    __tablename__ = "democratic_life_paper"
    __table_args__ = (Index("ix_democratic_life_paper_meeting", "meeting_id", "kind", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("democratic_life_meeting.id", ondelete="CASCADE"))
    kind: Mapped[PaperKind]
    body: Mapped[str] = mapped_column(Text)
    circle: Mapped[Circle | None]
    written_by: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    written_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
