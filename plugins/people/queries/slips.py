"""Who may need a first password: many slips at once, for a unit that begins."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select

from intranet import clock
from intranet.extensions import db
from intranet.models import AuditEntry, User
from intranet.wording import listed
from plugins.people.queries.people import Filters, conditions, places_of

MOST = 100
"""At a time: each password takes a twentieth of a second to hash."""


class Candidate(NamedTuple):
    """A person with the units they work in. `knows`: a password of their own; `until`: one on a slip."""

    user: User
    places: str
    knows: bool
    until: datetime | None

    @property
    def needs_one(self) -> bool:
        return not self.knows and self.until is None


def candidates(filters: Filters, first: Collection[int] = ()) -> tuple[list[Candidate], int]:
    """Of the people the address asks for a hundred, and how many were never in.

    Those of `first` come first, then those who were never in.
    """
    who = (*conditions(filters), *may_get_one())
    lacking = and_(~_knows(), ~_on_a_slip())
    order = case((User.id.in_(first), 0), (lacking, 1), else_=2), User.pinyin, User.id
    rows = db.session.execute(
        select(User, _knows(), _on_a_slip()).where(*who).order_by(*order).limit(MOST)
    ).all()
    places = places_on([user for user, _known, _slip in rows])
    found = [
        Candidate(user, where, known, user.first_until if slip else None)
        for (user, known, slip), where in zip(rows, places, strict=True)
    ]
    return found, db.session.scalar(select(func.count()).select_from(User).where(*who, lacking)) or 0


def chosen(ids: list[int]) -> list[User]:
    """Those of them who may get one, in the order of the list."""
    query = select(User).where(User.id.in_(ids), *may_get_one()).order_by(User.pinyin, User.id)
    return list(db.session.scalars(query))


def places_on(users: Sequence[User]) -> list[str]:
    """For each slip where its person works."""
    found = places_of([user.id for user in users])
    return [listed(found.get(user.id, ())) for user in users]


def latest() -> int:
    """The newest entry of the audit log: all that a page which gives passwords knows of."""
    return db.session.scalar(select(func.max(AuditEntry.id))) or 0


def given_since(users: Sequence[User], entry: int) -> bool:
    """Whether one of them has been given a first password after that entry."""
    subjects = [f"core_user:{user.id}" for user in users]
    later = AuditEntry.id > entry, AuditEntry.action == "core:first-password"
    return bool(db.session.scalar(select(exists().where(*later, AuditEntry.subject.in_(subjects)))))


def may_get_one() -> tuple[ColumnElement[bool], ...]:
    """No administrator sets another administrator's, and who may not log in needs none."""
    return User.administers == "", User.disabled.is_(False)


def _knows() -> ColumnElement[bool]:
    """Has chosen one, or has been in."""
    logins = exists().where(AuditEntry.actor_id == User.id, AuditEntry.action == "core:login")
    return or_(User.password_set_at.is_not(None), logins)


def _on_a_slip() -> ColumnElement[bool]:
    return and_(User.first_until.is_not(None), User.first_until > clock.now())
