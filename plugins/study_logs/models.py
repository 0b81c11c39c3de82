"""Sessions, who was there, who made up for it, what people wrote, and how much they are to study."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from intranet import contracts
from intranet.extensions import Base
from plugins.study_logs.steps import TITLES, Stage
from plugins.study_logs.wording import (
    FORM_TITLES,
    NOTE_TITLES,
    Form,
    MakeupState,
    Mark,
    Measure,
    NoteKind,
    People,
    Sharing,
)

TENTHS = 10
"""Hours of study are kept as tenths: half an hour is exact."""


class Session(Base):
    """学习活动. `planned_on` keeps the day people were told of, `day` is the one it took place."""

    __tablename__ = "study_logs_session"
    __table_args__ = (
        CheckConstraint("length(title) > 0", "title"),
        CheckConstraint("tenths BETWEEN 0 AND 1000", "tenths"),
        CheckConstraint("version > 0", "version"),
        CheckConstraint("(source IS NULL) = (source_key IS NULL)", "source_pair"),
        CheckConstraint("(test_source IS NULL) = (test_key IS NULL)", "test_pair"),
        Index("ix_study_logs_session_unit", "unit_id", "day", "id"),
        Index("ix_study_logs_session_source", "source", "source_key"),
        Index("ix_study_logs_session_test", "test_source", "test_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("core_unit.id", ondelete="RESTRICT"))
    form: Mapped[Form]
    title: Mapped[str] = mapped_column(String(200))
    content: Mapped[str] = mapped_column(Text, default="")
    host: Mapped[str] = mapped_column(String(50), default="")
    clerk: Mapped[str] = mapped_column(String(50), default="")
    speaker: Mapped[str] = mapped_column(String(50), default="")
    speeches: Mapped[str] = mapped_column(Text, default="")
    tenths: Mapped[int] = mapped_column(default=0)
    day: Mapped[date]
    planned_on: Mapped[date]
    makeup_due_on: Mapped[date | None]
    with_leaders: Mapped[bool] = mapped_column(default=False)
    stage: Mapped[Stage] = mapped_column(default=Stage.PLANNED)
    version: Mapped[int] = mapped_column(default=1)
    opened_by: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    opened_at: Mapped[datetime]
    source: Mapped[str | None] = mapped_column(String(64))
    source_key: Mapped[str | None] = mapped_column(String(200))
    source_url: Mapped[str | None] = mapped_column(String(500))
    source_title: Mapped[str | None] = mapped_column(String(500))
    test_source: Mapped[str | None] = mapped_column(String(64))
    test_key: Mapped[str | None] = mapped_column(String(200))
    test_title: Mapped[str | None] = mapped_column(String(500))

    @property
    def form_title(self) -> contracts.Text:
        return FORM_TITLES[self.form]

    @property
    def stage_title(self) -> contracts.Text:
        return TITLES[self.stage]

    @property
    def hours(self) -> float:
        return self.tenths / TENTHS


class Sitting(Base):
    """场次: where and when. Shift work needs several; whoever was at one of them was at the session.

    The codes on the wall are made from `secret`; they open from `open_from` until `open_until`.
    """

    __tablename__ = "study_logs_sitting"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", "times"),
        CheckConstraint("(secret = '') = (open_until IS NULL)", "window"),
        Index("ix_study_logs_sitting_session", "session_id", "starts_at"),
        Index("ix_study_logs_sitting_open", "open_until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("study_logs_session.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(String(100), default="")
    secret: Mapped[str] = mapped_column(String(64), default="")
    open_from: Mapped[datetime | None]
    open_until: Mapped[datetime | None]

    def is_open(self, now: datetime) -> bool:
        """Whether its codes are good."""
        return self.is_given(now) and bool(self.open_from and self.open_from <= now)

    def is_given(self, now: datetime) -> bool:
        """Whether its codes are good, or will be without another word."""
        return self.open_until is not None and now < self.open_until


class Invited(Base):
    """受邀单位: its people, and those of the units under it, are expected."""

    __tablename__ = "study_logs_invited"

    session_id: Mapped[int] = mapped_column(
        ForeignKey("study_logs_session.id", ondelete="CASCADE"), primary_key=True
    )
    unit_id: Mapped[int] = mapped_column(
        ForeignKey("core_unit.id", ondelete="RESTRICT"), primary_key=True, index=True
    )


class Attendance(Base):
    """One person on the roster, once, whatever the number of sittings. `unit_id`: whose person it is."""

    __tablename__ = "study_logs_attendance"
    __table_args__ = (
        UniqueConstraint("session_id", "user_id"),
        CheckConstraint("mark IS NOT NULL OR signed_at IS NULL", "signed"),
        CheckConstraint("version > 0", "version"),
        Index("ix_study_logs_attendance_user", "user_id", "session_id"),
        Index("ix_study_logs_attendance_unit", "unit_id", "session_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("study_logs_session.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("core_unit.id", ondelete="RESTRICT"))
    sitting_id: Mapped[int | None] = mapped_column(ForeignKey("study_logs_sitting.id", ondelete="SET NULL"))
    mark: Mapped[Mark | None]
    reason: Mapped[str] = mapped_column(String(200), default="")
    approver: Mapped[str] = mapped_column(String(50), default="")
    by_hand: Mapped[bool] = mapped_column(default=False)
    signed_at: Mapped[datetime | None]
    marked_by: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    marked_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)


class Makeup(Base):
    """补课: what an absentee owes, until a recorder has confirmed it or let it go."""

    __tablename__ = "study_logs_makeup"
    __table_args__ = (
        UniqueConstraint("attendance_id"),
        CheckConstraint("state NOT IN ('returned', 'excused') OR reason <> ''", "reason"),
        CheckConstraint("state NOT IN ('confirmed', 'excused') OR decided_by IS NOT NULL", "decided"),
        Index("ix_study_logs_makeup_state", "state", "attendance_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attendance_id: Mapped[int] = mapped_column(ForeignKey("study_logs_attendance.id", ondelete="CASCADE"))
    state: Mapped[MakeupState] = mapped_column(default=MakeupState.OWED)
    due_on: Mapped[date]
    note: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(String(200), default="")
    handed_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    decided_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)


class Note(Base):
    """读书笔记, 心得体会. It counts from `done_on`; before that, or unshared, only its owner reads it."""

    __tablename__ = "study_logs_note"
    __table_args__ = (
        CheckConstraint("version > 0", "version"),
        Index("ix_study_logs_note_owner", "owner_id", "done_on"),
        Index("ix_study_logs_note_unit", "unit_id", "done_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("core_unit.id", ondelete="RESTRICT"))
    owner_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    kind: Mapped[NoteKind]
    title: Mapped[str] = mapped_column(String(200), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    shared: Mapped[bool] = mapped_column(default=False)
    others_read: Mapped[bool] = mapped_column(default=False)
    """Settled when it is finished: no rule of later opens what was written for its owner alone."""
    done_on: Mapped[date | None]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    @property
    def kind_title(self) -> contracts.Text:
        return NOTE_TITLES[self.kind]


class Target(Base):
    """指标 for the people of a unit and all under it. Without an amount it only counts: 不作硬性规定."""

    __tablename__ = "study_logs_target"
    __table_args__ = (
        CheckConstraint("length(title) > 0", "title"),
        CheckConstraint("ends_on >= starts_on", "dates"),
        CheckConstraint("amount IS NULL OR amount > 0", "amount"),
        Index("ix_study_logs_target_unit", "unit_id", "ends_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("core_unit.id", ondelete="RESTRICT"))
    title: Mapped[str] = mapped_column(String(100))
    measure: Mapped[Measure]
    people: Mapped[People]
    form: Mapped[Form | None]
    amount: Mapped[int | None]
    """In tenths, whatever is counted."""
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    version: Mapped[int] = mapped_column(default=1)


class Rules(Base):
    """What a unit has settled for itself and those under it; the nearest word upwards counts."""

    __tablename__ = "study_logs_rules"
    __table_args__ = (
        CheckConstraint("makeup_days BETWEEN 1 AND 90", "makeup_days"),
        CheckConstraint("makeup_signs BETWEEN 0 AND 5000", "makeup_signs"),
        CheckConstraint("late_minutes BETWEEN 0 AND 120", "late_minutes"),
        CheckConstraint("code_seconds BETWEEN 15 AND 3600", "code_seconds"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("core_unit.id", ondelete="RESTRICT"), unique=True)
    sharing: Mapped[Sharing] = mapped_column(default=Sharing.CHOICE)
    makeup_days: Mapped[int] = mapped_column(default=14)
    makeup_signs: Mapped[int] = mapped_column(default=200)
    late_minutes: Mapped[int] = mapped_column(default=10)
    code_seconds: Mapped[int] = mapped_column(default=60)
    version: Mapped[int] = mapped_column(default=1)


class Event(Base):
    """One step of a session: who, when, to which stage, why. Only ever added."""

    __tablename__ = "study_logs_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(
        ForeignKey("study_logs_session.id", ondelete="CASCADE"), index=True
    )
    at: Mapped[datetime]
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    stage: Mapped[Stage]
    note: Mapped[str] = mapped_column(Text, default="")

    @property
    def stage_title(self) -> contracts.Text:
        return TITLES[self.stage]
