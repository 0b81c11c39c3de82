"""The roster: who is on it, and what a tap on a name does."""

from functools import partial

from flask_babel import gettext as _
from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from intranet import audit, clock
from intranet.db import change, rows_changed
from intranet.errors import Invalid
from intranet.extensions import db
from intranet.models import User
from intranet.organisation import organisation
from plugins.study_logs.models import Attendance, Makeup, Session
from plugins.study_logs.queries.roster import expected, last_batch, name_of, person_to_add
from plugins.study_logs.queries.scope import sittings_of
from plugins.study_logs.services.makeups import forget
from plugins.study_logs.services.records import record
from plugins.study_logs.steps import UNSETTLED, Stage
from plugins.study_logs.wording import MARK_TITLES, OWING, Mark

WITH_MAKEUP = select(Makeup.attendance_id)
"""Of a record that was sent back: what the person has written for it is not lost by itself."""


def refresh(session: Session) -> None:
    """Who has come to the invited units is added; who has left, without mark and make-up, is taken off."""
    if session.stage not in UNSETTLED:
        return
    wanted = expected(session)
    known = dict(
        db.session.execute(
            select(Attendance.user_id, Attendance.id).where(Attendance.session_id == session.id)
        ).all()
    )
    gone = [key for user_id, key in known.items() if user_id not in wanted]
    idle = (Attendance.mark.is_(None), Attendance.by_hand.is_(False), Attendance.id.not_in(WITH_MAKEUP))
    db.session.execute(delete(Attendance).where(Attendance.id.in_(gone), *idle))
    _add(session, {key: unit_id for key, unit_id in wanted.items() if key not in known})


def _add(session: Session, people: dict[int, int], *, by_hand: bool = False) -> None:
    common = {"session_id": session.id, "by_hand": by_hand, "reason": "", "approver": "", "version": 1}
    rows = [{**common, "user_id": user_id, "unit_id": unit_id} for user_id, unit_id in people.items()]
    if rows:
        db.session.execute(insert(Attendance).on_conflict_do_nothing(), rows)


def add_person(session: Session, username: str, *, by: User) -> User:
    """Somebody who was not invited with a unit. Raises Invalid when nobody is meant, or several are."""
    _refuse_when_settled(session)
    found = person_to_add(session, username.strip())
    if found is None:
        raise Invalid(_("没有找到这个人，或有人同名。请填工号；只能加本单位及下级单位的人。"))
    person, unit_id = found
    _add(session, {person.id: unit_id}, by_hand=True)
    record(session, "roster", by=by, person=person.id)
    return person


def remove_person(session: Session, row: Attendance, *, by: User) -> None:
    """Whoever has left, or was added by mistake; a make-up of a record that was sent back goes as well."""
    _refuse_when_settled(session)
    record(session, "roster", by=by, person=row.user_id)
    if makeup := db.session.scalar(select(Makeup).where(Makeup.attendance_id == row.id)):
        forget(makeup, organisation().by_id[session.unit_id], by=by)
    db.session.delete(row)


def _refuse_when_settled(session: Session) -> None:
    if session.stage not in UNSETTLED:
        raise Invalid(_("记录已经定稿，名单不能再改。确需修改，请先“退回考勤”。"))


# Marks ---------------------------------------------------------------------------------------------


def mark(  # noqa: PLR0913 - what one row of the table holds
    session: Session,
    row: Attendance,
    given: Mark | None,
    *,
    reason: str,
    approver: str,
    version: int,
    by: User,
) -> None:
    """What became of one person. Raises Conflict when another clerk was quicker with this row."""
    _refuse_unless_signing(session)
    is_away = given in OWING
    values: dict[str, object] = {
        "mark": given,
        "reason": reason if is_away else "",
        "approver": approver if is_away else "",
        "marked_by": by.id,
        "marked_at": clock.now(),
        "sitting_id": None if is_away or given is None else row.sitting_id or _only_sitting(session),
    }
    if given is None:
        values["signed_at"] = None
    change(row, version, too_late=partial(_too_late, row), **values)
    unit = organisation().by_id.get(row.unit_id)
    audit.record(by, "study_logs:mark", f"study_logs_attendance:{row.id}", unit=unit, mark=given or "")


def mark_rest(session: Session, unit_ids: list[int], given: Mark, *, by: User) -> int:
    """其余全部出席: everybody of these units without a mark, in one statement. Returns how many."""
    _refuse_unless_signing(session)
    left = update(Attendance).where(
        Attendance.session_id == session.id, Attendance.mark.is_(None), Attendance.unit_id.in_(unit_ids)
    )
    sitting = None if given in OWING else _only_sitting(session)
    now = {"mark": given, "marked_by": by.id, "marked_at": clock.now(), "sitting_id": sitting}
    number = rows_changed(left.values(version=Attendance.version + 1, **now))
    record(session, "mark", by=by, mark=given, people=number)
    return number


def unmark_batch(session: Session, at: str, *, by: User) -> int:
    """Takes back what this person marked in one go last, at this moment; Invalid when none of it is left."""
    _refuse_unless_signing(session)
    moment, _number = last_batch(session, by) or (None, 0)
    if moment is None or moment.isoformat() != at:
        raise Invalid(_("成批登记的考勤已经撤销或改过，请逐人修改。"))
    batch = update(Attendance).where(
        Attendance.session_id == session.id,
        Attendance.marked_by == by.id,
        Attendance.marked_at == moment,
        Attendance.signed_at.is_(None),
    )
    nothing = {"mark": None, "marked_by": None, "marked_at": None, "sitting_id": None}
    number = rows_changed(batch.values(version=Attendance.version + 1, **nothing))
    record(session, "unmark", by=by, people=number)
    return number


def _refuse_unless_signing(session: Session) -> None:
    if session.stage is not Stage.SIGNING:
        stage = str(session.stage_title)
        raise Invalid(_("这项学习在“%(stage)s”，签到中才能登记考勤。", stage=stage))


def _only_sitting(session: Session) -> int | None:
    """Of several nobody knows which."""
    sittings = sittings_of(session)
    return sittings[0].id if len(sittings) == 1 else None


def _too_late(row: Attendance) -> str:
    said = str(MARK_TITLES[row.mark]) if row.mark else _("未登记")
    who = name_of(row.marked_by) or _("他人")
    return str(_("%(who)s刚把这一行改为“%(mark)s”，请看过再改。", who=who, mark=said))
