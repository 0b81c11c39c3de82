"""The leading group of a unit, and who can be named on a talk."""

from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import aliased

from intranet import clock
from intranet.asking import ask
from intranet.contracts import Role
from intranet.errors import NotFound
from intranet.extensions import db
from intranet.models import Grant, Unit, User
from intranet.organisation import organisation
from intranet.people import names_of, serving, working_in
from plugins.talk_records.models import ChargeOf, Cycle, Member

GONE = _l("没有这一条，它可能已被修改，请回到上一页刷新。")


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the roster as people read it; `heads`: by unit in their charge, who is the head today."""

    member: Member
    name: str
    charges: tuple[int, ...]
    heads: dict[int, tuple[str, ...]]

    @property
    def units(self) -> list[tuple[Unit, tuple[str, ...]]]:
        """分管单位 with their heads, in the order of the tree; closed units are left out."""
        known = organisation().units
        return [(unit, self.heads.get(unit.id, ())) for unit in known if unit.id in self.charges]

    @property
    def is_past(self) -> bool:
        return self.member.ends_on is not None and self.member.ends_on < clock.today()


def roster_of(unit: Unit) -> list[Line]:
    """Who is in the group, the chief first, and behind them those who were: two queries."""
    query = select(Member, User.name).join(User, User.id == Member.user_id).where(Member.unit_id == unit.id)
    rows = list(db.session.execute(query.order_by(Member.is_chief.desc(), Member.starts_on, Member.id)))
    charges = _charges([member.id for member, _name in rows])
    lines = [Line(member, name, *charges.get(member.id, ((), {}))) for member, name in rows]
    return sorted(lines, key=lambda line: line.is_past)


def _charges(member_ids: list[int]) -> dict[int, tuple[tuple[int, ...], dict[int, tuple[str, ...]]]]:
    head = aliased(User)
    heads = and_(Grant.unit_id == ChargeOf.below_id, Grant.role == Role.HEAD, Grant.for_user_id.is_(None))
    query = (
        select(ChargeOf.member_id, ChargeOf.below_id, head.name)
        .outerjoin(Grant, and_(heads, Grant.in_force(clock.today())))
        .outerjoin(head, head.id == Grant.user_id)
        .where(ChargeOf.member_id.in_(member_ids))
    )
    found: dict[int, dict[int, tuple[str, ...]]] = {}
    for member_id, below_id, name in db.session.execute(query.order_by(head.id)):
        mine = found.setdefault(member_id, {})
        mine[below_id] = (*mine.get(below_id, ()), *([name] if name else []))
    return {key: (tuple(mine), mine) for key, mine in found.items()}


def members_on(unit: Unit, day: date) -> list[tuple[Member, tuple[int, ...]]]:
    """Who is in the group on that day with the units in their charge, the chief first: one query."""
    on_day = (Member.starts_on <= day, or_(Member.ends_on.is_(None), Member.ends_on >= day))
    query = select(Member, ChargeOf.below_id).outerjoin(ChargeOf, ChargeOf.member_id == Member.id)
    query = query.where(Member.unit_id == unit.id, *on_day)
    order = (Member.is_chief.desc(), Member.starts_on, Member.id, ChargeOf.below_id)
    found: dict[int, tuple[Member, tuple[int, ...]]] = {}
    for member, below_id in db.session.execute(query.order_by(*order)):
        _same, charges = found.get(member.id, (member, ()))
        found[member.id] = member, (*charges, *([below_id] if below_id else []))
    return list(found.values())


def member_or_404(unit: Unit, member_id: int) -> tuple[Member, str]:
    query = select(Member, User.name).join(User, User.id == Member.user_id)
    row = db.session.execute(query.where(Member.id == member_id, Member.unit_id == unit.id)).first()
    if row is None:
        raise NotFound(GONE)
    return row[0], row[1]


def charges_of(member: Member) -> list[int]:
    return list(db.session.scalars(select(ChargeOf.below_id).where(ChargeOf.member_id == member.id)))


def cycle_or_404(unit: Unit, cycle_id: int) -> Cycle:
    query = select(Cycle).where(Cycle.id == cycle_id, Cycle.unit_id == unit.id)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound(GONE)
    return found


ORDER = (
    select(Member.user_id)
    .where(Member.unit_id == bindparam("unit"))
    .order_by(Member.is_chief.desc(), Member.starts_on, Member.id)
)


def order_of(unit: Unit) -> list[int]:
    """Who is or was in the group, as people name it: the chief first."""
    return [row[0] for row in ask(ORDER, {"unit": unit.id})]


def people_to_name(unit: Unit) -> dict[int, str]:
    """By id, who can talk here: the unit's own, its leading group, who leads it, the heads below."""
    below = [each.id for each in organisation().under(unit.path)]
    above, heads = serving(unit.line, [Role.HEAD, Role.LEADER]), serving(below, [Role.HEAD])
    group = select(Member.user_id).where(Member.unit_id.in_(unit.line))
    return names_of(working_in([unit.id]), serving([unit.id]), above, heads, group)


def members_now(unit: Unit) -> dict[int, str]:
    """By person, the duty of those who are in the group today or will be."""
    still = or_(Member.ends_on.is_(None), Member.ends_on >= clock.today())
    rows = db.session.execute(select(Member.user_id, Member.duty).where(Member.unit_id == unit.id, still))
    return {row[0]: row[1] for row in rows}
