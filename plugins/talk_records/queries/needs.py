"""Who must talk with whom before a meeting, and whether they have: worked out anew each time it is asked.

So who joins, leaves or changes duties counts from that very day. The day that is asked about is today, or the
last day of the round once that is over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    ScalarSelect,
    Select,
    Subquery,
    and_,
    case,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from intranet import clock
from intranet.contracts import Role
from intranet.extensions import db
from intranet.models import Grant, Unit, User
from plugins.talk_records.models import ChargeOf, Cycle, Member, Party, Talk, Waived
from plugins.talk_records.words import TOOK_PLACE, WAITING, Kind

ORDER = {kind: place for place, kind in enumerate(Kind)}


@dataclass(frozen=True, slots=True)
class Need:
    """A pair that must talk. `first` is in the group; `below_id`: the unit `second` is the head of."""

    cycle: Cycle
    kind: Kind
    first_id: int
    first: str
    second_id: int
    second: str
    below_id: int | None
    talked_on: date | None
    is_arranged: bool
    waived: str | None
    """Why these two need not talk in this round."""

    @property
    def is_open(self) -> bool:
        """They must talk and have not."""
        return self.talked_on is None and self.waived is None

    @property
    def people(self) -> frozenset[int]:
        return frozenset({self.first_id, self.second_id})

    def other(self, user_id: int) -> tuple[int, str]:
        """Whom this person must talk with."""
        if user_id == self.first_id:
            return self.second_id, self.second
        return self.first_id, self.first


def _on_day(table: type[Member | Grant], day: ColumnElement[date]) -> ColumnElement[bool]:
    begun = or_(table.starts_on.is_(None), table.starts_on <= day)
    return and_(begun, or_(table.ends_on.is_(None), table.ends_on >= day))


def _pairs(today: date) -> Subquery:
    """三必谈: the chief and each member, members among each other, members and the heads under them."""
    first, second = aliased(Member), aliased(Member)
    now = literal(today, Date)
    day = case((Cycle.due_on < now, Cycle.due_on), else_=now)
    kind = case((or_(first.is_chief, second.is_chief), literal("chief")), else_=literal("members"))
    among = (
        select(
            Cycle.id.label("cycle_id"),
            first.user_id.label("first_id"),
            second.user_id.label("second_id"),
            kind.label("kind"),
            null().label("below_id"),
        )
        .join(first, and_(first.unit_id == Cycle.unit_id, _on_day(first, day)))
        .join(
            second,
            and_(second.unit_id == Cycle.unit_id, _on_day(second, day), first.user_id < second.user_id),
        )
    )
    below = (
        select(Cycle.id, Member.user_id, Grant.user_id, literal("heads"), ChargeOf.below_id)
        .join(Member, and_(Member.unit_id == Cycle.unit_id, _on_day(Member, day)))
        .join(ChargeOf, ChargeOf.member_id == Member.id)
        .join(Grant, and_(Grant.unit_id == ChargeOf.below_id, Grant.role == Role.HEAD))
        .where(Grant.for_user_id.is_(None), _on_day(Grant, day), Grant.user_id != Member.user_id)
    )
    return union_all(among, below).subquery("pairs")


def _talks_of(pairs: Subquery) -> Select[int]:
    """Talks in which one of the pair spoke to the other: two who were spoken to together have not talked."""
    one, other = aliased(Party), aliased(Party)
    return (
        select(Talk.id)
        .join(one, and_(one.talk_id == Talk.id, one.user_id == pairs.c.first_id))
        .join(other, and_(other.talk_id == Talk.id, other.user_id == pairs.c.second_id))
        .where(one.is_host != other.is_host)
        .correlate(pairs, Cycle)
    )


def _waiver_of(pairs: Subquery) -> ScalarSelect[str | None]:
    """Why this pair need not talk, whichever of the two is named first."""
    first, second = pairs.c.first_id, pairs.c.second_id
    these = or_(
        and_(Waived.first_id == first, Waived.second_id == second),
        and_(Waived.first_id == second, Waived.second_id == first),
    )
    reason = select(Waived.reason).where(Waived.cycle_id == Cycle.id, these)
    return reason.correlate(pairs, Cycle).scalar_subquery()


@dataclass(frozen=True, slots=True)
class Asked:
    """The query for pairs that must talk, and what of it others may want to read by itself."""

    query: Select[Any]
    pairs: Subquery
    first: type[User]
    second: type[User]
    is_open: ColumnElement[bool]


def asked(*which: ColumnElement[bool], person_id: int | None = None) -> Asked:
    """Of the rounds this condition holds for; only with this person in it, if named."""
    pairs = _pairs(clock.today())
    first, second = aliased(User), aliased(User)
    talks = _talks_of(pairs)
    within = and_(Talk.state.in_(TOOK_PLACE), Talk.held_on.between(Cycle.starts_on, Cycle.due_on))
    talked_on = talks.with_only_columns(func.max(Talk.held_on)).where(within).scalar_subquery()
    arranged = talks.where(Talk.state.in_(WAITING)).exists()
    waived = _waiver_of(pairs)
    query = (
        select(Cycle, pairs.c.kind, first.id, first.name, second.id, second.name)
        .add_columns(pairs.c.below_id, talked_on, arranged, waived)
        .join(pairs, pairs.c.cycle_id == Cycle.id)
        .join(first, first.id == pairs.c.first_id)
        .join(second, second.id == pairs.c.second_id)
        .where(first.disabled.is_(False), second.disabled.is_(False), *which)
    )
    if person_id is not None:
        query = query.where(or_(pairs.c.first_id == person_id, pairs.c.second_id == person_id))
    is_open = and_(talked_on.is_(None), waived.is_(None))
    return Asked(query, pairs, first, second, is_open)


def needs(*which: ColumnElement[bool], person_id: int | None = None) -> list[Need]:
    """One entry a pair."""
    rows = db.session.execute(asked(*which, person_id=person_id).query)
    return _once_each([Need(row[0], Kind(row[1]), *row[2:]) for row in rows])


def _once_each(found: list[Need]) -> list[Need]:
    """Who is in the group and a head as well, or the head of two units, is one pair and not two."""
    best: dict[tuple[int, frozenset[int]], Need] = {}
    for need in sorted(found, key=lambda need: (ORDER[need.kind], need.first_id, need.second_id)):
        best.setdefault((need.cycle.id, need.people), need)
    return list(best.values())


def of_cycle(cycle: Cycle) -> list[Need]:
    return needs(Cycle.id == cycle.id)


def is_running() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The rounds that have begun and are not closed."""
    return Cycle.closed_on.is_(None), Cycle.starts_on <= clock.today()


def open_needs_of(user: User) -> list[Need]:
    """With whom this person has still to talk, in rounds that are not closed; the most urgent first."""
    found = needs(*is_running(), person_id=user.id)
    return sorted((need for need in found if need.is_open), key=lambda need: need.cycle.due_on)


def cycles_of(units: Sequence[Unit]) -> list[Cycle]:
    """The rounds of these units, the newest first."""
    query = select(Cycle).where(Cycle.unit_id.in_([unit.id for unit in units]))
    return list(
        db.session.scalars(query.order_by(Cycle.closed_on.is_not(None), Cycle.due_on.desc(), Cycle.id.desc()))
    )
