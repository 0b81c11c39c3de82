"""Who belongs where, and who may do what."""

from datetime import date
from typing import cast

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
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column

from intranet.contracts import ADMINISTRATORS, Role
from intranet.extensions import Base

IN_ORDER = "ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on"
APART = ("user_id", "administers"), ("core_user.id", "core_user.administers")
"""The person's account is what the row says: no administrator's, or this administrator's and no other."""


def _administers(context: DefaultExecutionContext) -> str:
    role = cast("Role", context.get_current_parameters()["role"])  # type: ignore[no-untyped-call]
    return str(role) if role in ADMINISTRATORS else ""


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
    __table_args__ = (
        UniqueConstraint("user_id", "unit_id"),
        ForeignKeyConstraint(*APART, "fk_core_membership_apart", ondelete="RESTRICT"),
        CheckConstraint(IN_ORDER, "dates"),
        CheckConstraint("administers = ''", "apart"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("core_unit.id", ondelete="RESTRICT"), index=True)
    title: Mapped[str] = mapped_column(String(50), default="")
    administers: Mapped[str] = mapped_column(String(32), default="", server_default="")
    version: Mapped[int] = mapped_column(default=1, server_default="1")


class Grant(Dated, Base):
    """A role over a unit and all under it; `for_user_id`: held in this person's place while they are away."""

    __tablename__ = "core_grant"
    __table_args__ = (
        UniqueConstraint("user_id", "unit_id", "role"),
        ForeignKeyConstraint(*APART, "fk_core_grant_apart", ondelete="RESTRICT"),
        CheckConstraint(IN_ORDER, "dates"),
        CheckConstraint(
            "administers = CASE WHEN role IN ('system', 'security', 'audit') THEN role ELSE '' END", "apart"
        ),
        CheckConstraint(
            "for_user_id IS NULL OR (for_user_id <> user_id AND administers = '' "
            "AND starts_on IS NOT NULL AND ends_on IS NOT NULL)",
            "stand_in",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("core_unit.id", ondelete="RESTRICT"), index=True)
    role: Mapped[Role]
    for_user_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    administers: Mapped[str] = mapped_column(String(32), default=_administers, server_default="")
    version: Mapped[int] = mapped_column(default=1, server_default="1")


class RolePermission(Base):
    """The security administrator's word on a permission, against the plugin's default."""

    __tablename__ = "core_role_permission"

    permission: Mapped[str] = mapped_column(String(100), primary_key=True)
    role: Mapped[Role] = mapped_column(primary_key=True)
    allowed: Mapped[bool]
