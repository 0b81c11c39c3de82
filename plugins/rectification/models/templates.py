"""A board kept as a template, and the rounds that were begun from it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from intranet.extensions import Base


class Template(Base):
    """How a board is set, and what its cards are about: without people, history and evidence.

    For the unit and those under it; `shared`: for those beside it too.
    """

    __tablename__ = "rectification_template"
    __table_args__ = (
        CheckConstraint("length(name) > 0", "name"),
        UniqueConstraint("unit_id", "name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("core_unit.id", ondelete="RESTRICT"))
    name: Mapped[str] = mapped_column(String(30))
    shared: Mapped[bool] = mapped_column(default=False)
    settings: Mapped[dict[str, Any]] = mapped_column(JSON, info={"words": False})
    bones: Mapped[list[dict[str, Any]]] = mapped_column(JSON, info={"words": False})
    made_by: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    made_at: Mapped[datetime]


class Beginning(Base):
    """A round that a unit has begun from a template: one for each day it begins on."""

    __tablename__ = "rectification_beginning"
    __table_args__ = (UniqueConstraint("template_id", "unit_id", "starts_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    template_id: Mapped[int] = mapped_column(ForeignKey("rectification_template.id", ondelete="CASCADE"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("core_unit.id", ondelete="RESTRICT"), index=True)
    starts_on: Mapped[date]
    cards: Mapped[int]
    begun_by: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    begun_at: Mapped[datetime]
