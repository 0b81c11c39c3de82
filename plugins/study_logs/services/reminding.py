"""Whoever owes a make-up hears of it in time: the calendar of a unit must not say who was absent."""

from collections.abc import Sequence

from sqlalchemy import Row, select

from intranet import clock, workdays
from intranet.db import reads_first, start_writing
from intranet.extensions import db
from intranet.gate import units_with
from intranet.models import User
from intranet.organisation import organisation
from plugins.study_logs.models import Attendance, Makeup, Session
from plugins.study_logs.rights import PLUGIN
from plugins.study_logs.services.makeups import tell_of
from plugins.study_logs.steps import Stage
from plugins.study_logs.wording import TO_WRITE


@reads_first
def remind() -> dict[str, int]:
    """On the morning of a working day, with the lead times of all other reminders; each once."""
    if not workdays.reminds_now():
        return {"told": 0}
    rows = _owing()
    start_writing()
    return {"told": sum(_remind(makeup, row, session) for makeup, row, session in rows)}


def _owing() -> Sequence[Row[Makeup, Attendance, Session]]:
    """Of people whose account is open, in units where studying is on."""
    ids = [unit.id for unit in units_with(PLUGIN, organisation().units)]
    query = select(Makeup, Attendance, Session).join(Attendance, Attendance.id == Makeup.attendance_id)
    query = query.join(Session, Session.id == Attendance.session_id)
    query = query.join(User, User.id == Attendance.user_id).where(User.disabled.is_(False))
    here = (Attendance.unit_id.in_(ids), Session.stage == Stage.RECORDED, Makeup.state.in_(TO_WRITE))
    return db.session.execute(query.where(*here).order_by(Makeup.id)).all()


def _remind(makeup: Makeup, row: Attendance, session: Session) -> int:
    """Late ones once, whenever that is found out."""
    due = makeup.due_on
    if due < clock.today():
        return tell_of(makeup, row, session, [row.user_id], "makeup_late", once=due, due=due)
    if (lead := workdays.lead_of(due)) is None:
        return 0
    return tell_of(makeup, row, session, [row.user_id], "makeup_due", once=f"{due} {lead}", due=due)
