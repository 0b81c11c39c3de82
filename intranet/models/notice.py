"""What people are told, and the days that are not what their weekday says."""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from intranet.extensions import Base


class Notice(Base):
    """One person is told one thing, once a `key`. `kind` names its plugin's words, `values` fill them."""

    __tablename__ = "core_notice"
    __table_args__ = (
        UniqueConstraint("user_id", "key"),
        Index("ix_core_notice_reader", "user_id", "read_at", "unit_id", "plugin"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("core_unit.id", ondelete="RESTRICT"))
    plugin: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(100))
    values: Mapped[dict[str, str]] = mapped_column(JSON)
    url: Mapped[str] = mapped_column(String(500), index=True)
    key: Mapped[str] = mapped_column(String(600))
    created_at: Mapped[datetime] = mapped_column(index=True)
    read_at: Mapped[datetime | None]


class SpecialDay(Base):
    """A weekday nobody works, or a day of the weekend everybody works."""

    __tablename__ = "core_special_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    works: Mapped[bool]
