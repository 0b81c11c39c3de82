"""Talks as those who may know of them see them: who, when, what kind, how far. Never what was said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased

from intranet.errors import NotFound
from intranet.extensions import db
from intranet.gate import enter_record, open_units
from intranet.ids import among, given
from intranet.models import Unit, User
from intranet.permissions import allowed
from intranet.wording import listed
from plugins.talk_records.models import Party, Sealed, Talk
from plugins.talk_records.steps import HOST, PLANNER, RECORDER, STEPS, SUBJECT, Step
from plugins.talk_records.wording import TOOK_PLACE, State

PLUGIN = "talk_records"
OVERVIEW = "talk_records:overview"
ROSTER = "talk_records:roster"
PAGE = 30


@dataclass(frozen=True, slots=True)
class Side:
    """A party with a name."""

    user_id: int
    name: str
    is_host: bool
    has_confirmed: bool
    has_left: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A talk with its people, as one person sees it."""

    talk: Talk
    sides: tuple[Side, ...]
    recorder: str | None
    recorder_has_left: bool | None
    """The account is closed; nothing where nobody keeps the record."""
    viewer: User

    @property
    def hosts(self) -> str:
        return listed(side.name for side in self.sides if side.is_host)

    @property
    def subjects(self) -> str:
        return listed(side.name for side in self.sides if not side.is_host)

    @property
    def parts(self) -> frozenset[str]:
        """What the viewer is to this talk; a planner who is nothing else opens nothing.

        Who was spoken to also does what is the host's when no host is left.
        """
        mine = {HOST if side.is_host else SUBJECT for side in self.sides if side.user_id == self.viewer.id}
        if mine and all(side.has_left for side in self.sides if side.is_host):
            mine.add(HOST)
        if self.talk.recorder_id == self.viewer.id:
            mine.add(RECORDER)
        if self.talk.created_by == self.viewer.id:
            mine.add(PLANNER)
        return frozenset(mine)

    @property
    def may_read(self) -> bool:
        return bool(self.parts & {HOST, SUBJECT, RECORDER})

    @property
    def may_write(self) -> bool:
        return self.may_read and self.talk.state not in {State.ARCHIVED, State.CANCELLED}

    @property
    def is_party(self) -> bool:
        return bool(self.parts & {HOST, SUBJECT})

    @property
    def day(self) -> date | None:
        return self.talk.held_on or self.talk.meet_on

    @property
    def steps(self) -> list[Step]:
        """What the viewer may do next."""
        return [step for step in STEPS if self.is_there(step) and step.is_for(self.parts)]

    def is_there(self, step: Step) -> bool:
        if step.name == "follow" and (self.talk.follow_up_on is None or self.talk.followed_on):
            return False
        if step.each and any(s.has_confirmed and s.user_id == self.viewer.id for s in self.sides):
            return False
        if step.name == "archive" and self.talk.state is State.HELD and not self.waits_for_nobody:
            return False
        if step.name == "dismiss" and self.talk.recorder_id is None:
            return False
        return self.talk.state in step.starts

    @property
    def waits_for_nobody(self) -> bool:
        """All who are still here have confirmed; whoever has left never will."""
        missing = [side for side in self.sides if not side.has_confirmed]
        return len(missing) < len(self.sides) and all(side.has_left for side in missing)

    @property
    def readers(self) -> str:
        """Who can open what was said."""
        names = [side.name for side in self.sides if not side.has_left]
        return listed([*names, *([self.recorder] if self.recorder and not self.recorder_has_left else [])])


# Built once: building costs more than asking.
RECORDED_BY = aliased(User)
RECORDER_OF = RECORDED_BY.name, RECORDED_BY.disabled
TALKS = select(Talk, *RECORDER_OF).outerjoin(RECORDED_BY, RECORDED_BY.id == Talk.recorder_id)
SIDES = (
    select(Party.talk_id, Party.user_id, User.name, Party.is_host)
    .add_columns(Party.confirmed_at.is_not(None), User.disabled)
    .join(User, User.id == Party.user_id)
    .where(among(Party.talk_id, given("talks")))
    .order_by(Party.is_host.desc(), User.pinyin, User.id)
)


