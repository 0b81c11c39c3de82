"""What the last comparison with the heads outside found."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from intranet.extensions import Base

FILE = -1
"""The chain under which the lines of the file itself stand."""


class Outside(Base):
    """One chain against the heads outside. `broken_at`: the first entry missing or another one.

    Of the file itself `number` and `hash` are its last line and signature: one that has lost lines, or is
    gone, shows at the next comparison, for good.
    """

    __tablename__ = "audit_trail_outside"

    chain: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    checked_at: Mapped[datetime]
    number: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    broken_at: Mapped[int | None]
