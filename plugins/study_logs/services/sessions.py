"""Opening and changing a session, its sittings and whom it invites."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import partial

from flask_babel import gettext as _
from sqlalchemy import delete, select

from intranet import attachments, audit, clock, search
from intranet.contracts import Reference
from intranet.db import change
from intranet.errors import Conflict, Invalid
from intranet.extensions import db
from intranet.models import Unit, User
from plugins.study_logs.models import Event, Invited, Session, Sitting
from plugins.study_logs.queries.scope import invited_to, sittings_of, subject_of
from plugins.study_logs.services.records import KIND, let_find, record, remember
from plugins.study_logs.services.roster import refresh
from plugins.study_logs.steps import AHEAD, FILED, UNSETTLED, Stage
from plugins.study_logs.wording import Form

MOST_SITTINGS = 12


@dataclass(frozen=True, slots=True)
class Facts:
    """What a person writes about a session."""

    title: str
    form: Form
    tenths: int = 0
    content: str = ""
    host: str = ""
    clerk: str = ""
    speaker: str = ""
    speeches: str = ""
    with_leaders: bool = False

    def columns(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(frozen=True, slots=True)
class When:
    """One sitting: a day, from when to when, and where."""

    day: date
    starts: time
    ends: time
    place: str = ""

    @property
    def moments(self) -> tuple[datetime, datetime]:
        return tuple(datetime.combine(self.day, at, clock.ZONE) for at in (self.starts, self.ends))  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class Plan:
    """A session to be: its facts, its first sitting, whom it invites, and what it was made from."""

    facts: Facts
    when: When
    invited: Collection[Unit] = field(default_factory=tuple)
    origin: Reference | None = None


def open_session(unit: Unit, plan: Plan, *, by: User) -> Session:
    """A new session of the unit, with its roster as people work there today."""
    made = Session(unit_id=unit.id, day=plan.when.day, planned_on=plan.when.day, **plan.facts.columns())
    made.opened_by, made.opened_at = by.id, clock.now()
    if plan.origin:
        made.source, made.source_key = plan.origin.source, plan.origin.key
        made.source_url, made.source_title = plan.origin.url, plan.origin.title
    db.session.add(made)
    db.session.flush()
    record(made, "open", by=by)
    remember(made, by=by)
    _add_sitting(made, plan.when)
    _invite(made, plan.invited)
    refresh(made)
    let_find(made)
    return made


def open_once(unit: Unit, plan: Plan, *, by: User) -> tuple[Session, bool]:
    """Of what it is made from the unit has one: that, or a new one; and whether it is new."""
    audit.wait_turn(unit)  # of two clicks the second finds what the first has made
    origin = plan.origin
    if origin:
        same = (Session.source == origin.source, Session.source_key == origin.key)
        here = (Session.unit_id == unit.id, Session.stage != Stage.CANCELLED)
        known = db.session.scalar(select(Session).where(*same, *here).order_by(Session.id).limit(1))
        if known:
            return known, False
    return open_session(unit, plan, by=by), True


def remove_session(session: Session, unit: Unit, *, by: User) -> None:
    """With its files, while it is planned; afterwards it is cancelled, for people have been told."""
    if session.stage is not Stage.PLANNED:
        raise Invalid(_("只有计划中的学习可以删除；已经通知的请办“取消”。"))
    for file, _name in attachments.of(subject_of(session.id)):
        attachments.remove(file, unit, by=by)
    record(session, "remove", by=by)
    search.drop(KIND, str(session.id))
    db.session.delete(session)


def edit_session(
    session: Session, facts: Facts, invited: Collection[Unit], *, version: int, by: User
) -> None:
    """Raises Conflict when somebody was quicker; the record of a session stays as it was made final."""
    if session.stage not in UNSETTLED:
        raise Invalid(_("记录已经定稿，不能修改。确需修改，请先“退回考勤”。"))
    values = facts.columns()
    change(session, version, Session.stage.in_(UNSETTLED), too_late=partial(too_late, session), **values)
    _invite(session, invited)
    refresh(session)
    record(session, "edit", by=by)
    let_find(session)


def _invite(session: Session, units: Collection[Unit]) -> None:
    """Nobody twice: a unit whose upper unit is invited as well is left out."""
    paths = [unit.path for unit in units]
    wanted = {
        unit.id for unit in units if not any(unit.path != path and unit.is_under(path) for path in paths)
    }
    known = {unit.id for unit in invited_to(session)}
    gone = delete(Invited).where(Invited.session_id == session.id, Invited.unit_id.not_in(wanted))
    db.session.execute(gone)
    db.session.add_all(Invited(session_id=session.id, unit_id=unit_id) for unit_id in wanted - known)
    db.session.flush()


def add_sitting(session: Session, when: When, *, by: User) -> None:
    """One more, for those on shift at the others."""
    _refuse_when_settled(session)
    if len(sittings_of(session)) >= MOST_SITTINGS:
        raise Invalid(_("一项学习最多 %(most)s 场。", most=MOST_SITTINGS))
    _add_sitting(session, when)
    _take_day(session)
    record(session, "sitting", by=by)


def remove_sitting(session: Session, sitting: Sitting, *, by: User) -> None:
    """The last one stays: a session takes place somewhere."""
    _refuse_when_settled(session)
    if len(sittings_of(session)) == 1:
        raise Invalid(_("至少要有一场。请先增加新的场次，再删除这一场。"))
    db.session.delete(sitting)
    db.session.flush()
    _take_day(session)
    record(session, "sitting", by=by)


def _refuse_when_settled(session: Session) -> None:
    if session.stage not in UNSETTLED:
        raise Invalid(_("记录已经定稿，场次不能再改。确需修改，请先“退回考勤”。"))


def _add_sitting(session: Session, when: When) -> None:
    starts, ends = when.moments
    db.session.add(Sitting(session_id=session.id, starts_at=starts, ends_at=ends, place=when.place))
    db.session.flush()


def _take_day(session: Session) -> None:
    """The day of the first sitting; until people are told, that is the plan too."""
    day = clock.local(sittings_of(session)[0].starts_at).date()
    planned = day if session.stage is Stage.PLANNED else session.planned_on
    change(session, session.version, too_late=partial(too_late, session), day=day, planned_on=planned)


def name_test(session: Session, test: Reference | None, *, version: int, by: User) -> None:
    """The test of what was studied, or none; like the material until the session is filed."""
    if session.stage in FILED:
        raise Invalid(_("这项学习已归档或取消，材料不能再改。"))
    found = (test.source, test.key, test.title) if test else (None, None, None)
    values = dict(zip(("test_source", "test_key", "test_title"), found, strict=True))
    still = Session.stage.not_in(FILED)
    change(session, version, still, too_late=partial(too_late, session), **values)
    record(session, "test", by=by)


def too_late(session: Session) -> str:
    """Who was quicker and what they did."""
    query = select(Event, User.name).join(User, User.id == Event.user_id)
    row = db.session.execute(
        query.where(Event.session_id == session.id).order_by(Event.id.desc()).limit(1)
    ).first()
    stage = str(session.stage_title)
    if row is None or session.stage in AHEAD:
        return str(_("这项学习刚被他人改过，现在在“%(stage)s”，请刷新后再办。", stage=stage))
    said = {"who": row.name, "at": f"{clock.local(row.Event.at):%H:%M}", "stage": stage}
    return str(_("%(who)s已在 %(at)s 办到“%(stage)s”，请刷新后再办。", **said))


def refuse_stale(session: Session, version: int) -> None:
    if session.version != version:
        raise Conflict(too_late(session))
