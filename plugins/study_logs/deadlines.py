"""The days of sessions and the ends of their make-ups, as reminders and the calendar ask for them."""

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import case, or_, select

from intranet.contracts import Charge, Deadline
from intranet.extensions import db
from intranet.models import Unit
from intranet.web import path_to
from plugins.study_logs.models import Session
from plugins.study_logs.steps import HELD, Stage


def deadlines(
    units: list[Unit], start: date, end: date, charge: Charge | None, most: int | None
) -> list[Deadline]:
    """Of the unit that keeps the record: nobody's absence is told to those who may see the calendar."""
    known = {unit.id: unit for unit in units if charge is None or unit.id in charge.unit_ids}
    in_time = or_(
        (Session.day >= start) & (Session.day < end),
        (Session.makeup_due_on >= start) & (Session.makeup_due_on < end),
    )
    query = select(Session).where(Session.unit_id.in_(known), Session.stage != Stage.CANCELLED, in_time)
    first = case((Session.day >= start, Session.day), else_=Session.makeup_due_on)
    sessions = db.session.scalars(query.order_by(first, Session.id).limit(most)).all()
    found = [each for session in sessions for each in _of(session, known[session.unit_id])]
    return [each for each in found if start <= each.day < end]


def _of(session: Session, unit: Unit) -> list[Deadline]:
    url = path_to("study_logs.session", unit=unit.code, session_id=session.id)
    held = Deadline(session.day, session.title, url, unit.id, done=session.stage in HELD)
    if session.makeup_due_on is None or session.stage not in HELD:
        return [held]
    title, is_over = _("补课：%(title)s", title=session.title), session.stage is not Stage.RECORDED
    return [held, Deadline(session.makeup_due_on, title, url, unit.id, done=is_over)]
