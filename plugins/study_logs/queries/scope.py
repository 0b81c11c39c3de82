"""Which sessions a person finds under a unit: its own and those under it, and those it is invited to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, String, cast, exists, func, or_, select

from intranet.extensions import db, read_once
from intranet.gate import open_units, units_with
from intranet.models import Unit, User
from intranet.organisation import organisation
from plugins.study_logs.models import Attendance, Event, Invited, Makeup, Rules, Session, Sitting
from plugins.study_logs.rights import PLUGIN
from plugins.study_logs.wording import Sharing

USUAL = Rules(
    sharing=Sharing.CHOICE, makeup_days=14, makeup_signs=200, late_minutes=10, code_seconds=60, version=0
)
"""Where no unit has settled anything; in no session."""


def ids_here(unit: Unit, user: User) -> list[int]:
    """Of this unit and those under it: the person may enter them, and studying is on."""
    return [each.id for each in open_units(PLUGIN, unit, user)]


def line_ids(unit: Unit) -> list[int]:
    """Of the unit and those above it, where studying is on: their sessions may have invited it."""
    known = organisation().by_id
    return [each.id for each in units_with(PLUGIN, (known[key] for key in unit.line if key in known))]


def visible(unit: Unit, user: User) -> ColumnElement[bool]:
    """The condition on sessions that lists and pages share."""
    invited = exists().where(Invited.session_id == Session.id, Invited.unit_id.in_(unit.line))
    named = exists().where(Attendance.session_id == Session.id, Attendance.user_id == user.id)
    from_above = Session.unit_id.in_(line_ids(unit)) & or_(invited, named)
    return or_(Session.unit_id.in_(ids_here(unit, user)), from_above)


def find_session(unit: Unit, user: User, session_id: int, *, hold: str = "") -> Session | None:
    """The session, if it is visible here. `hold`: its row, to "change" it or to "share" it as it is."""
    query = select(Session).where(Session.id == session_id, visible(unit, user))
    if hold:
        query = query.with_for_update(read=hold == "share", of=Session)
        query = query.execution_options(populate_existing=True)
    return db.session.scalar(query)


def sittings_of(session: Session) -> Sequence[Sitting]:
    query = select(Sitting).where(Sitting.session_id == session.id)
    return db.session.scalars(query.order_by(Sitting.starts_at, Sitting.id)).all()


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a session: its sittings, whom it invites, and one's own row and make-up."""

    sittings: list[Sitting]
    invited: list[Unit]
    own: Attendance | None
    makeup: Makeup | None


def around(session: Session, user: User) -> Around:
    """In one query: there are few sittings, and always one."""
    whom = select(func.aggregate_strings(cast(Invited.unit_id, String), ","))
    whom = whom.where(Invited.session_id == session.id)
    query = select(Sitting, Attendance, Makeup, whom.scalar_subquery())
    mine = (Attendance.session_id == Sitting.session_id) & (Attendance.user_id == user.id)
    query = query.outerjoin(Attendance, mine).outerjoin(Makeup, Makeup.attendance_id == Attendance.id)
    query = query.where(Sitting.session_id == session.id).order_by(Sitting.starts_at, Sitting.id)
    rows = db.session.execute(query).all()
    ids = {int(word) for word in (rows[0][3] or "").split(",") if word}
    invited = [unit for unit in organisation().units if unit.id in ids]
    return Around([row[0] for row in rows], invited, rows[0][1], rows[0][2])


def find_sitting(session: Session, sitting_id: int) -> Sitting | None:
    return next((each for each in sittings_of(session) if each.id == sitting_id), None)


def open_sittings(now: datetime) -> Sequence[Row[Sitting, Session]]:
    """Where signing in is possible at this moment, of units where studying is on."""
    ids = [unit.id for unit in units_with(PLUGIN, organisation().units)]
    query = select(Sitting, Session).join(Session, Session.id == Sitting.session_id)
    return db.session.execute(query.where(Sitting.open_until > now, Session.unit_id.in_(ids))).all()


def invited_to(session: Session) -> list[Unit]:
    """In the order of the tree; closed units are left out."""
    ids = set(db.session.scalars(select(Invited.unit_id).where(Invited.session_id == session.id)))
    return [unit for unit in organisation().units if unit.id in ids]


def history_of(session: Session) -> Sequence[Row[Event, str]]:
    """Newest first, with names."""
    query = select(Event, User.name).join(User, User.id == Event.user_id)
    return db.session.execute(query.where(Event.session_id == session.id).order_by(Event.id.desc())).all()


def subject_of(session_id: int) -> str:
    """The session as its attachments know it."""
    return f"study_logs:session:{session_id}"


def rules_for(unit: Unit) -> Rules:
    """What the nearest unit upwards has settled, else the usual: few rows, one query a request."""
    known: dict[int, Rules] | None = read_once().get("study_logs_rules")
    if known is None:
        known = {row.unit_id: row for row in db.session.scalars(select(Rules))}
        read_once()["study_logs_rules"] = known
    return next((known[key] for key in reversed(unit.line) if key in known), USUAL)
