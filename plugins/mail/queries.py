"""Who is to be written to, what is due, and what became of letters."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import joinedload

from intranet import clock, workdays
from intranet.extensions import db
from intranet.models import AuditEntry, JobRun, Notice, User
from intranet.notices import shown_to
from plugins.mail.models import Letter, Mode, ServerState, State, Subscription, Told

A_DAY = timedelta(days=1)
A_WEEK = timedelta(days=7)
SHOWN = 50
TO_SEND = (State.WAITING, State.FAILED)
ON_THE_WAY = (*TO_SEND, State.SENDING)


# One person --------------------------------------------------------------------------------------


def subscription_of(user_id: int) -> Subscription | None:
    """As it is now."""
    query = select(Subscription).where(Subscription.user_id == user_id)
    return db.session.scalar(query.execution_options(populate_existing=True))


def letters_to(user: User) -> Sequence[Letter]:
    """The last few."""
    query = (
        select(Letter).where(Letter.user_id == user.id).order_by(Letter.created_at.desc(), Letter.id.desc())
    )
    return db.session.scalars(query.limit(5)).all()


def codes_asked(user: User) -> int:
    """How many codes this person has asked for since yesterday, this one included."""
    mine = AuditEntry.actor_id == user.id, AuditEntry.at > clock.now() - A_DAY
    query = select(func.count()).where(*mine, AuditEntry.action == "mail:address")
    return db.session.scalar(query) or 0


# What is new -------------------------------------------------------------------------------------


def _is_new() -> ColumnElement[bool]:
    """A notice nobody has read and no letter holds."""
    told = exists().where(Told.notice_id == Notice.id)
    return and_(Notice.read_at.is_(None), Notice.created_at >= Subscription.since, ~told)


def candidates(today: date, hour: int) -> Sequence[tuple[Subscription, User]]:
    """Who may be in for a letter now: something is new for them, or it is the hour of their daily one."""
    reachable = (
        User.disabled.is_(False),
        Subscription.confirmed_at.is_not(None),
        Subscription.refused_at.is_(None),
    )
    something = exists().where(Notice.user_id == Subscription.user_id, _is_new())
    at_once = and_(Subscription.mode == Mode.AT_ONCE, something)
    fresh_day = or_(Subscription.summed_on.is_(None), Subscription.summed_on < today)
    daily = and_(Subscription.mode == Mode.DAILY, Subscription.hour <= hour, fresh_day)
    wanted = or_(at_once, daily) if workdays.is_workday(today) else at_once
    query = select(Subscription, User).join(User, User.id == Subscription.user_id)
    rows = db.session.execute(query.where(*reachable, wanted).order_by(Subscription.id)).all()
    return [(row[0], row[1]) for row in rows]


def news_for(user: User) -> list[int]:
    """The new notices this person may see today, the oldest first."""
    query = select(Notice.id).join(Subscription, Subscription.user_id == Notice.user_id)
    return list(db.session.scalars(query.where(shown_to(user), _is_new()).order_by(Notice.id)))


def still_news(letter: Letter, user: User) -> Sequence[Notice]:
    """Of the notices in a letter those that are still unread, and still open to their reader."""
    query = select(Notice).join(Told, Told.notice_id == Notice.id)
    mine = (Told.letter_id == letter.id, shown_to(user), Notice.read_at.is_(None))
    return db.session.scalars(query.where(*mine).order_by(Notice.id)).all()


# Letters -----------------------------------------------------------------------------------------


def due(most: int) -> Sequence[int]:
    """Letters whose time has come, the longest waiting first."""
    query = select(Letter.id).where(Letter.state.in_(TO_SEND), Letter.due_at <= clock.now())
    return db.session.scalars(query.order_by(Letter.due_at, Letter.id).limit(most)).all()


def waiting() -> int:
    """Letters that are still to be sent, now or later."""
    query = select(func.count()).select_from(Letter).where(Letter.state.in_(TO_SEND))
    return db.session.scalar(query) or 0


def counts() -> dict[State, int]:
    """How many letters are where; of those sent, only the last week's."""
    recent = or_(Letter.state != State.SENT, Letter.sent_at > clock.now() - A_WEEK)
    found = db.session.execute(select(Letter.state, func.count()).where(recent).group_by(Letter.state)).all()
    return dict.fromkeys(State, 0) | dict(found)


def troubled() -> Sequence[tuple[Letter, str | None]]:
    """The newest letters that did not arrive, with where they should go."""
    query = select(Letter, Subscription.address).options(joinedload(Letter.person))
    query = query.outerjoin(Subscription, Subscription.user_id == Letter.user_id)
    query = query.where(Letter.state.in_((State.FAILED, State.GIVEN_UP)))
    rows = db.session.execute(query.order_by(Letter.id.desc()).limit(SHOWN)).all()
    return [(row[0], row[1]) for row in rows]


def waiting_since(moment: datetime) -> int:
    """Letters that were to be sent before this moment and are not yet."""
    late = (Letter.state.in_(ON_THE_WAY), Letter.created_at < moment)
    return db.session.scalar(select(func.count()).where(*late)) or 0


def subscribers() -> int:
    """People who get e-mail."""
    wanted = (Subscription.mode != Mode.OFF, Subscription.confirmed_at.is_not(None))
    return db.session.scalar(select(func.count()).where(*wanted)) or 0


# The server --------------------------------------------------------------------------------------


def server_state() -> ServerState | None:
    """None: never asked."""
    return db.session.get(ServerState, 1, populate_existing=True)


def runs(job: str) -> Sequence[JobRun]:
    """The last runs of a job."""
    return db.session.scalars(
        select(JobRun).where(JobRun.job == job).order_by(JobRun.id.desc()).limit(5)
    ).all()
