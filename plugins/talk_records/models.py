"""The leading group, the rounds of talks, the talks. What was said lies sealed in a table of its own."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from intranet.extensions import Base
from intranet.sealing import Sealable
from plugins.talk_records.wording import Kind, State, Way

IN_ORDER = "ends_on IS NULL OR ends_on >= starts_on"


class Member(Base):
    """A person in the leading group of a unit with a duty, from a day to a day. Another duty, another row."""

    __tablename__ = "talk_records_member"
    __table_args__ = (
        CheckConstraint("length(duty) > 0", "duty"),
        CheckConstraint(IN_ORDER, "dates"),
        Index("ix_talk_records_member_unit", "unit_id", "user_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("core_unit.id", ondelete="RESTRICT"))
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    duty: Mapped[str] = mapped_column(String(50))
    is_chief: Mapped[bool] = mapped_column(default=False)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)


class ChargeOf(Base):
    """分管: a unit this member is in charge of for as long as the row of the member lasts."""

    __tablename__ = "talk_records_charge"

    member_id: Mapped[int] = mapped_column(
        ForeignKey("talk_records_member.id", ondelete="CASCADE"), primary_key=True
    )
    below_id: Mapped[int] = mapped_column(ForeignKey("core_unit.id", ondelete="RESTRICT"), primary_key=True)


class Cycle(Base):
    """A round of talks before a meeting: who must talk has done so between the two days."""

    __tablename__ = "talk_records_cycle"
    __table_args__ = (
        CheckConstraint("length(name) > 0", "name"),
        CheckConstraint("due_on >= starts_on", "dates"),
        Index("ix_talk_records_cycle_unit", "unit_id", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("core_unit.id", ondelete="RESTRICT"))
    name: Mapped[str] = mapped_column(String(100))
    starts_on: Mapped[date]
    due_on: Mapped[date]
    closed_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)


class Waived(Base):
    """免谈: a pair that need not talk in a round, and why. The lower id comes first."""

    __tablename__ = "talk_records_waived"
    __table_args__ = (
        CheckConstraint("first_id < second_id", "order"),
        CheckConstraint("length(reason) > 0", "reason"),
    )

    cycle_id: Mapped[int] = mapped_column(
        ForeignKey("talk_records_cycle.id", ondelete="CASCADE"), primary_key=True
    )
    first_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"), primary_key=True)
    second_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"), primary_key=True)
    reason: Mapped[str] = mapped_column(String(200))
    waived_by: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    waived_at: Mapped[datetime]


class Talk(Base):
    """That a talk is planned or took place. Not a word of what was said: see `Sealed`."""

    __tablename__ = "talk_records_talk"
    __table_args__ = (
        CheckConstraint("version > 0", "version"),
        CheckConstraint("state NOT IN ('held', 'confirmed', 'archived') OR held_on IS NOT NULL", "held"),
        CheckConstraint("followed_on IS NULL OR follow_up_on IS NOT NULL", "followed"),
        Index("ix_talk_records_talk_unit", "unit_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("core_unit.id", ondelete="RESTRICT"))
    kind: Mapped[Kind]
    way: Mapped[Way] = mapped_column(default=Way.MEETING)
    state: Mapped[State] = mapped_column(default=State.PLANNED)
    meet_on: Mapped[date | None]
    held_on: Mapped[date | None]
    follow_up_on: Mapped[date | None]
    followed_on: Mapped[date | None]
    recorder_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    created_by: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


class Party(Base):
    """One side of a talk: who speaks with whom. `confirmed_at`: has read what is written and agrees."""

    __tablename__ = "talk_records_party"
    __table_args__ = (Index("ix_talk_records_party_user", "user_id", "talk_id"),)

    talk_id: Mapped[int] = mapped_column(
        ForeignKey("talk_records_talk.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"), primary_key=True)
    is_host: Mapped[bool]
    confirmed_at: Mapped[datetime | None]


class Sealed(Sealable, Base):
    """All that is written about a talk, as one sealed piece."""

    __tablename__ = "talk_records_sealed"
    __table_args__ = (Index("ix_talk_records_sealed_key", "key_id"),)

    talk_id: Mapped[int] = mapped_column(
        ForeignKey("talk_records_talk.id", ondelete="CASCADE"), primary_key=True
    )


class Passed(Sealable, Base):
    """A problem one party wants to pass on. Sealed like the talk until every other party has agreed."""

    __tablename__ = "talk_records_passed"
    __table_args__ = (
        CheckConstraint("(agreed_at IS NULL) = (agreed_by IS NULL)", "agreed"),
        CheckConstraint("(agreed_at IS NULL) = (title IS NULL)", "open"),
        CheckConstraint("(agreed_at IS NULL) = (sealed IS NOT NULL)", "sealed"),
        CheckConstraint("(sealed IS NULL) = (key_id IS NULL)", "key"),
        Index("ix_talk_records_passed_talk", "talk_id"),
        Index("ix_talk_records_passed_target", "target_id", "agreed_at"),
        Index("ix_talk_records_passed_key", "key_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    talk_id: Mapped[int] = mapped_column(ForeignKey("talk_records_talk.id", ondelete="CASCADE"))
    target_id: Mapped[int] = mapped_column(ForeignKey("core_unit.id", ondelete="RESTRICT"))
    proposed_by: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    proposed_at: Mapped[datetime]
    agreed_by: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    agreed_at: Mapped[datetime | None]
    title: Mapped[str | None] = mapped_column(String(200))
    measures: Mapped[list[str] | None] = mapped_column(JSON)


class Agreement(Base):
    """The word of one party that a problem may go on. The last one opens it."""

    __tablename__ = "talk_records_agreement"

    passed_id: Mapped[int] = mapped_column(
        ForeignKey("talk_records_passed.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"), primary_key=True)
    agreed_at: Mapped[datetime]
