"""People."""

from datetime import datetime

from flask_login import UserMixin
from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from intranet.extensions import Base


class User(Base, UserMixin):
    """A person with an account. Never deleted: what they did must keep its author."""

    __tablename__ = "core_user"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(50))
    password_hash: Mapped[str] = mapped_column(String(255))
    language: Mapped[str | None] = mapped_column(String(8))
    disabled: Mapped[bool] = mapped_column(default=False)
    password_set_at: Mapped[datetime | None]
    first_until: Mapped[datetime | None]
    """The password is one an administrator handed out: until then it opens the page to choose another."""
    old_passwords: Mapped[list[str]] = mapped_column(JSON, default=list, deferred=True)
