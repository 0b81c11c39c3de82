"""Who holds what, by unit, by role and by time."""

from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, exists, func, select
from werkzeug.datastructures import MultiDict

from intranet import clock
from intranet.contracts import Role
from intranet.errors import NotFound
from intranet.extensions import db
from intranet.models import Grant, Membership, Unit, User
from intranet.models.unit import subtree_of
from intranet.organisation import organisation
from intranet.people import called
from plugins.people.queries.people import LONGEST, Held, held

PAGE = 50
MOST_PAGES = 10_000
SOON = timedelta(days=30)
TIMES = ("now", "soon", "later", "over", "left")


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address asks for. `time`: in force, ending within thirty days, not begun, over, or `left`."""

    q: str = ""
    unit: str = ""
    role: str = ""
    time: str = "now"
    page: int = 1

    @classmethod
    def of(cls, arguments: MultiDict[str, str]) -> "Filters":
        role, time = arguments.get("role", ""), arguments.get("time", "")
        number = arguments.get("page", 1, type=int)
        return cls(
            q=arguments.get("q", "").strip()[:LONGEST],
            unit=arguments.get("unit", ""),
            role=role if role in set(Role) else "",
            time=time if time in TIMES else "now",
            page=min(max(number, 1), MOST_PAGES),
        )

    def query_string(self, **more: object) -> str:
        return urlencode(self.words(**more))

    def words(self, **more: object) -> dict[str, Any]:
        """What the address says, without what is empty."""
        words = {each.name: getattr(self, each.name) for each in fields(self)} | more
        return {name: word for name, word in words.items() if word}


def _when(time: str, today: date) -> ColumnElement[bool]:
    if time == "later":
        return Grant.starts_on > today
    if time == "left":
        return Grant.in_force(today) & left(today)
    if time == "over":
        return Grant.ends_on < today
    if time == "soon":
        return Grant.in_force(today) & (Grant.ends_on <= today + SOON)
    return Grant.in_force(today)


def left(today: date) -> ColumnElement[bool]:
    """Held by somebody who was a member of that unit and is none any more: to be taken back, or meant."""
    member = (Membership.user_id == Grant.user_id, Membership.unit_id == Grant.unit_id)
    return exists().where(*member) & ~exists().where(
        *member, Membership.ends_on.is_(None) | (Membership.ends_on >= today)
    )


def held_after_leaving(user_id: int | None = None) -> int:
    """How many such grants there are, of this person or of all."""
    today = clock.today()
    query = select(func.count()).select_from(Grant).where(Grant.in_force(today), left(today))
    if user_id:
        query = query.where(Grant.user_id == user_id)
    return db.session.scalar(query) or 0


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    found = [_when(filters.time, clock.today())]
    if filters.q:
        found.append(called(filters.q))
    if filters.role:
        found.append(Grant.role == Role(filters.role))
    if filters.unit:
        unit = organisation().by_code.get(filters.unit)
        found.append(subtree_of(unit.path) if unit else Unit.id.is_(None))
    return found


def page(filters: Filters) -> tuple[list[Held], int]:
    """Fifty grants in the order of the tree, and how many there are."""
    conditions = _conditions(filters)
    query = held().where(*conditions).order_by(Unit.path, Grant.role, User.pinyin, Grant.id)
    rows = db.session.execute(query.offset((filters.page - 1) * PAGE).limit(PAGE))
    counted = select(func.count()).select_from(Grant).join(User, User.id == Grant.user_id)
    total = db.session.scalar(counted.join(Unit, Unit.id == Grant.unit_id).where(*conditions))
    return [Held(*row) for row in rows], total or 0


def ending_soon() -> int:
    """How many end within thirty days."""
    soon = _when("soon", clock.today())
    return db.session.scalar(select(func.count()).select_from(Grant).where(soon)) or 0


def grant_or_404(grant_id: int) -> Held:
    row = db.session.execute(held().where(Grant.id == grant_id)).one_or_none()
    if row is None:
        raise NotFound(_("没有这项授权，可能已被收回。"))
    return Held(*row)
