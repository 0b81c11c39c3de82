"""Which plugins are on where, when their jobs ran, and what can be found in them."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from intranet.extensions import Base


class UnitPlugin(Base):
    """A unit's word on a plugin; a unit without a row takes its parent's. `locked`: binds all below."""

    __tablename__ = "core_unit_plugin"

    unit_id: Mapped[int] = mapped_column(ForeignKey("core_unit.id", ondelete="CASCADE"), primary_key=True)
    plugin: Mapped[str] = mapped_column(String(64), primary_key=True)
    enabled: Mapped[bool]
    locked: Mapped[bool] = mapped_column(default=False)
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    changed_at: Mapped[datetime]


class JobRun(Base):
    """The last run of one job. `claimed_at` set: a process is at it; `counts` fill the job's own sentence."""

    __tablename__ = "core_job_run"

    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    due_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    error: Mapped[str] = mapped_column(Text, default="")


class SearchRow(Base):
    """A record that can be found; a higher id is newer. The database keeps `search_index` by it."""

    __tablename__ = "core_search_entry"
    __table_args__ = (UniqueConstraint("kind", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(100))
    key: Mapped[str] = mapped_column(String(200))
    unit_id: Mapped[int] = mapped_column(ForeignKey("core_unit.id", ondelete="RESTRICT"))
    title: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    in_title: Mapped[str] = mapped_column(Text)
    in_text: Mapped[str] = mapped_column(Text)
