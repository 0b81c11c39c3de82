"""May this person do this here? Roles come from memberships and grants, actions from plugins."""

import typing
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import abort, current_app, g
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy import ColumnElement, Date, String, bindparam, cast, exists, func, or_, select

from intranet import clock
from intranet.contracts import ADMINISTRATORS, Permission, Role
from intranet.extensions import db, read_once
from intranet.models import Grant, Membership, Unit, User
from intranet.organisation import HELD_TODAY, organisation

P = ParamSpec("P")
R = TypeVar("R")
Words = ColumnElement[str]

CORE_PERMISSIONS = (
    Permission("core:plugins", _l("开关本单位的功能"), frozenset({Role.HEAD, Role.OFFICE, Role.LEADER})),
)


@dataclass(frozen=True, slots=True)
class Place:
    """One role a person has today. `subtree`: it reaches all units under `path` too."""

    role: Role
    unit_id: int
    path: str
    subtree: bool

    def reaches(self, unit: Unit) -> bool:
        return unit.is_under(self.path) if self.subtree else unit.id == self.unit_id


def held(user: ColumnElement[int]) -> Words:
    """A person's roles `today` as one word: `4,leader:1` works in unit 4, and leads all that is under 1.

    The session's own query asks it too, so that a page begins with one question.
    """
    granted = cast(Grant.role, String).concat(":").concat(cast(Grant.unit_id, String))
    works = _strung(Membership, user, cast(Membership.unit_id, String))
    return works.concat(",").concat(_strung(Grant, user, granted))


def _strung(table: type[Membership | Grant], user: ColumnElement[int], words: Words) -> Words:
    mine = table.user_id == user, table.in_force(bindparam("today", type_=Date))
    return func.coalesce(select(func.aggregate_strings(words, ",")).where(*mine).scalar_subquery(), "")


# Built once: building costs more than asking.
HELD = select(held(bindparam("user")))


# Who ---------------------------------------------------------------------------------------------


def me() -> User:
    """The person this request is made by, typed. Only behind a login."""
    return typing.cast("User", current_user._get_current_object())  # noqa: SLF001 - the proxy's own way


def places(user: User) -> list[Place]:
    """Every role this person has today, anywhere: one query a request."""
    known: dict[str, list[Place]] = answers_for(user)
    if "places" not in known:
        known["places"] = [*_places(_word(user))]
    return known["places"]


def _word(user: User) -> str:
    known: dict[int, str] = read_once().setdefault(HELD_TODAY, {})
    if user.id not in known:
        asked = {"user": user.id, "today": clock.today()}
        known[user.id] = db.session.execute(HELD, asked).scalar_one()
    return known[user.id]


def _places(word: str) -> Iterator[Place]:
    """A closed unit gives no role."""
    known = organisation().by_id
    for part in filter(None, word.split(",")):
        role, colon, unit_id = part.rpartition(":")
        unit = known[int(unit_id)]
        if unit.closed_on is None:
            yield Place(Role(role or Role.MEMBER), unit.id, unit.path, subtree=bool(colon))


def forget_places() -> None:
    """After a membership or grant has changed: the next question asks the database again."""
    read_once().pop(HELD_TODAY, None)


def roles(user: User, unit: Unit) -> frozenset[Role]:
    """The roles this person has in this unit, from anywhere above it."""
    known: dict[str, frozenset[Role]] = answers_for(user)
    if unit.path not in known:
        known[unit.path] = frozenset(place.role for place in places(user) if place.reaches(unit))
    return known[unit.path]


def answers_for(user: User) -> dict[Any, Any]:
    """Where to keep what follows from this person's places and the picture of the units alone.

    Shared by all who have the same places, for as long as that picture lasts.
    """
    answers: dict[Any, Any] = organisation().answers.setdefault((HELD_TODAY, _word(user)), {})
    return answers


def may_enter(user: User, unit: Unit) -> bool:
    """In the unit or over it, in a role that sees content. Administrators of the site do not."""
    return bool(roles(user, unit) - ADMINISTRATORS)


