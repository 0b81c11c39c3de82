"""What waits for a person, in one query: the start page asks every plugin, and many ask more than one."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    ScalarSelect,
    Select,
    SelectBase,
    String,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from intranet import clock
from intranet.asking import ask
from intranet.gate import is_on
from intranet.models import User
from intranet.organisation import organisation
from plugins.talk_records.models import Agreement, Cycle, Party, Passed, Talk
from plugins.talk_records.queries.needs import FIRST, IS_OPEN, OF_PERSON, PAIRS, PERSON, PLANNED_WITH, SECOND
from plugins.talk_records.queries.talks import PLUGIN, mine
from plugins.talk_records.wording import TOOK_PLACE, WAITING, Kind, State

MUST, PLANNED, ARRANGED, CONFIRM = "must", "planned", "arranged", "confirm"
FOLLOW, ARCHIVE, ANSWER = "follow", "archive", "answer"
MOST = 100


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody to talk with (`id` of the round), or a talk of one's own that wants something (`id` of it)."""

    what: str
    id: int
    unit_id: int
    round: str
    due_on: date | None
    kind: Kind
    first_id: int
    first: str
    second_id: int
    second: str
    talk_id: int
    """Of somebody to talk with: the talk with them that is planned already; 0 for none."""


# The question is built once: home pages ask it, and building it takes ten times as long as asking.


def _what(confirms: ColumnElement[bool], follows: ColumnElement[bool]) -> ColumnElement[str]:
    return case(
        (Talk.state == State.PLANNED, literal(PLANNED)),
        (Talk.state == State.ARRANGED, literal(ARRANGED)),
        (confirms, literal(CONFIRM)),
        (follows, literal(FOLLOW)),
        else_=literal(ARCHIVE),
    )


def _names(*, is_host: bool) -> ScalarSelect[str]:
    names = select(func.aggregate_strings(User.name, "、")).join(Party, Party.user_id == User.id)
    return names.where(Party.talk_id == Talk.id, Party.is_host.is_(is_host)).scalar_subquery()


def _people() -> SelectBase:
    return OF_PERSON.where(IS_OPEN).with_only_columns(
        literal(MUST).label("what"),
        Cycle.id.label("id"),
        Cycle.unit_id,
        Cycle.name,
        Cycle.due_on,
        cast(PAIRS.c.kind, String).label("kind"),
        FIRST.id.label("first_id"),
        FIRST.name.label("first"),
        SECOND.id.label("second_id"),
        SECOND.name.label("second"),
        func.coalesce(PLANNED_WITH, 0).label("talk_id"),
    )


def _talks() -> Select[Any]:
    me = and_(Party.talk_id == Talk.id, Party.user_id == PERSON)
    confirms = and_(Talk.state == State.HELD, exists().where(me, Party.confirmed_at.is_(None)))
    hosts = or_(exists().where(me, Party.is_host), Talk.recorder_id == PERSON)
    open_ = and_(Talk.follow_up_on.is_not(None), Talk.followed_on.is_(None), Talk.state.in_(TOOK_PLACE))
    follows = and_(open_, hosts)
    wanted = or_(Talk.state.in_(WAITING), confirms, follows, and_(Talk.state == State.CONFIRMED, hosts))
    due = case((Talk.state.in_(WAITING), Talk.meet_on), (confirms, None), (follows, Talk.follow_up_on))
    return _row(_what(confirms, follows), due).where(mine(PERSON), wanted)


def _row(what: ColumnElement[str], due: ColumnElement[Any]) -> Select[Any]:
    """Of a talk, in the order of `Waiting`."""
    nobody = literal(0, Integer)
    return select(
        what,
        Talk.id,
        Talk.unit_id,
        literal(""),
        due,
        cast(Talk.kind, String),
        nobody,
        func.coalesce(_names(is_host=True), ""),
        nobody,
        func.coalesce(_names(is_host=False), ""),
        nobody,
    )


def _proposals() -> Select[Any]:
    """Talks in which somebody wants to pass a problem on, and this person has not said a word to it."""
    me = exists().where(Party.talk_id == Talk.id, Party.user_id == PERSON)
    said = exists().where(Agreement.passed_id == Passed.id, Agreement.user_id == PERSON)
    others = and_(Passed.agreed_at.is_(None), Passed.proposed_by != PERSON, ~said)
    asked = exists().where(Passed.talk_id == Talk.id, others)
    return _row(literal(ANSWER), null()).where(me, asked)


ASKED: CompoundSelect[*tuple[Any, ...]] = union_all(_people(), _talks(), _proposals()).limit(MOST)


def waiting_for(user: User) -> list[Waiting]:
    """The duties of this person, each once: whom they must talk with, unless that talk is planned already."""
    rows = ask(ASKED, {"person": user.id, "today": clock.today()})
    here = (row for row in rows if _goes_on(row[2]))
    found = [Waiting(row[0], row[1], row[2], row[3], row[4], Kind(row[5]), *row[6:]) for row in here]
    owed = _owed(found)
    planned = {each.talk_id: each for each in owed if each.talk_id}
    talks = [_with_round(each, planned.get(each.id)) for each in found if each.what != MUST]
    return [*(each for each in owed if not each.talk_id), *talks]


def _goes_on(unit_id: int) -> bool:
    """Not where the unit is closed, or has no talks any more: nothing could be done."""
    unit = organisation().by_id[unit_id]
    return unit.closed_on is None and is_on(PLUGIN, unit)


def _owed(found: Iterable[Waiting]) -> list[Waiting]:
    """One talk serves two reasons and two rounds: the pair is there once, with the earliest day."""
    best: dict[frozenset[int], Waiting] = {}
    for each in found:
        people = frozenset({each.first_id, each.second_id})
        if each.what == MUST and (people not in best or _day(each) < _day(best[people])):
            best[people] = each
    return list(best.values())


def _day(waiting: Waiting) -> date:
    return waiting.due_on or date.max


def _with_round(talk: Waiting, owed: Waiting | None) -> Waiting:
    """What is planned and has no day yet is due when the round is."""
    if owed is None:
        return talk
    return replace(talk, due_on=talk.due_on or owed.due_on, round=owed.round)
