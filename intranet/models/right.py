"""Who belongs where, and who may do what."""

from datetime import date

from sqlalchemy import (
    BindParameter,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    String,
    UniqueConstraint,
    and_,
    or_,
)
from sqlalchemy.orm import Mapped, mapped_column

from intranet.contracts import Role
from intranet.extensions import Base

IN_ORDER = "ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on"
IS_APART = "administers = CASE WHEN role IN ('system', 'security', 'audit') THEN role ELSE '' END"
STANDS_IN = "for_user_id IS NULL OR for_user_id <> user_id AND starts_on IS NOT NULL AND ends_on IS NOT NULL"
APART = ("user_id", "administers"), ("core_user.id", "core_user.administers")
"""The account is what the row says, this administrator's or none's: nobody can be both, whoever writes."""


class Dated:
    """A person in a unit, from the first day to the last, both included; a missing one leaves it open."""

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("core_unit.id", ondelete="RESTRICT"), index=True)
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    administers: Mapped[str] = mapped_column(String(32), default="", server_default="")
    version: Mapped[int] = mapped_column(default=1, server_default="1")

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
    __table_args__ = (
        UniqueConstraint("user_id", "unit_id"),
        ForeignKeyConstraint(*APART, "fk_core_membership_apart", ondelete="RESTRICT"),
        CheckConstraint(IN_ORDER, "dates"),
        CheckConstraint("administers = ''", "apart"),
    )

    title: Mapped[str] = mapped_column(String(50), default="")


class Grant(Dated, Base):
    """A role over a unit and all under it; `for_user_id`: held while this person is away."""

    __tablename__ = "core_grant"
    __table_args__ = (
        UniqueConstraint("user_id", "unit_id", "role"),
        ForeignKeyConstraint(*APART, "fk_core_grant_apart", ondelete="RESTRICT"),
        CheckConstraint(IN_ORDER, "dates"),
        CheckConstraint(IS_APART, "apart"),
        CheckConstraint(STANDS_IN, "stand_in"),
    )

    role: Mapped[Role]
    for_user_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))


class RolePermission(Base):
    """The security administrator's word on a permission, against the plugin's default."""

    __tablename__ = "core_role_permission"

    permission: Mapped[str] = mapped_column(String(100), primary_key=True)
    role: Mapped[Role] = mapped_column(primary_key=True)
    allowed: Mapped[bool]
