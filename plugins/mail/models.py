"""Who wants e-mail and where, what is on its way, and how the mail server last answered."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intranet.extensions import Base
from intranet.models import User


class Mode(StrEnum):
    """When a person is written to."""

    OFF = "off"
    AT_ONCE = "at_once"
    DAILY = "daily"


class Subscription(Base):
    """A person's address and wish. Nothing but a code goes to an address that is not confirmed."""

    __tablename__ = "mail_subscription"
    __table_args__ = (CheckConstraint("hour BETWEEN 0 AND 23", "hour"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="CASCADE"), unique=True)
    address: Mapped[str] = mapped_column(String(254))
    asked_at: Mapped[datetime]
    """When the address was typed: a code is good for a day from then."""
    confirmed_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]
    """The mail server would not take this address: nothing is sent until it is confirmed anew."""
    mode: Mapped[Mode] = mapped_column(default=Mode.OFF)
    hour: Mapped[int] = mapped_column(default=8)
    since: Mapped[datetime]
    """Older notices are not sent."""
    summed_on: Mapped[date | None]
    """The day of the last daily letter, or of looking whether there was anything to say."""
    version: Mapped[int] = mapped_column(default=1)


class Kind(StrEnum):
    """What a letter is about."""

    CODE = "code"
    NOTICES = "notices"


class State(StrEnum):
    """Where a letter is. SENDING: handed to the server, perhaps; FAILED: tried, and will be again."""

    WAITING = "waiting"
    SENDING = "sending"
    FAILED = "failed"
    SENT = "sent"
    GIVEN_UP = "given_up"


class Letter(Base):
    """One e-mail to one person. Its words are made when it is sent; `message_id` is the same each time."""

    __tablename__ = "mail_letter"
    __table_args__ = (
        Index("ix_mail_letter_due", "state", "due_at"),
        Index("ix_mail_letter_person", "user_id", "created_at"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", "sent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="CASCADE"))
    kind: Mapped[Kind]
    message_id: Mapped[str] = mapped_column(String(300), unique=True)
    state: Mapped[State] = mapped_column(default=State.WAITING)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    fault: Mapped[str] = mapped_column(String(32), default="")
    code: Mapped[str] = mapped_column(String(16), default="")

    person: Mapped[User] = relationship(lazy="raise")


class Told(Base):
    """A notice is in a letter, and so in no other."""

    __tablename__ = "mail_told"

    notice_id: Mapped[int] = mapped_column(
        ForeignKey("core_notice.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    letter_id: Mapped[int] = mapped_column(ForeignKey("mail_letter.id", ondelete="CASCADE"), index=True)


class ServerState(Base):
    """One row: what was wrong with the mail server when it was last asked, and since when. Empty: nothing."""

    __tablename__ = "mail_server_state"
    __table_args__ = (CheckConstraint("id = 1", "one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    fault: Mapped[str] = mapped_column(String(32), default="")
    code: Mapped[str] = mapped_column(String(16), default="")
    since: Mapped[datetime]
    tried_at: Mapped[datetime]
