"""Finding people: by name, staff number, pinyin in full or initials; by unit, role and state."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import NamedTuple
from urllib.parse import urlencode

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, exists, func, select, tuple_
from sqlalchemy.orm import aliased
from werkzeug.datastructures import MultiDict

from intranet import clock
from intranet.contracts import Role
from intranet.errors import NotFound
from intranet.extensions import db
from intranet.models import Grant, LoginSession, Membership, Unit, User
from intranet.models.unit import subtree_of
from intranet.organisation import organisation
from intranet.people import called
from intranet.wording import listed

PAGE = 50
LONGEST = 64
RANGE = re.compile(r"[0-9]{1,9}-[0-9]{1,9}")
STATES = ("active", "waiting", "disabled", "nowhere")


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address asks for; empty means all. A unit nobody knows finds nobody."""

    q: str = ""
    unit: str = ""
    role: str = ""
    state: str = ""
    new: str = ""
    """The accounts an import has made: the first and the last number, `12-57`."""
    after: int | None = field(default=None)

    @classmethod
    def of(cls, arguments: MultiDict[str, str]) -> "Filters":
        role, state = arguments.get("role", ""), arguments.get("state", "")
        return cls(
            q=arguments.get("q", "").strip()[:LONGEST],
            unit=arguments.get("unit", ""),
            role=role if role in set(Role) else "",
            state=state if state in STATES else "",
            new=new if RANGE.fullmatch(new := arguments.get("new", "")) else "",
            after=id_of(arguments.get("after", "")),
        )

    def query_string(self, **more: object) -> str:
        words = {each.name: getattr(self, each.name) for each in fields(self)} | more
        return urlencode({name: word for name, word in words.items() if word}, doseq=True)


def id_of(text: str) -> int | None:
    """The number somebody sent, if a column can hold it."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None  # noqa: PLR2004 - 2^31


class Row(NamedTuple):
    """A person with the units they work in today."""

    user: User
    places: str


def page(filters: Filters) -> tuple[list[Row], bool]:
    """Fifty people in the order of their pinyin, and whether more follow."""
    query = select(User).where(*conditions(filters)).order_by(User.pinyin, User.id).limit(PAGE + 1)
    if filters.after is not None:
        last = select(User.pinyin).where(User.id == filters.after).scalar_subquery()
        query = query.where(tuple_(User.pinyin, User.id) > tuple_(last, filters.after))
    found = list(db.session.scalars(query))
    shown = found[:PAGE]
    places = places_of([user.id for user in shown])
    return [Row(user, listed(places.get(user.id, ()))) for user in shown], len(found) > PAGE


def how_many(filters: Filters) -> int:
    return db.session.scalar(select(func.count()).select_from(User).where(*conditions(filters))) or 0


def conditions(filters: Filters) -> list[ColumnElement[bool]]:
    """What holds of the people the address asks for."""
    today, found = clock.today(), _made_by_import(filters.new)
    works = and_(Membership.user_id == User.id, Membership.in_force(today))
    if filters.q:
        found.append(called(filters.q))
    if filters.unit:
        unit = organisation().by_code.get(filters.unit)
        below = select(Unit.id).where(subtree_of(unit.path) if unit else Unit.id.is_(None))
        found.append(exists().where(works, Membership.unit_id.in_(below)))
    if filters.role:
        held = and_(Grant.user_id == User.id, Grant.in_force(today))
        found.append(exists().where(held, Grant.role == Role(filters.role)))
    if filters.state == "nowhere":
        found += [User.disabled.is_(False), User.administers == "", ~exists().where(works)]
    elif filters.state:
        found.append(_in_state(filters.state))
    return found


def _in_state(state: str) -> ColumnElement[bool]:
    waiting = and_(User.first_until.is_not(None), User.first_until <= clock.now())
    if state == "active":
        return and_(User.disabled.is_(False), ~waiting)
    return waiting if state == "waiting" else and_(User.disabled, ~waiting)


def state_of(user: User) -> str:
    """One of STATES, or "slip": the first password is given and was not used yet.

    "waiting": nobody has a password for it, be it disabled or not. None was given, or it ran out unused.
    """
    if user.first_until is not None and user.first_until <= clock.now():
        return "waiting"
    if user.disabled:
        return "disabled"
    return "active" if user.first_until is None else "slip"


def _made_by_import(new: str) -> list[ColumnElement[bool]]:
    first, _stroke, last = new.partition("-")
    return [User.id.between(int(first), int(last))] if new else []


def places_of(ids: Sequence[int]) -> dict[int, list[str]]:
    """By person, where they work today."""
    found: dict[int, list[str]] = {}
    query = (
        select(Membership.user_id, Unit.name, Membership.title)
        .join(Unit, Unit.id == Membership.unit_id)
        .where(Membership.user_id.in_(ids), Membership.in_force(clock.today()))
        .order_by(Unit.path)
    )
    for user_id, name, title in db.session.execute(query):
        found.setdefault(user_id, []).append(f"{name} {title}".strip())
    return found


# One person --------------------------------------------------------------------------------------


def person_or_404(user_id: int) -> User:
    user = db.session.get(User, user_id)
    if user is None:
        raise NotFound(_("没有这个人员。"))
    return user


def memberships_of(user: User) -> Sequence[tuple[Membership, Unit]]:
    """All of them, those of the past too."""
    query = select(Membership, Unit).join(Unit, Unit.id == Membership.unit_id)
    return db.session.execute(query.where(Membership.user_id == user.id).order_by(Unit.path)).all()


def membership_or_404(membership_id: int) -> Membership:
    row = db.session.get(Membership, membership_id)
    if row is None:
        raise NotFound(_("没有这条成员关系。"))
    return row


class Held(NamedTuple):
    """A grant with the names on it."""

    grant: Grant
    user: User
    unit: Unit
    stands_for: str | None


def held() -> Select[Grant, User, Unit, str]:
    """Grants with their person, unit and whom they stand in for."""
    absent = aliased(User)
    return (
        select(Grant, User, Unit, absent.name)
        .join(User, User.id == Grant.user_id)
        .join(Unit, Unit.id == Grant.unit_id)
        .outerjoin(absent, absent.id == Grant.for_user_id)
    )


def grants_of(user: User) -> list[Held]:
    """Everything this person holds or held."""
    return [
        Held(*row)
        for row in db.session.execute(held().where(Grant.user_id == user.id).order_by(Unit.path)).all()
    ]


def sessions_of(user: User) -> int:
    """How many logins of this person are known."""
    query = select(func.count()).select_from(LoginSession).where(LoginSession.user_id == user.id)
    return db.session.scalar(query) or 0


def candidates(text: str) -> Sequence[User]:
    """Whom somebody may mean who typed this: the one with this number, else all that match, at most six."""
    exact = db.session.scalars(select(User).where(User.username == text)).all()
    if exact:
        return exact
    named = db.session.scalars(select(User).where(User.name == text).limit(6)).all()
    return named or db.session.scalars(select(User).where(called(text)).order_by(User.id).limit(6)).all()
