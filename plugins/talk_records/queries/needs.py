"""Who must talk with whom before a meeting, and whether they have: worked out anew each time it is asked.

So who joins, leaves or changes duties counts from that very day. The day that is asked about is today, or the
last day of the round once that is over: its numbers then stay those of its group, whosever account is closed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    ScalarSelect,
    Select,
    Subquery,
    and_,
    bindparam,
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
from intranet.ids import among, given
from intranet.models import Grant, Unit, User
from plugins.talk_records.models import ChargeOf, Cycle, Member, Party, Talk, Waived
from plugins.talk_records.wording import TOOK_PLACE, WAITING, Kind, NeedState

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
    planned_id: int | None
    """The talk of these two that is planned and not held yet."""
    waived: str | None
    """Why these two need not talk in this round."""

    @property
    def state(self) -> NeedState:
        if self.talked_on is not None:
            return NeedState.DONE
        if self.waived is not None:
            return NeedState.WAIVED
        return NeedState.OPEN if self.planned_id is None else NeedState.PLANNED

    @property
    def is_open(self) -> bool:
        """They must talk and have not."""
        return self.state in {NeedState.PLANNED, NeedState.OPEN}

    @property
    def people(self) -> frozenset[int]:
        return frozenset({self.first_id, self.second_id})

    def other(self, user_id: int) -> tuple[int, str]:
        """Whom this person must talk with."""
        if user_id == self.first_id:
            return self.second_id, self.second
        return self.first_id, self.first


TODAY, PERSON = bindparam("today", type_=Date), bindparam("person", type_=Integer)
LAST_DAY = case((Cycle.closed_on < Cycle.due_on, Cycle.closed_on), else_=Cycle.due_on)


def _on_day(table: type[Member | Grant], day: ColumnElement[date]) -> ColumnElement[bool]:
    begun = or_(table.starts_on.is_(None), table.starts_on <= day)
    return and_(begun, or_(table.ends_on.is_(None), table.ends_on >= day))


def _pairs() -> Subquery:
    """三必谈: the chief and each member, members among each other, members and the heads under them."""
    first, second = aliased(Member), aliased(Member)
    day = case((LAST_DAY < TODAY, LAST_DAY), else_=TODAY)
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


# Built once: home pages ask it, and building it takes ten times as long as asking.
PAIRS, FIRST, SECOND = _pairs(), aliased(User), aliased(User)


def _talks_of_pair() -> Select[int]:
    """Talks in which one of the pair spoke to the other: two who were spoken to together have not talked."""
    one, other = aliased(Party), aliased(Party)
    return (
        select(Talk.id)
        .join(one, and_(one.talk_id == Talk.id, one.user_id == PAIRS.c.first_id))
        .join(other, and_(other.talk_id == Talk.id, other.user_id == PAIRS.c.second_id))
        .where(one.is_host != other.is_host)
        .correlate(PAIRS, Cycle)
    )


def _waiver_of_pair() -> ScalarSelect[str | None]:
    """Why this pair need not talk, whichever of the two is named first."""
    first, second = PAIRS.c.first_id, PAIRS.c.second_id
    these = or_(
        and_(Waived.first_id == first, Waived.second_id == second),
        and_(Waived.first_id == second, Waived.second_id == first),
    )
    reason = select(Waived.reason).where(Waived.cycle_id == Cycle.id, these)
    return reason.correlate(PAIRS, Cycle).scalar_subquery()


TALKS = _talks_of_pair()
PLANNED_WITH = TALKS.with_only_columns(func.max(Talk.id)).where(Talk.state.in_(WAITING)).scalar_subquery()
TALKED_ON = (
    TALKS.with_only_columns(func.max(Talk.held_on))
    .where(Talk.state.in_(TOOK_PLACE), Talk.held_on.between(Cycle.starts_on, Cycle.due_on))
    .scalar_subquery()
)
WAIVED = _waiver_of_pair()
BOTH_CAN = and_(FIRST.disabled.is_(False), SECOND.disabled.is_(False))
"""Neither has an account that is closed: they can still talk."""
EVERY: Select[Any] = (
    select(Cycle, PAIRS.c.kind, FIRST.id, FIRST.name, SECOND.id, SECOND.name)
    .add_columns(PAIRS.c.below_id, TALKED_ON, PLANNED_WITH, WAIVED)
    .join(PAIRS, PAIRS.c.cycle_id == Cycle.id)
    .join(FIRST, FIRST.id == PAIRS.c.first_id)
    .join(SECOND, SECOND.id == PAIRS.c.second_id)
)
NEEDS = EVERY.where(or_(LAST_DAY < TODAY, BOTH_CAN, TALKED_ON.is_not(None)))
"""Every pair of every round; asked with today."""
OF_PERSON = EVERY.where(
    BOTH_CAN,
    or_(PAIRS.c.first_id == PERSON, PAIRS.c.second_id == PERSON),
    Cycle.closed_on.is_(None),
    Cycle.starts_on <= TODAY,
)
"""The pairs a person is in, of the rounds that have begun and are not closed; asked with both."""
IS_OPEN = and_(TALKED_ON.is_(None), WAIVED.is_(None))


def needs(*which: ColumnElement[bool]) -> list[Need]:
    """Of the rounds these conditions hold for, one entry a pair."""
    return _read(NEEDS.where(*which), today=clock.today())


def _read(query: Select[Any], **values: object) -> list[Need]:
    rows = db.session.execute(query, values)
    return _once_each([Need(row[0], Kind(row[1]), *row[2:]) for row in rows])


def _once_each(found: list[Need]) -> list[Need]:
    """Who is in the group and a head as well, or the head of two units, is one pair and not two."""
    best: dict[tuple[int, frozenset[int]], Need] = {}
    for need in sorted(found, key=lambda need: (ORDER[need.kind], need.first_id, need.second_id)):
        best.setdefault((need.cycle.id, need.people), need)
    return list(best.values())


OF_CYCLE = NEEDS.where(Cycle.id == bindparam("cycle"))


def of_cycle(cycle: Cycle) -> list[Need]:
    return _read(OF_CYCLE, today=clock.today(), cycle=cycle.id)


def open_needs_of(user: User) -> list[Need]:
    """With whom this person has still to talk, in rounds that are not closed; the most urgent first."""
    found = _read(OF_PERSON, today=clock.today(), person=user.id)
    return sorted((need for need in found if need.is_open), key=lambda need: need.cycle.due_on)


CYCLES = (
    select(Cycle)
    .where(among(Cycle.unit_id, given("units")))
    .order_by(Cycle.closed_on.is_not(None), Cycle.due_on.desc(), Cycle.id.desc())
)


def cycles_of(units: Sequence[Unit]) -> list[Cycle]:
    """The rounds of these units, the newest first."""
    return list(db.session.scalars(CYCLES, {"units": [unit.id for unit in units]}))
