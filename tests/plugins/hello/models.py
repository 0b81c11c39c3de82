"""Notices."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intranet.extensions import Base
from intranet.models import User

MAX_LENGTH = 200


class Notice(Base):
    """A sentence the whole ward should read."""

    __tablename__ = "hello_notice"
    __table_args__ = (CheckConstraint("text <> ''", "text"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("core_unit.id", ondelete="RESTRICT"), index=True)
    text: Mapped[str] = mapped_column(String(MAX_LENGTH))
    posted_by: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    posted_at: Mapped[datetime]

    author: Mapped[User] = relationship(lazy="raise")
