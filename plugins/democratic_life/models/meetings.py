"""A meeting and who sits in it."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from intranet.extensions import Base
from plugins.democratic_life.wording import Attendance, Kind, State


class Meeting(Base):
    """A meeting from its preparation to its last measure. Day counts are days before or after it."""

    __tablename__ = "democratic_life_meeting"
    __table_args__ = (
        CheckConstraint("length(name) > 0", "name"),
        CheckConstraint("quorum BETWEEN 1 AND 100", "quorum"),
        Index("ix_democratic_life_meeting_unit", "unit_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("core_unit.id", ondelete="RESTRICT"))
    kind: Mapped[Kind]
    name: Mapped[str] = mapped_column(String(100))
    theme: Mapped[str] = mapped_column(String(300), default="")
    state: Mapped[State] = mapped_column(default=State.PREPARING)
    meets_at: Mapped[datetime | None]
    place: Mapped[str] = mapped_column(String(100), default="")
    chair_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    recorder_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    observers: Mapped[str] = mapped_column(String(300), default="")
    """列席, in words: many of them have no account."""
    agenda: Mapped[list[str]] = mapped_column(JSON, default=list)
    item: Mapped[int] = mapped_column(default=0)
    """Which item of the agenda it is at, since `item_at`."""
    item_at: Mapped[datetime | None]
    quorum: Mapped[int] = mapped_column(default=67)
    """Per cent of the seats that must be present: 2/3 by the statute of 2016, more where asked."""
    plan_days: Mapped[int] = mapped_column(default=15)
    notice_days: Mapped[int] = mapped_column(default=15)
    review_days: Mapped[int] = mapped_column(default=7)
    report_days: Mapped[int] = mapped_column(default=15)
    announce_days: Mapped[int] = mapped_column(default=14)
    again_of_id: Mapped[int | None] = mapped_column(
        ForeignKey("democratic_life_meeting.id", ondelete="RESTRICT")
    )
    """The meeting a superior did not accept, which is held again as this one."""
    superior_word: Mapped[str] = mapped_column(String(300), default="")
    """Why the plan was sent back, or why it must be held again."""
    submitted_at: Mapped[datetime | None]
    agreed_at: Mapped[datetime | None]
    agreed_by: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    agreed_paper: Mapped[str] = mapped_column(String(400), default="")
    """Day and number of the paper on which a superior agreed, and who entered it."""
    noticed_at: Mapped[datetime | None]
    held_at: Mapped[datetime | None]
    recorded_at: Mapped[datetime | None]
    reported_at: Mapped[datetime | None]
    announced_at: Mapped[datetime | None]
    created_by: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


class Seat(Base):
    """Somebody who belongs to the meeting, with the duty they had in it."""

    __tablename__ = "democratic_life_seat"
    __table_args__ = (Index("ix_democratic_life_seat_user", "user_id", "meeting_id"),)

    meeting_id: Mapped[int] = mapped_column(
        ForeignKey("democratic_life_meeting.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"), primary_key=True)
    duty: Mapped[str] = mapped_column(String(50), default="")
    charges: Mapped[str] = mapped_column(String(300), default="")
    """分管, in words, as it was for this meeting."""
    is_chief: Mapped[bool] = mapped_column(default=False)
    place: Mapped[int] = mapped_column(default=0)
    attendance: Mapped[Attendance | None]
    reason: Mapped[str] = mapped_column(String(200), default="")
    told_on: Mapped[date | None]
    """When somebody who was absent was told what had been said of them."""


class Mark(Base):
    """A gate somebody answers for: done by hand on a day, or waived with a reason."""

    __tablename__ = "democratic_life_mark"

    meeting_id: Mapped[int] = mapped_column(
        ForeignKey("democratic_life_meeting.id", ondelete="CASCADE"), primary_key=True
    )
    gate: Mapped[str] = mapped_column(String(32), primary_key=True, info={"words": False})
    is_waived: Mapped[bool]
    day: Mapped[date]
    note: Mapped[str] = mapped_column(String(200))
    by_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    at: Mapped[datetime]
