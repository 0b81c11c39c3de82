"""Meetings as those who may know of them see them. What was said in one is the business of others here."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from flask_babel import gettext as _
from sqlalchemy import BindParameter, ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from intranet import clock
from intranet.contracts import Role
from intranet.errors import NotFound
from intranet.extensions import db
from intranet.gate import enter_record, open_units, units_with
from intranet.models import Unit, User
from intranet.organisation import organisation
from intranet.permissions import allowed, places, roles_for
from plugins.democratic_life import steps
from plugins.democratic_life.models import Meeting, Seat
from plugins.democratic_life.steps import (
    AGREE,
    CHAIR,
    KEEPER,
    READERS,
    RECORDER,
    SEAT,
    STEPS,
    SUPERIOR,
    Step,
)
from plugins.democratic_life.wording import PLANNING, STAGES, Attendance, Kind, Stage, State

PLUGIN = "democratic_life"
OVERVIEW, PREPARE = steps.OVERVIEW, steps.PREPARE
PAGE = 30
CHAIRED_BY, RECORDED_BY, BEFORE, AGAIN = aliased(User), aliased(User), aliased(Meeting), aliased(Meeting)


@dataclass(frozen=True, slots=True)
class Sitter:
    """A seat with a name."""

    seat: Seat
    name: str

    @property
    def user_id(self) -> int:
        return self.seat.user_id

    @property
    def is_present(self) -> bool:
        return self.seat.attendance is Attendance.PRESENT

    @property
    def is_absent(self) -> bool:
        return self.seat.attendance is Attendance.ABSENT


@dataclass(frozen=True)
class Found:
    """A meeting with its people, as one person sees it."""

    meeting: Meeting
    chair: str | None
    recorder: str | None
    previous_on: date | None
    """The day of the unit's meeting before this one."""
    again_id: int | None
    """The meeting that is held in place of this one."""
    sitters: tuple[Sitter, ...]
    viewer: User

    @cached_property
    def unit(self) -> Unit:
        return organisation().by_id[self.meeting.unit_id]

    @property
    def is_shut(self) -> bool:
        """The unit is closed: what was written is read, and nothing is done any more."""
        return self.unit.closed_on is not None

    @cached_property
    def names(self) -> dict[int, str]:
        return {sitter.user_id: sitter.name for sitter in self.sitters}

    @cached_property
    def parts(self) -> frozenset[str]:
        """What the viewer is to this meeting."""
        mine, meeting, me = set(), self.meeting, self.viewer.id
        mine |= {SEAT} if me in self.names else set()
        mine |= {CHAIR} if meeting.chair_id == me else set()
        mine |= {RECORDER} if meeting.recorder_id == me else set()
        mine |= {KEEPER} if allowed(self.viewer, PREPARE, self.unit) else set()
        if not mine & READERS and may_agree(self.viewer, self.unit):
            mine.add(SUPERIOR)
        if self.is_shut and mine & READERS:
            return frozenset({SEAT})
        return frozenset(mine)

    @property
    def may_read(self) -> bool:
        return bool(self.parts & READERS)

    @property
    def may_keep(self) -> bool:
        return bool(self.parts & {KEEPER, RECORDER})

    @property
    def may_conduct(self) -> bool:
        """Takes attendance and goes through the agenda, while it lasts."""
        return bool(self.parts & {KEEPER, RECORDER, CHAIR}) and self.meeting.state in {
            State.AGREED,
            State.HELD,
        }

    @property
    def may_edit(self) -> bool:
        return self.may_keep and self.meeting.state is State.PREPARING

    @property
    def may_write(self) -> bool:
        """What is said, until the record is final."""
        return self.may_read and self.meeting.state is State.HELD and not self.is_shut

    @property
    def may_see_papers(self) -> bool:
        """情况报告 and the draft of 通报: those in it, those who prepare it, those who get it."""
        return bool(self.parts)

    @property
    def present(self) -> list[Sitter]:
        return [sitter for sitter in self.sitters if sitter.is_present]

    @property
    def absent(self) -> list[Sitter]:
        return [sitter for sitter in self.sitters if sitter.is_absent]

    @property
    def needed(self) -> int:
        return needed(self.meeting.quorum, len(self.sitters))

    @property
    def day(self) -> date | None:
        return clock.local(self.meeting.meets_at).date() if self.meeting.meets_at else None

    @property
    def is_the_day(self) -> bool:
        """Agreed to, and its day has come."""
        return self.meeting.state is State.AGREED and self.day is not None and self.day <= clock.today()

    @property
    def is_open(self) -> bool:
        """People come: not before its day, as long as it lasts."""
        return self.is_the_day or self.meeting.state is State.HELD

    @property
    def since(self) -> date:
        """From when on the preparations count: the meeting before this one, or a year."""
        return self.previous_on or (self.day or clock.today()) - timedelta(days=365)

    @property
    def steps(self) -> list[Step]:
        """What the viewer may do next."""
        if self.is_shut:
            return []
        return [step for step in STEPS if self.is_there(step) and step.is_for(self.parts)]

    def is_there(self, step: Step) -> bool:
        if step.name == "notify" and self.meeting.noticed_at:
            return False
        return self.meeting.state in step.starts


