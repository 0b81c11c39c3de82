"""Sessions and failed logins."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intranet.extensions import Base
from intranet.models.user import User


class LoginSession(Base):
    """A person is logged in somewhere. The cookie holds the token, this row only its SHA-256."""

    __tablename__ = "core_login_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="CASCADE"), index=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    address: Mapped[str] = mapped_column(String(64))

    user: Mapped[User] = relationship(lazy="raise")


class LoginAttempt(Base):
    """A wrong password. Kept only as long as it counts."""

    __tablename__ = "core_login_attempt"
    __table_args__ = (Index("ix_core_login_attempt_source", "username", "address", "failed_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(64))
    address: Mapped[str] = mapped_column(String(64), index=True)
    failed_at: Mapped[datetime]
