"""Who has a calendar feed."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intranet.extensions import Base
from intranet.models import User


class Feed(Base):
    """The secret address of one person's deadlines: of its token only the SHA-256 is kept, as of a login."""

    __tablename__ = "calendar_feed"

    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="CASCADE"), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    titles: Mapped[bool]
    """Titles are sent; else only how many deadlines a day has."""
    made_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    user: Mapped[User] = relationship(lazy="raise")
