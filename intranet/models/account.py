"""Sessions and failed logins."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
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
    browser: Mapped[str] = mapped_column(String(200), default="")
    steps: Mapped[str] = mapped_column(String(255), default="")
    """Endpoints to be passed, in their order, before anybody is logged in. Empty: somebody is."""

    user: Mapped[User] = relationship(lazy="raise")


class LoginCount(Base):
    """Wrong passwords since `started_at`, under a keyed hash. `told`: the audit log knows of this window."""

    __tablename__ = "core_login_count"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    started_at: Mapped[datetime]
    tries: Mapped[int]
    told: Mapped[bool]
