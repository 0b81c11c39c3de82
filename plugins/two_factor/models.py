"""Whose telephone makes codes, what they can use without it, and who must have one."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from intranet.contracts import Role
from intranet.extensions import Base


class Device(Base):
    """A person's authenticator, confirmed with a first code. The key to its secret is not in the database."""

    __tablename__ = "two_factor_device"

    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="CASCADE"), primary_key=True)
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    last_step: Mapped[int]
    """The newest half minute whose code has been used: it and all before it are worth nothing."""
    confirmed_at: Mapped[datetime]


class RecoveryCode(Base):
    """Used once instead of the telephone, then deleted. Only a keyed hash is kept."""

    __tablename__ = "two_factor_recovery_code"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="CASCADE"), index=True)


class Demand(Base):
    """Whoever has this role anywhere must use a second factor."""

    __tablename__ = "two_factor_demand"

    role: Mapped[Role] = mapped_column(primary_key=True)
