"""The plan of a unit: its phases, activities, the units' duties, and what is still a draft."""

import re
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intranet.extensions import Base
from intranet.models import Unit, User

FULL_DATES = re.compile(r"[\d年月日\s]+([至到—-]+[\d年月日\s]+)?")
IN_ORDER = "start_on IS NULL OR end_on IS NULL OR end_on >= start_on"


class DutyState(StrEnum):
    """How far a unit is with its part of an activity."""

    ASSIGNED = "assigned"
    REPORTED = "reported"
    CONFIRMED = "confirmed"
    RETURNED = "returned"


OPEN = (DutyState.ASSIGNED, DutyState.RETURNED)
"""The unit has to act."""


class Decision(StrEnum):
    """What became of a problem of the plan that was handed over."""

    OPENED = "opened"
    MERGED = "merged"
    DECLINED = "declined"


class Plan(Base):
    """实施方案: the one plan a unit follows, and with it every unit below that has none of its own.

    A plan is concluded (结束) before the unit's next campaign begins; it stays readable for ever.
    """

    __tablename__ = "campaign_plan"
    __table_args__ = (
        CheckConstraint("(concluded_at IS NULL) = (concluded_by_id IS NULL)", "concluded"),
        Index(
            "uq_campaign_plan_current",
            "unit_id",
            unique=True,
            sqlite_where=text("concluded_at IS NULL"),
            postgresql_where=text("concluded_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("core_unit.id", ondelete="RESTRICT"), index=True)
    title: Mapped[str] = mapped_column(String(300))
    year: Mapped[int | None]
    year_basis: Mapped[str] = mapped_column(Text, default="")
    file_name: Mapped[str] = mapped_column(String(255), default="")
    source_text: Mapped[str] = mapped_column(Text, default="", deferred=True)
    revision: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=1)
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    changed_at: Mapped[datetime]
    concluded_by_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    concluded_at: Mapped[datetime | None]

    unit: Mapped[Unit] = relationship(lazy="raise", viewonly=True)
    changed_by: Mapped[User] = relationship(lazy="raise", foreign_keys=[changed_by_id])
    concluded_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[concluded_by_id])


class Phase(Base):
    """环节: none to many, they may overlap or have no dates."""

    __tablename__ = "campaign_phase"
    __table_args__ = (CheckConstraint(IN_ORDER, "dates"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("campaign_plan.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(Text)
    time_text: Mapped[str] = mapped_column(Text, default="")
    start_on: Mapped[date | None]
    end_on: Mapped[date | None]
    position: Mapped[int] = mapped_column(default=0)


class Activity(Base):
    """活动: a row of the schedule. Cancelled with a reason; other states follow from dates and duties."""

    __tablename__ = "campaign_activity"
    __table_args__ = (
        CheckConstraint(IN_ORDER, "dates"),
        CheckConstraint(
            "actual_start_on IS NULL OR actual_end_on IS NULL OR actual_end_on >= actual_start_on",
            "actual_dates",
        ),
        CheckConstraint("cancelled_reason IS NULL OR cancelled_reason <> ''", "reason"),
        Index("ix_campaign_activity_order", "plan_id", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("campaign_plan.id", ondelete="CASCADE"))
    phase_id: Mapped[int | None] = mapped_column(
        ForeignKey("campaign_phase.id", ondelete="SET NULL"), index=True
    )
    row: Mapped[int | None]
    title: Mapped[str] = mapped_column(Text)
    time_text: Mapped[str] = mapped_column(Text, default="")
    units_text: Mapped[str] = mapped_column(Text, default="")
    start_on: Mapped[date | None]
    end_on: Mapped[date | None]
    actual_start_on: Mapped[date | None]
    actual_end_on: Mapped[date | None]
    cancelled_reason: Mapped[str | None] = mapped_column(Text)
    added_by_hand: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    changed_at: Mapped[datetime]

    plan: Mapped[Plan] = relationship(lazy="raise")
    phase: Mapped[Phase | None] = relationship(lazy="raise")
    changed_by: Mapped[User] = relationship(lazy="raise")

    @property
    def unit_names(self) -> list[str]:
        """The responsible units one by one, in the plan's words."""
        return self.units_text.split("、") if self.units_text else []

    @property
    def own_words(self) -> str:
        """The plan's words for the time, where they say more than the dates do."""
        return "" if FULL_DATES.fullmatch(self.time_text) else self.time_text


class Adjustment(Base):
    """调整: the dates of an activity moved. Kept for ever, with who agreed and why."""

    __tablename__ = "campaign_adjustment"

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(
        ForeignKey("campaign_activity.id", ondelete="CASCADE"), index=True
    )
    was_start_on: Mapped[date | None]
    was_end_on: Mapped[date | None]
    start_on: Mapped[date | None]
    end_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(Text)
    approved_by: Mapped[str] = mapped_column(String(100), default="")
    revision: Mapped[int]
    by_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    at: Mapped[datetime]

    by: Mapped[User] = relationship(lazy="raise")


class Duty(Base):
    """任务: what one unit owes to one activity; reported by the unit, confirmed or returned by the office."""

    __tablename__ = "campaign_duty"
    __table_args__ = (
        UniqueConstraint("activity_id", "unit_id"),
        CheckConstraint("state <> 'returned' OR return_reason <> ''", "return_reason"),
        CheckConstraint("state NOT IN ('reported', 'confirmed') OR reported_at IS NOT NULL", "reported"),
        Index("ix_campaign_duty_unit_state", "unit_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("campaign_activity.id", ondelete="CASCADE"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("core_unit.id", ondelete="RESTRICT"))
    state: Mapped[DutyState] = mapped_column(default=DutyState.ASSIGNED)
    note: Mapped[str] = mapped_column(Text, default="")
    done_on: Mapped[date | None]
    reported_by_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    reported_at: Mapped[datetime | None]
    return_reason: Mapped[str] = mapped_column(Text, default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    decided_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    activity: Mapped[Activity] = relationship(lazy="raise")
    unit: Mapped[Unit] = relationship(lazy="raise", viewonly=True)
    reported_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[reported_by_id])
    decided_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[decided_by_id])


class Rectification(Base):
    """整改事项 found in a plan, handed over to whoever takes up problems; what they decided is noted once."""

    __tablename__ = "campaign_rectification"
    __table_args__ = (
        CheckConstraint(IN_ORDER, "dates"),
        CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", "decided"),
        CheckConstraint("decision <> 'declined' OR decision_reason <> ''", "decision_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("campaign_plan.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(Text)
    time_text: Mapped[str] = mapped_column(Text, default="")
    units_text: Mapped[str] = mapped_column(Text, default="")
    start_on: Mapped[date | None]
    end_on: Mapped[date | None]
    position: Mapped[int] = mapped_column(default=0)
    found_at: Mapped[datetime]
    decision: Mapped[Decision | None]
    decision_reason: Mapped[str] = mapped_column(Text, default="")
    decision_url: Mapped[str] = mapped_column(String(500), default="", info={"words": False})
    decided_at: Mapped[datetime | None]

    @property
    def unit_names(self) -> list[str]:
        """The responsible units one by one, in the plan's words."""
        return self.units_text.split("、") if self.units_text else []


class Draft(Base):
    """An uploaded plan nobody has confirmed yet: the file, its text, what was understood and edited."""

    __tablename__ = "campaign_draft"
    __table_args__ = (CheckConstraint("(confirmed_at IS NULL) = (confirmed_by_id IS NULL)", "confirmed"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("core_unit.id", ondelete="RESTRICT"), index=True)
    file_name: Mapped[str] = mapped_column(String(255))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    text: Mapped[str] = mapped_column(Text)
    proposal: Mapped[dict[str, Any]] = mapped_column(JSON)
    year: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    created_at: Mapped[datetime] = mapped_column(index=True)
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    changed_at: Mapped[datetime]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    confirmed_at: Mapped[datetime | None]

    created_by: Mapped[User] = relationship(lazy="raise", foreign_keys=[created_by_id])
    changed_by: Mapped[User] = relationship(lazy="raise", foreign_keys=[changed_by_id])
    confirmed_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[confirmed_by_id])


class Brief(Base):
    """一周进度 of a unit: written by the office, read by everybody below once it is published."""

    __tablename__ = "campaign_brief"
    __table_args__ = (
        UniqueConstraint("unit_id", "week"),
        CheckConstraint("length(text) > 0", "text"),
        CheckConstraint("(published_at IS NULL) = (published_by_id IS NULL)", "published"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("core_unit.id", ondelete="RESTRICT"))
    week: Mapped[date]
    """Its Monday."""
    text: Mapped[str] = mapped_column(Text)
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    changed_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    published_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    unit: Mapped[Unit] = relationship(lazy="raise", viewonly=True)
    changed_by: Mapped[User] = relationship(lazy="raise", foreign_keys=[changed_by_id])
    published_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[published_by_id])

    @property
    def last_day(self) -> date:
        return self.week + timedelta(days=6)


class Alias(Base):
    """What a plan calls a unit, remembered per hospital. Without a target: a group of people, no unit."""

    __tablename__ = "campaign_alias"
    __table_args__ = (UniqueConstraint("unit_id", "name", "target_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("core_unit.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Text)
    target_id: Mapped[int | None] = mapped_column(ForeignKey("core_unit.id", ondelete="CASCADE"))
