"""People."""

from datetime import datetime

from flask_login import UserMixin
from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from intranet.extensions import Ascii, Base


class User(Base, UserMixin):
    """A person with an account. Never deleted: what they did must keep its author.

    `administers`: which of the three administrators this account is, for good; empty: none of them.
    """

    __tablename__ = "core_user"
    __table_args__ = (Index("uq_core_user_administers", "id", "administers", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(50))
    pinyin: Mapped[str] = mapped_column(Ascii, default="", server_default="")
    initials: Mapped[str] = mapped_column(Ascii, default="", server_default="")
    password_hash: Mapped[str] = mapped_column(String(255))
    language: Mapped[str | None] = mapped_column(String(8))
    disabled: Mapped[bool] = mapped_column(default=False)
    administers: Mapped[str] = mapped_column(String(32), default="", server_default="")
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    password_set_at: Mapped[datetime | None]
    first_until: Mapped[datetime | None]
    """The password is one an administrator handed out: until then it opens the page to choose another."""
    old_passwords: Mapped[list[str]] = mapped_column(JSON, default=list, deferred=True)
