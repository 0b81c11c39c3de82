"""What is set for the board of a unit, and the filters kept on it."""

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from intranet.extensions import Base


class Board(Base):
    """What a unit has set for its board. A number that is not set is that of the unit above.

    `limits`: by stage how many cards may be in it at most, and whether one more is refused.
    """

    __tablename__ = "rectification_board"
    __table_args__ = (CheckConstraint("amber_days >= 0 AND stay_days > 0", "days"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("core_unit.id", ondelete="RESTRICT"), unique=True)
    amber_days: Mapped[int | None]
    stay_days: Mapped[int | None]
    limits: Mapped[dict[str, tuple[int, bool]]] = mapped_column(JSON, default=dict)
    version: Mapped[int] = mapped_column(default=1)


class SavedFilter(Base):
    """What a person wants to see again on this board; of nobody: for all of the unit."""

    __tablename__ = "rectification_filter"
    __table_args__ = (
        CheckConstraint("length(name) > 0", "name"),
        Index("ix_rectification_filter_unit", "unit_id", "user_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("core_unit.id", ondelete="RESTRICT"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(30))
    words: Mapped[str] = mapped_column(String(2000))
    """As they stand in the address behind "?"."""
    version: Mapped[int] = mapped_column(default=1)
