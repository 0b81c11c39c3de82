"""What waits for a person, and how far units are: all of the dashboard in one query."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    Date,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from intranet.asking import ask
from intranet.gate import subtree_with
from intranet.ids import among, given
from intranet.models import Unit, User
from intranet.permissions import allowed
from plugins.study_logs.models import Attendance, Makeup, Session
from plugins.study_logs.rights import PLUGIN
from plugins.study_logs.steps import HELD, RECORD, Stage
from plugins.study_logs.wording import OPEN_MAKEUPS, TO_WRITE, MakeupState

TO_DO = (Stage.NOTIFIED, Stage.SIGNING, Stage.RECORDED)
COMING = (Stage.NOTIFIED, Stage.SIGNING)
MINE, WORK, BAR = "mine", "work", "bar"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line: something of one's own, a session to work on, or of a unit how many are final of all."""

    kind: str
    key: int
    """Of a session; of a make-up where `is_makeup`."""
    unit_id: int
    title: str
    due_on: date | None
    stage: str
    done: int
    total: int
    note: str

    @property
    def is_makeup(self) -> bool:
        return self.kind == MINE and bool(self.done)


def _mine() -> Select[*tuple[Any, ...]]:
    """Make-ups to write, and sessions one is expected at."""
    is_owed = Makeup.state.in_(TO_WRITE) & (Session.stage == Stage.RECORDED)
    is_coming = and_(Session.stage.in_(COMING), Attendance.mark.is_(None))
    query = select(
        literal(MINE),
        func.coalesce(Makeup.id, Session.id),
        Attendance.unit_id,
        Session.title,
        func.coalesce(Makeup.due_on, Session.day),
        cast(Session.stage, String),
        case((Makeup.id.is_not(None), 1), else_=0),
        literal(0),
        func.coalesce(Makeup.reason, ""),
    )
    query = query.select_from(Session).join(Attendance, Attendance.session_id == Session.id)
    query = query.outerjoin(Makeup, Makeup.attendance_id == Attendance.id)
    here = among(Attendance.unit_id, given("own"))
    return query.where(Attendance.user_id == bindparam("user"), here, or_(is_owed, is_coming))


def _work() -> Select[*tuple[Any, ...]]:
    """Sessions under way, with how many make-ups were handed in and how many are open."""
    handed = func.sum(case((Makeup.state == MakeupState.HANDED, 1), else_=0))
    left = func.sum(case((Makeup.state.in_(OPEN_MAKEUPS), 1), else_=0))
    query = select(
        literal(WORK),
        Session.id,
        Session.unit_id,
        Session.title,
        case((Session.stage == Stage.RECORDED, Session.makeup_due_on), else_=Session.day),
        cast(Session.stage, String),
        func.coalesce(handed, 0),
        func.coalesce(left, 0),
        literal(""),
    )
    query = query.select_from(Session).outerjoin(Attendance, Attendance.session_id == Session.id)
    query = query.outerjoin(Makeup, Makeup.attendance_id == Attendance.id)
    here = among(Session.unit_id, given("recording"))
    return query.where(here, Session.stage.in_(TO_DO)).group_by(Session.id)


def _bars() -> Select[*tuple[Any, ...]]:
    """How many are final, of all that were not cancelled."""
    final = func.sum(case((Session.stage.in_(HELD), 1), else_=0))
    no_day, nothing = cast(null(), Date), literal("")
    words = (
        literal(BAR),
        literal(0),
        Session.unit_id,
        nothing,
        no_day,
        nothing,
        final,
        func.count(),
        nothing,
    )
    here = among(Session.unit_id, given("below"))
    return select(*words).where(here, Session.stage != Stage.CANCELLED).group_by(Session.unit_id)


ASKED = union_all(_mine(), _work(), _bars())
"""Every home page asks it, so it is built once."""


def waiting(user: User, units: Sequence[Unit]) -> list[Waiting]:
    """In these units, and how far they are with those under them."""
    where = {
        "own": [unit.id for unit in units],
        "recording": [unit.id for unit in units if allowed(user, RECORD, unit)],
        "below": list({each.id for unit in units for each in subtree_with(PLUGIN, unit)}),
    }
    return [Waiting(*row) for row in ask(ASKED, {**where, "user": user.id})]
