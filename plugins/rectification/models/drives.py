"""专项整治: cards taken together for one purpose."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from intranet.extensions import Base


class Drive(Base):
    """A special campaign of a unit, for its cards and those of the units under it. Closed, never deleted."""

    __tablename__ = "rectification_drive"
    __table_args__ = (
        CheckConstraint("length(name) > 0", "name"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", "dates"),
        UniqueConstraint("unit_id", "name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("core_unit.id", ondelete="RESTRICT"))
    name: Mapped[str] = mapped_column(String(40))
    basis: Mapped[str] = mapped_column(String(500), default="")
    leading_id: Mapped[int] = mapped_column(ForeignKey("core_unit.id", ondelete="RESTRICT"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)


class DriveCard(Base):
    """A card in a special campaign; a card may be in any number of them."""

    __tablename__ = "rectification_drive_card"

    drive_id: Mapped[int] = mapped_column(
        ForeignKey("rectification_drive.id", ondelete="CASCADE"), primary_key=True
    )
    card_id: Mapped[int] = mapped_column(
        ForeignKey("rectification_card.id", ondelete="CASCADE"), primary_key=True, index=True
    )