TWO_THIRDS = 67
"""What 2/3 is kept as: two of three are enough, although they are less than 67 in a hundred."""


def needed(quorum: int, seats: int) -> int:
    """How many must be present."""
    share = (2, 3) if quorum == TWO_THIRDS else (quorum, 100)
    return -(-seats * share[0] // share[1])


def may_agree(user: User, unit: Unit) -> bool:
    """Whoever has the permission from a unit above. A supervisor always comes from above."""
    roles = roles_for(AGREE)
    return any(
        place.role in roles
        and place.reaches(unit)
        and (place.unit_id != unit.id or place.role is Role.SUPERVISOR)
        for place in places(user)
    )


def sits_in(user_id: int | BindParameter[int]) -> ColumnElement[bool]:
    """The meetings this person belongs to: as a member, its chair or its recorder."""
    seat = exists().where(Seat.meeting_id == Meeting.id, Seat.user_id == user_id)
    return or_(seat, Meeting.chair_id == user_id, Meeting.recorder_id == user_id)


def in_use() -> ColumnElement[bool]:
    """Meetings of units that have the plugin, closed ones too: where it is off, none is shown."""
    known = organisation().by_id
    return Meeting.unit_id.not_in(known.keys() - {unit.id for unit in units_with(PLUGIN, known.values())})


def at_work() -> frozenset[int]:
    """The units in which something may wait for somebody: open, and with the plugin."""
    return frozenset(unit.id for unit in units_with(PLUGIN, organisation().units))


def known_to(user: User, unit: Unit) -> ColumnElement[bool]:
    """The meetings this person may know of on the pages of this unit: their own, and those they oversee."""
    overseen = [below.id for below in open_units(PLUGIN, unit, user) if allowed(user, OVERVIEW, below)]
    return and_(in_use(), or_(sits_in(user.id), Meeting.unit_id.in_(overseen)))


def counted_in(user: User, unit: Unit) -> ColumnElement[bool]:
    """Those of them that belong to this unit or one under it, as the way of a campaign counts them."""
    under = [below.id for below in open_units(PLUGIN, unit, user)]
    return and_(known_to(user, unit), Meeting.unit_id.in_(under))


def meetings_of(user: User, unit: Unit, page: int, stage: Stage | None = None) -> list[Meeting]:
    """The newest first; one more than a page says there is another. With a stage those counted alone."""
    query = select(Meeting).where(known_to(user, unit)).order_by(Meeting.id.desc())
    if stage:
        query = query.where(counted_in(user, unit), Meeting.state.in_(STAGES[stage]))
    return list(db.session.scalars(query.limit(PAGE + 1).offset((page - 1) * PAGE)))


def meeting_or_404(user: User, unit: Unit, meeting_id: int, *, to_change: bool = False) -> Meeting:
    """The meeting, if this person may know of it here. `to_change` holds its row."""
    query = select(Meeting).where(Meeting.id == meeting_id, known_to(user, unit))
    if to_change:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound(_("没有这次会议，或者它不对您开放。"))
    enter_record(PLUGIN, found.unit_id)
    return found


def found_or_404(user: User, unit: Unit, meeting_id: int, *, to_change: bool = False) -> Found:
    """The same with its people: two queries."""
    query = _with_names().where(Meeting.id == meeting_id, known_to(user, unit))
    if to_change:
        query = query.with_for_update(of=Meeting).execution_options(populate_existing=True)
    row = db.session.execute(query).first()
    if row is None:
        raise NotFound(_("没有这次会议，或者它不对您开放。"))
    meeting, chair, recorder, previous, again = row
    enter_record(PLUGIN, meeting.unit_id)
    previous_on = clock.local(previous).date() if previous else None
    return Found(meeting, chair, recorder, previous_on, again, sitters_of(meeting), user)


def readable_or_404(user: User, unit: Unit, meeting_id: int, *, to_change: bool = False) -> Found:
    """The same for opening what was said: for everybody else there is no such page."""
    found = found_or_404(user, unit, meeting_id, to_change=to_change)
    if not found.may_read:
        raise NotFound(_("发言和会议记录只有参加会议的人和记录人能打开。"))
    return found


def _with_names() -> Select[Meeting, str | None, str | None, datetime | None, int | None]:
    earlier = and_(
        BEFORE.unit_id == Meeting.unit_id,
        BEFORE.kind == Meeting.kind,
        BEFORE.meets_at < func.coalesce(Meeting.meets_at, clock.now()),
        BEFORE.id != Meeting.id,
        BEFORE.state.not_in(PLANNING),
    )
    last = select(BEFORE.meets_at).where(earlier).order_by(BEFORE.meets_at.desc()).limit(1)
    next_ = select(func.max(AGAIN.id)).where(AGAIN.again_of_id == Meeting.id)
    names = CHAIRED_BY.name, RECORDED_BY.name
    query = select(Meeting, *names, last.scalar_subquery(), next_.scalar_subquery())
    query = query.outerjoin(CHAIRED_BY, CHAIRED_BY.id == Meeting.chair_id)
    return query.outerjoin(RECORDED_BY, RECORDED_BY.id == Meeting.recorder_id)


def sitters_of(meeting: Meeting) -> tuple[Sitter, ...]:
    query = select(Seat, User.name).join(User, User.id == Seat.user_id)
    query = query.where(Seat.meeting_id == meeting.id).execution_options(populate_existing=True)
    rows = db.session.execute(query.order_by(Seat.is_chief.desc(), Seat.place, Seat.user_id))
    return tuple(Sitter(seat, name) for seat, name in rows)


def last_of(unit: Unit, kind: Kind) -> Meeting | None:
    """The unit's newest meeting of this kind: the next one begins with its people and rules."""
    query = select(Meeting).where(Meeting.unit_id == unit.id, Meeting.kind == kind)
    return db.session.scalar(query.order_by(Meeting.id.desc()).limit(1))


def previous_seats(unit: Unit, meeting: Meeting) -> list[Seat]:
    """Who sat in the unit's last meeting of this kind; of one that is held again, in the first."""
    same = (Meeting.unit_id == unit.id, Meeting.kind == meeting.kind, Meeting.id < meeting.id)
    last = meeting.again_of_id or select(func.max(Meeting.id)).where(*same).scalar_subquery()
    return list(db.session.scalars(select(Seat).where(Seat.meeting_id == last).order_by(Seat.place)))
