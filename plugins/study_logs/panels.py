"""What waits for a person, as the dashboard and the menu show it: two queries, however many units."""

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import Row, and_, case, func, or_, select

from intranet.contracts import Bar, Duty, Panel
from intranet.extensions import db
from intranet.gate import subtree_with
from intranet.models import Unit, User
from intranet.organisation import organisation
from intranet.permissions import allowed
from plugins.study_logs.models import Attendance, Makeup, Session
from plugins.study_logs.queries.scope import PLUGIN
from plugins.study_logs.steps import HELD, RECORD, Stage
from plugins.study_logs.words import TO_WRITE, MakeupState

MOST_BARS = 8
TO_DO = (Stage.NOTIFIED, Stage.SIGNING, Stage.RECORDED)
COMING = (Stage.NOTIFIED, Stage.SIGNING)


def _my_rows(user: User, unit_ids: Sequence[int]) -> Sequence[Row[*tuple[Any, ...]]]:
    """Make-ups I owe, and sessions I am expected at."""
    owed = Makeup.state.in_(TO_WRITE) & (Session.stage == Stage.RECORDED)
    coming = and_(Session.stage.in_(COMING), Attendance.mark.is_(None))
    query = select(Session, Attendance.unit_id, Makeup)
    query = query.join(Attendance, Attendance.session_id == Session.id)
    query = query.outerjoin(Makeup, Makeup.attendance_id == Attendance.id)
    query = query.where(Attendance.user_id == user.id, Attendance.unit_id.in_(unit_ids), or_(owed, coming))
    return db.session.execute(query.order_by(Session.day, Session.id)).all()


def _to_record(unit_ids: Sequence[int]) -> Sequence[Row[*tuple[Any, ...]]]:
    """Sessions that are under way, with how many make-ups wait for a decision and how many are open."""
    handed = func.sum(case((Makeup.state == MakeupState.HANDED, 1), else_=0))
    open_ = func.sum(case((Makeup.state.in_((*TO_WRITE, MakeupState.HANDED)), 1), else_=0))
    query = select(Session, func.coalesce(handed, 0), func.coalesce(open_, 0))
    query = query.outerjoin(Attendance, Attendance.session_id == Session.id)
    query = query.outerjoin(Makeup, Makeup.attendance_id == Attendance.id)
    query = query.where(Session.unit_id.in_(unit_ids), Session.stage.in_(TO_DO)).group_by(Session.id)
    return db.session.execute(query.order_by(Session.day, Session.id)).all()


def panels(user: User, units: list[Unit]) -> list[Panel]:
    """One panel: duties for the common list, a bar a unit for what was made final."""
    ids = [unit.id for unit in units]
    mine = [_own_duty(*row) for row in _my_rows(user, ids)]
    recording = [unit.id for unit in units if allowed(user, RECORD, unit)]
    work = [duty for row in (_to_record(recording) if recording else ()) if (duty := _work(*row))]
    bars, duties = _bars(units), (*mine, *work)
    if not bars and not duties:
        return []
    return [Panel(_("学习台账"), url_for("study_logs.index", unit=units[0].code), duties, bars)]


def _own_duty(session: Session, unit_id: int, makeup: Makeup | None) -> Duty:
    unit = organisation().by_id[unit_id]
    if makeup:
        url = url_for("study_logs.makeup", unit=unit.code, makeup_id=makeup.id)
        title = _("补课：%(title)s", title=session.title)
        return Duty(title, url, _("学习台账"), makeup.due_on, makeup.reason)
    url = url_for("study_logs.session", unit=unit.code, session_id=session.id)
    return Duty(_("参加学习：%(title)s", title=session.title), url, _("学习台账"), session.day, unit.name)


def _work(session: Session, handed: int, left: int) -> Duty | None:
    """What a recorder does next; while absentees write there is nothing."""
    unit = organisation().by_id[session.unit_id]
    url = url_for("study_logs.session", unit=unit.code, session_id=session.id)
    title = {"title": session.title}
    if session.stage in COMING:
        return Duty(_("登记考勤：%(title)s", **title), url, _("学习台账"), session.day, unit.name)
    due = session.makeup_due_on
    if not left:
        return Duty(_("补课闭合：%(title)s", **title), url, _("学习台账"), due, unit.name)
    note = _("已交 %(n)s 份，还差 %(left)s 人", n=handed, left=left - handed)
    return Duty(_("确认补课：%(title)s", **title), url, _("学习台账"), due, note) if handed else None


def _bars(units: list[Unit]) -> tuple[Bar, ...]:
    """Made final of all that were not cancelled: for each of a person's units with those under it."""
    paths = {unit.id: unit for unit in units}
    below = {each.id: each for unit in units for each in subtree_with(PLUGIN, unit)}
    held = func.sum(case((Session.stage.in_(HELD), 1), else_=0))
    query = select(Session.unit_id, held, func.count())
    query = query.where(Session.unit_id.in_(below), Session.stage != Stage.CANCELLED)
    numbers = {
        key: (int(done), all_) for key, done, all_ in db.session.execute(query.group_by(Session.unit_id))
    }
    bars = []
    for unit in paths.values():
        under = [numbers[key] for key, each in below.items() if each.is_under(unit.path) and key in numbers]
        if under:
            done, all_ = (sum(part) for part in zip(*under, strict=True))
            url = url_for("study_logs.index", unit=unit.code)
            bars.append(Bar(unit.name, done, all_, url, _("次")))
    return tuple(bars[:MOST_BARS])


def badge(user: User, unit: Unit) -> int:
    """What this person is to do here: make-ups owed, and of a recorder those that were handed in."""
    mine = and_(Attendance.user_id == user.id, Makeup.state.in_(TO_WRITE))
    theirs = and_(Attendance.user_id != user.id, Makeup.state == MakeupState.HANDED)
    below = [each.id for each in subtree_with(PLUGIN, unit)]
    wanted = or_(mine, theirs) if allowed(user, RECORD, unit) else mine
    query = select(func.count()).select_from(Makeup).join(Attendance, Attendance.id == Makeup.attendance_id)
    return db.session.scalar(query.where(wanted, Attendance.unit_id.in_(below))) or 0