def mine(user_id: int | ColumnElement[int]) -> ColumnElement[bool]:
    """The talks this person is a party to, or the recorder of."""
    party = exists().where(Party.talk_id == Talk.id, Party.user_id == user_id)
    return or_(party, Talk.recorder_id == user_id)


def known_to(user: User, unit: Unit) -> ColumnElement[bool]:
    """The talks this person may know of on the pages of this unit: their own, and those they oversee."""
    overseen = [below.id for below in open_units(PLUGIN, unit, user) if allowed(user, OVERVIEW, below)]
    return or_(
        mine(user.id), and_(Talk.created_by == user.id, Talk.unit_id == unit.id), Talk.unit_id.in_(overseen)
    )


def talks(user: User, *which: ColumnElement[bool], page: int = 1) -> list[Found]:
    """The newest first, and one more than a page says there is another. Two queries."""
    query = TALKS.where(*which).order_by(Talk.id.desc())
    rows = list(db.session.execute(query.limit(PAGE + 1).offset((page - 1) * PAGE)))
    sides = _sides([row[0].id for row in rows])
    return [Found(row[0], sides.get(row[0].id, ()), row[1], row[2], user) for row in rows]


def _sides(talk_ids: Sequence[int]) -> dict[int, tuple[Side, ...]]:
    found: dict[int, tuple[Side, ...]] = {}
    for talk_id, *side in db.session.execute(SIDES, {"talks": talk_ids}):
        found[talk_id] = (*found.get(talk_id, ()), Side(*side))
    return found


def talk_or_404(user: User, unit: Unit, talk_id: int, *, to_change: bool = False) -> Found:
    """The talk, if this person may know of it here. `to_change` holds its row."""
    query = TALKS.where(Talk.id == talk_id, known_to(user, unit))
    if to_change:
        query = query.with_for_update(of=Talk).execution_options(populate_existing=True)
    row = db.session.execute(query).first()
    if row is None:
        raise NotFound(_("没有这次谈话，或者它不对您开放。"))
    enter_record(PLUGIN, row[0].unit_id)
    return Found(row[0], _sides([talk_id]).get(talk_id, ()), row[1], row[2], user)


def read_or_404(user: User, unit: Unit, talk_id: int, *, to_change: bool = False) -> Found:
    """The same for opening what was said: for everybody else there is no such page."""
    found = talk_or_404(user, unit, talk_id, to_change=to_change)
    if not found.may_read:
        raise NotFound(_("谈话内容只有谈话双方和记录人能打开。"))
    return found


def sealed_of(talk: Talk) -> Sealed | None:
    return db.session.get(Sealed, talk.id)


def between(first_id: int, second_id: int) -> ColumnElement[bool]:
    """Talks in which one of these two spoke to the other."""
    one, other = aliased(Party), aliased(Party)
    return exists().where(
        one.talk_id == Talk.id,
        other.talk_id == Talk.id,
        one.user_id == first_id,
        other.user_id == second_id,
        one.is_host != other.is_host,
    )


def dated_talks(units: Sequence[Unit], start: date, end: date) -> list[tuple[Talk, int]]:
    """Talks of these units to be held or followed up in [start, end), each with its first host."""
    ids = [unit.id for unit in units]
    to_hold = and_(Talk.state == State.ARRANGED, Talk.meet_on >= start, Talk.meet_on < end)
    follow = and_(Talk.state.in_(TOOK_PLACE), Talk.follow_up_on >= start, Talk.follow_up_on < end)
    query = (
        select(Talk, Party.user_id)
        .join(Party, and_(Party.talk_id == Talk.id, Party.is_host))
        .where(Talk.unit_id.in_(ids), or_(to_hold, follow))
    )
    return [(talk, host) for talk, host in db.session.execute(query.order_by(Talk.id))]
