"""Which plugins are on where, what their jobs did, and what can be found in them."""

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


class DueJob(Base):
    """When a job is due. `run_id` set: that run is at it since `claimed_at`, and nobody else may end it."""

    __tablename__ = "core_due_job"

    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    due_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    run_id: Mapped[int | None]


class JobRun(Base):
    """One run of a job. Without an end it is at work or was cut off; `counts` fill the job's sentence."""

    __tablename__ = "core_job_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    job: Mapped[str] = mapped_column(String(100), index=True)
    started_at: Mapped[datetime]
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
