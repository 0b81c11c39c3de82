"""Uploaded ledgers that nobody has confirmed yet."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from intranet.extensions import Base

Cells = dict[str, str]
"""What stands in a row, by the key of its column."""


class LedgerDraft(Base):
    """The rows as they were read; what they would open is worked out whenever it is looked at.

    Seen by whoever uploaded it, nobody else.
    """

    __tablename__ = "rectification_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("core_unit.id", ondelete="RESTRICT"), index=True)
    file_name: Mapped[str] = mapped_column(String(255))
    rows: Mapped[list[tuple[int, Cells]]] = mapped_column(JSON)
    faults: Mapped[list[tuple[int, str]]] = mapped_column(JSON)
    unread: Mapped[list[str]] = mapped_column(JSON)
    created_by: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    created_at: Mapped[datetime] = mapped_column(index=True)
