"""Units: one tree from the health bureau down to the group."""

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, String, and_
from sqlalchemy.orm import Mapped, mapped_column

from intranet.extensions import Ascii, Base


class UnitKind(StrEnum):
    """What a unit is. The hospital carries its own audit chain."""

    BUREAU = "bureau"
    HOSPITAL = "hospital"
    COMMITTEE = "committee"
    DEPARTMENT = "department"
    BRANCH = "branch"
    GROUP = "group"


class Unit(Base):
    """A place in the tree. `path` lists the ids from the root, each followed by a slash: `1/4/9/`."""

    __tablename__ = "core_unit"
    __table_args__ = (CheckConstraint("merged_into_id IS NULL OR closed_on IS NOT NULL", "merged"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Ascii, unique=True)
    name: Mapped[str] = mapped_column(String(100))
    kind: Mapped[UnitKind]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("core_unit.id", ondelete="RESTRICT"), index=True)
    path: Mapped[str] = mapped_column(Ascii, unique=True)
    position: Mapped[int] = mapped_column(default=0)
    closed_on: Mapped[date | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("core_unit.id", ondelete="RESTRICT"))
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    @property
    def line(self) -> list[int]:
        """Ids from the root down to this unit."""
        return [int(part) for part in self.path.split("/") if part]

    def is_under(self, path: str) -> bool:
        """Whether this unit is the one at `path` or below it."""
        return self.path.startswith(path)

    def subtree(self) -> ColumnElement[bool]:
        """The condition on `core_unit` for this unit and all under it: one indexed range."""
        return subtree_of(self.path)


def subtree_of(path: str) -> ColumnElement[bool]:
    """As `Unit.subtree`, for a path. "0" is the character after "/", so the range is exact."""
    return and_(Unit.path >= path, Unit.path < path[:-1] + "0")
