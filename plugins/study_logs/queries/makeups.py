"""Make-ups: one, those of a session, and those that wait for somebody."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, Select, func, select

from intranet.extensions import db
from intranet.gate import units_with
from intranet.models import Unit, User
from intranet.organisation import organisation
from plugins.study_logs.models import Attendance, Makeup, Session
from plugins.study_logs.rights import PLUGIN, Rights
from plugins.study_logs.steps import SEE
from plugins.study_logs.wording import OPEN_MAKEUPS, MakeupState

PAGE = 50
Whole = Row[Makeup, Attendance, Session, str]


def _whole() -> Select[*tuple[Any, ...]]:
    return (
        select(Makeup, Attendance, Session, User.name)
        .join(Attendance, Attendance.id == Makeup.attendance_id)
        .join(Session, Session.id == Attendance.session_id)
        .join(User, User.id == Attendance.user_id)
    )


def find_makeup(unit: Unit, rights: Rights, makeup_id: int, *, to_change: bool = False) -> Whole | None:
    """One's own, or of people of this unit and those under it whose attendance one may see."""
    query = _whole().where(Makeup.id == makeup_id)
    if to_change:
        query = query.with_for_update(of=Makeup).execution_options(populate_existing=True)
    row: Whole | None = db.session.execute(query).first()
    if row is None:
        return None
    below = units_with(PLUGIN, organisation().under(unit.path))
    is_here = row.Attendance.unit_id in {each.id for each in below}
    return row if is_here and rights.may_see(row.Attendance) else None


def open_makeups(session: Session) -> int:
    query = select(func.count()).select_from(Makeup)
    query = query.join(Attendance, Attendance.id == Makeup.attendance_id)
    here = (Attendance.session_id == session.id, Makeup.state.in_(OPEN_MAKEUPS))
    return db.session.scalar(query.where(*here)) or 0


def makeups_under(
    unit: Unit, rights: Rights, states: Collection[MakeupState], page: int, session_id: int | None = None
) -> tuple[Sequence[Whole], dict[MakeupState, int]]:
    """A page of those a person may see under a unit, one's own among them, and how many are in each state."""
    below = units_with(PLUGIN, organisation().under(unit.path))
    mine = Attendance.user_id == rights.user.id
    theirs = Attendance.unit_id.in_(rights.units(SEE, below))
    here = (mine | theirs) & Attendance.unit_id.in_([each.id for each in below])
    if session_id:
        here &= Attendance.session_id == session_id
    count = select(Makeup.state, func.count())
    count = count.join(Attendance, Attendance.id == Makeup.attendance_id)
    numbers = {key: number for key, number in db.session.execute(count.where(here).group_by(Makeup.state))}  # noqa: C416
    query = _whole().where(here, Makeup.state.in_(states))
    is_done = Makeup.state.not_in(OPEN_MAKEUPS)
    ordered = query.order_by(is_done, Makeup.due_on.desc(), Makeup.id.desc())
    ordered = ordered.limit(PAGE).offset(page * PAGE)
    return db.session.execute(ordered).all(), numbers


def subject_of(makeup_id: int) -> str:
    """The make-up as its attachments know it."""
    return f"study_logs:makeup:{makeup_id}"
