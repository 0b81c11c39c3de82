"""Uploaded lists that nobody has confirmed yet."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intranet.extensions import Base
from intranet.models import User

Rows = list[tuple[int, list[str]]]
"""Number of the row in its sheet, and the cells as text."""


class Draft(Base):
    """The two sheets as they were read. What they would change is worked out whenever it is looked at."""

    __tablename__ = "people_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    file_name: Mapped[str] = mapped_column(String(255))
    units: Mapped[Rows] = mapped_column(JSON)
    people: Mapped[Rows] = mapped_column(JSON)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    created_at: Mapped[datetime] = mapped_column(index=True)

    created_by: Mapped[User] = relationship(lazy="raise")
