"""The audit chain: one a hospital, so that hospitals do not wait for each other."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from intranet.extensions import Base

SITE_CHAIN = 0
"""Chain of what belongs to no hospital: logins, the bureau's own acts."""


class AuditHead(Base):
    """The end of a chain. Its row is the lock: who appends holds it until the commit."""

    __tablename__ = "core_audit_head"

    chain: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


class AuditCheck(Base):
    """When a chain was last read from end to end. `broken_at`: the first entry missing or changed.

    `number` and `hash` are the last entry of the last time it held; a chain without it has lost its tail.
    """

    __tablename__ = "core_audit_check"

    chain: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    checked_at: Mapped[datetime]
    number: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    broken_at: Mapped[int | None]


class AuditEntry(Base):
    """Who did what, when, to what. Each entry's hash covers the one before it."""

    __tablename__ = "core_audit_entry"
    __table_args__ = (
        UniqueConstraint("chain", "number"),
        Index("ix_core_audit_entry_actor", "actor_id", "at"),
        Index("ix_core_audit_entry_unit", "unit_id", "at"),
        Index("ix_core_audit_entry_action", "action", "at"),
        Index("ix_core_audit_entry_subject", "subject", "at"),
        Index("ix_core_audit_entry_address", "address", "at"),
        Index("ix_core_audit_entry_at", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    chain: Mapped[int]
    number: Mapped[int]
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("core_unit.id", ondelete="RESTRICT"))
    action: Mapped[str] = mapped_column(String(100))
    subject: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(64))
    detail: Mapped[dict[str, str]] = mapped_column(JSON)
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class AuditSegment(Base):
    """What stays of entries deleted after their time: the ends the chain goes on from, signed.

    A trigger lets an entry be deleted only where a segment covers it, and no segment be changed.
    """

    __tablename__ = "core_audit_segment"

    chain: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    first: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    signature: Mapped[str] = mapped_column(String(64))