def has_served(user: User, unit: Unit) -> bool:
    """Whether they were ever a member of this unit itself, or had a role there."""
    tables: tuple[type[Membership | Grant], ...] = (Membership, Grant)
    ever = (exists().where(each.user_id == user.id, each.unit_id == unit.id) for each in tables)
    return bool(db.session.scalar(select(or_(*ever))))


def entered_units(user: User) -> list[Unit]:
    """All units this person may enter, in the order of the tree: what search and lists over units show."""
    return [unit for unit in organisation().units if may_enter(user, unit)]


def readable_units(user: User) -> list[Unit]:
    """Those, and the closed ones below them, whose records may still be read: what search finds."""
    return [*entered_units(user), *(unit for unit in organisation().closed if may_enter(user, unit))]


def own_units(user: User) -> list[Unit]:
    """The units this person works in or is responsible for, topmost first: the switcher and the dashboard."""
    ids = {place.unit_id for place in places(user) if place.role not in ADMINISTRATORS}
    return [unit for unit in organisation().units if unit.id in ids]


# What --------------------------------------------------------------------------------------------


def declared() -> dict[str, Permission]:
    """Every permission of the core and of the loaded plugins, by name."""
    return typing.cast("dict[str, Permission]", current_app.extensions["intranet.permissions"])


def roles_for(action: str) -> frozenset[Role]:
    """The roles that have a permission today. An unknown action is a fault of the program: KeyError."""
    known: dict[str, frozenset[Role]] = organisation().answers
    if action not in known:
        known[action] = _roles_for(action)
    return known[action]


def _roles_for(action: str) -> frozenset[Role]:
    default = declared()[action].default
    words = [(Role(role), given) for name, role, given in organisation().permissions if name == action]
    given = {role for role, given in words if given}
    return (default | given) - {role for role, given in words if not given}


def allowed(user: User, action: str, unit: Unit) -> bool:
    """Whether this person may do this in this unit; in a closed one nothing that changes anything."""
    if unit.closed_on and not declared()[action].reads:
        return False
    return bool(roles(user, unit) & roles_for(action))


def has_role(user: User, role: Role) -> bool:
    """Whether this person has a role anywhere; for the three administrators, who work outside units."""
    return any(place.role is role for place in places(user))


# On a route --------------------------------------------------------------------------------------
# Every view carries exactly one of these marks; a view without one answers nobody.


def requires(action: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """403 unless the person may do this in the unit of the URL."""

    def mark(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if not allowed(me(), action, g.unit):
                abort(403)
            return view(*args, **kwargs)

        return _mark(guarded, action)

    return mark


def requires_role(role: Role) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """404 unless the person is this administrator: others need not know the page exists."""

    def mark(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if not has_role(me(), role):
                abort(404)
            return view(*args, **kwargs)

        return _mark(guarded, f"role {role}")

    return mark


def for_members(view: Callable[P, R]) -> Callable[P, R]:
    """For everyone who may enter the unit of the URL."""
    return _mark(view, "members")


def for_everyone(view: Callable[P, R]) -> Callable[P, R]:
    """For everyone who is logged in."""
    return _mark(view, "everyone")


def for_step(view: Callable[P, R]) -> Callable[P, R]:
    """For everyone who is logged in, and for whom the login leads here before it is whole."""
    return _mark(view, "step")


def for_strangers(view: Callable[P, R]) -> Callable[P, R]:
    """Without a login."""
    return _mark(view, "strangers")


def policy_of(view: Callable[..., object]) -> str | None:
    """What a route asks of a person, in words; None: nobody decided."""
    return typing.cast("str | None", getattr(view, "policy", None))


def _mark(view: Callable[P, R], policy: str) -> Callable[P, R]:
    if policy_of(view) not in {None, policy}:
        message = f"{view.__name__} is marked {policy_of(view)} and {policy}"
        raise TypeError(message)
    view.policy = policy  # type: ignore[attr-defined]
    return view
