"""Every backup that was begun, what became of it, and whether the recovery key is on paper."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intranet.extensions import Base
from intranet.models import User


class State(StrEnum):
    """What became of a backup. GOOD: it was read again to its end."""

    RUNNING = "running"
    GOOD = "good"
    FAILED = "failed"
    REMOVED = "removed"


class Cause(StrEnum):
    """Who wanted it."""

    SCHEDULE = "schedule"
    PAGE = "page"
    COMMAND = "command"


class Backup(Base):
    """One backup. `fault` and `trial_fault` are codes of `faults.Fault`, empty when all went well."""

    __tablename__ = "backups_backup"
    __table_args__ = (
        CheckConstraint("state NOT IN ('good', 'removed') OR sha256 <> ''", "hash"),
        CheckConstraint("state <> 'failed' OR fault <> ''", "fault"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(String(1000))
    state: Mapped[State] = mapped_column(default=State.RUNNING, index=True)
    cause: Mapped[Cause]
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    sha256: Mapped[str] = mapped_column(String(64), default="", index=True)
    rows: Mapped[int] = mapped_column(BigInteger, default=0)
    files: Mapped[int] = mapped_column(default=0)
    fault: Mapped[str] = mapped_column(String(32), default="")
    verified_at: Mapped[datetime | None]
    trial_begun_at: Mapped[datetime | None]
    tried_at: Mapped[datetime | None]
    trial_fault: Mapped[str] = mapped_column(String(32), default="")

    person: Mapped[User | None] = relationship(lazy="raise")


class RecoveryKey(Base):
    """Somebody typed the key with this fingerprint from paper, and it was right."""

    __tablename__ = "backups_recovery_key"

    fingerprint: Mapped[str] = mapped_column(String(16), primary_key=True)
    checked_at: Mapped[datetime]
