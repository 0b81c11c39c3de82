"""What people hang on a card: comments, links to other cards and addresses, watchers, own fields."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from intranet.extensions import Base
from plugins.rectification.wording import FieldKind, Tie


class Comment(Base):
    """What somebody says about a card. Taken back, its words are gone; that it was there stays."""

    __tablename__ = "rectification_comment"
    __table_args__ = (
        CheckConstraint("(removed_at IS NULL) = (length(text) > 0)", "text"),
        Index("ix_rectification_comment_card", "card_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("rectification_card.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    at: Mapped[datetime]
    text: Mapped[str] = mapped_column(Text)
    edited_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)


class Link(Base):
    """From a card to another one, or to an address elsewhere. Read both ways, written once."""

    __tablename__ = "rectification_link"
    __table_args__ = (
        UniqueConstraint("card_id", "tie", "other_id"),
        CheckConstraint("card_id <> other_id", "other"),
        CheckConstraint(
            "(tie = 'outside') = (url IS NOT NULL) AND (tie = 'outside') = (other_id IS NULL)", "end"
        ),
        Index("ix_rectification_link_other", "other_id", "card_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("rectification_card.id", ondelete="CASCADE"))
    tie: Mapped[Tie]
    other_id: Mapped[int | None] = mapped_column(ForeignKey("rectification_card.id", ondelete="CASCADE"))
    url: Mapped[str | None] = mapped_column(String(500))
    title: Mapped[str] = mapped_column(String(200), default="")
    added_by: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    added_at: Mapped[datetime]


class Watch(Base):
    """关注: this person is told what becomes of the card."""

    __tablename__ = "rectification_watch"

    card_id: Mapped[int] = mapped_column(
        ForeignKey("rectification_card.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        ForeignKey("core_user.id", ondelete="RESTRICT"), primary_key=True, index=True
    )


class Field(Base):
    """A field a unit adds to its cards and to those of the units under it. Retired, never deleted."""

    __tablename__ = "rectification_field"
    __table_args__ = (
        CheckConstraint("length(name) > 0", "name"),
        UniqueConstraint("unit_id", "name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("core_unit.id", ondelete="RESTRICT"))
    name: Mapped[str] = mapped_column(String(20))
    kind: Mapped[FieldKind]
    choices: Mapped[list[str]] = mapped_column(JSON, default=list)
    position: Mapped[int]
    retired: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    @property
    def key(self) -> str:
        """Its name in forms and addresses."""
        return f"f-{self.id}"


class Value(Base):
    """What stands in a unit's own field of a card: in the column of its kind; empty fields have no row."""

    __tablename__ = "rectification_value"
    __table_args__ = (
        CheckConstraint(
            "CASE WHEN text IS NULL THEN 0 ELSE 1 END + CASE WHEN number IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN day IS NULL THEN 0 ELSE 1 END = 1",
            "one",
        ),
        Index("ix_rectification_value_text", "field_id", "text", "card_id"),
        Index("ix_rectification_value_number", "field_id", "number", "card_id"),
        Index("ix_rectification_value_day", "field_id", "day", "card_id"),
    )

    card_id: Mapped[int] = mapped_column(
        ForeignKey("rectification_card.id", ondelete="CASCADE"), primary_key=True
    )
    field_id: Mapped[int] = mapped_column(
        ForeignKey("rectification_field.id", ondelete="RESTRICT"), primary_key=True
    )
    text: Mapped[str | None] = mapped_column(String(200))
    number: Mapped[float | None]
    day: Mapped[date | None]

    @property
    def content(self) -> str | float | date | None:
        return next((each for each in (self.text, self.day, self.number) if each is not None), None)
