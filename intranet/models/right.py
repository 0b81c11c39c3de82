"""Who belongs where, and who may do what."""

from datetime import date

from sqlalchemy import (
    BindParameter,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    String,
    UniqueConstraint,
    and_,
    or_,
)
from sqlalchemy.orm import Mapped, mapped_column

from intranet.contracts import Role
from intranet.extensions import Base


class Dated:
    """Counts from its first day to its last, both included; a missing one leaves that side open."""

    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]

    @classmethod
    def in_force(cls, today: date | BindParameter[date]) -> ColumnElement[bool]:
        """The condition for what counts on this day."""
        return and_(
            or_(cls.starts_on.is_(None), cls.starts_on <= today),
            or_(cls.ends_on.is_(None), cls.ends_on >= today),
        )


class Membership(Dated, Base):
    """A person works in a unit, with a title. One person may belong to several: department and branch."""

    __tablename__ = "core_membership"
    __table_args__ = (UniqueConstraint("user_id", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("core_unit.id", ondelete="RESTRICT"), index=True)
    title: Mapped[str] = mapped_column(String(50), default="")


class Grant(Dated, Base):
    """A role over a unit and all under it."""

    __tablename__ = "core_grant"
    __table_args__ = (
        UniqueConstraint("user_id", "unit_id", "role"),
        CheckConstraint("ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on", "dates"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("core_unit.id", ondelete="RESTRICT"), index=True)
    role: Mapped[Role]


class RolePermission(Base):
    """The security administrator's word on a permission, against the plugin's default."""

    __tablename__ = "core_role_permission"

    permission: Mapped[str] = mapped_column(String(100), primary_key=True)
    role: Mapped[Role] = mapped_column(primary_key=True)
    allowed: Mapped[bool]
