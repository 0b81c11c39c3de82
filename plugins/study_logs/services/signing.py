"""Signing in by the code on the wall: while it is open, for those on the roster, once each."""

import secrets
from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from intranet import audit, clock, throttle
from intranet.db import rows_changed, start_writing
from intranet.errors import Conflict, Forbidden, Invalid
from intranet.extensions import db
from intranet.models import User
from intranet.organisation import organisation
from plugins.study_logs.codes import LENGTH, is_code_of
from plugins.study_logs.models import Attendance, Session, Sitting
from plugins.study_logs.queries.scope import open_sittings, rules_for
from plugins.study_logs.services.records import record
from plugins.study_logs.steps import Stage
from plugins.study_logs.wording import OWING, Mark

EARLY = timedelta(minutes=30)
TOO_MANY = _l("签到码输错次数过多，请 %(wait)s 分钟后再试，或请现场的干事登记。")


def open_window(session: Session, sitting: Sitting, *, by: User) -> None:
    """From now, or half an hour before it begins if that is later, until the sitting ends."""
    if session.stage is not Stage.SIGNING:
        raise Invalid(_("请先办“开始签到”，再开放签到码。"))
    now = clock.now()
    if not may_open(sitting, now):
        raise Invalid(_("签到码在学习当天、本场结束以前才能开放；请在名单上登记考勤。"))
    sitting.secret = secrets.token_hex(16)
    sitting.open_from, sitting.open_until = max(now, sitting.starts_at - EARLY), sitting.ends_at
    record(session, "window", by=by)


def may_open(sitting: Sitting, now: datetime) -> bool:
    """On its own day, and not when it is over."""
    return now < sitting.ends_at and clock.local(sitting.starts_at).date() <= clock.local(now).date()


def close_window(session: Session, sitting: Sitting, *, by: User) -> None:
    _close(Sitting.id == sitting.id)
    record(session, "window", by=by)


def close_windows(session: Session) -> None:
    """The record is final."""
    _close(Sitting.session_id == session.id)


def _close(which: object) -> None:
    """An object of the session learns of it, too."""
    for sitting in db.session.scalars(select(Sitting).where(which, Sitting.secret != "")):  # type: ignore[arg-type]
        sitting.secret, sitting.open_from, sitting.open_until = "", None, None
    db.session.flush()


def sign_in(typed: str, *, by: User) -> Session:
    """In a view that reads first. Guesses are counted, a right code is not.

    Raises Invalid for a wrong or old code, Forbidden for who is not on the roster, Conflict the second time.
    """
    attempt = throttle.a_try(by.username, "", "account", "study sign-in")
    throttle.begin(attempt, "", TOO_MANY)
    code = "".join(typed.split()).upper()[: LENGTH + 1]
    start_writing()
    found = _sitting_of(code, clock.now())
    if found is None:
        raise Invalid(_("签到码不对，或已经过期。请看现场屏幕上现在的签到码，重新输入或扫码。"))
    sitting, session = found
    _sign(session, sitting, by)
    throttle.forgive(attempt)
    return session


def _sitting_of(code: str, now: datetime) -> tuple[Sitting, Session] | None:
    for sitting, session in open_sittings(now):
        seconds = rules_for(organisation().by_id[session.unit_id]).code_seconds
        if sitting.is_open(now) and is_code_of(sitting, code, now, seconds):
            return sitting, session
    return None


def _sign(session: Session, sitting: Sitting, by: User) -> None:
    """The session's row is held as it is, so that no record is made final meanwhile."""
    held = select(Session.stage).where(Session.id == session.id).with_for_update(read=True)
    if db.session.scalar(held) is not Stage.SIGNING:
        raise Invalid(_("签到已经结束，请找现场的干事登记。"))
    here = (Attendance.session_id == session.id, Attendance.user_id == by.id)
    row = db.session.scalar(select(Attendance).where(*here))
    if row is None:
        raise Forbidden(_("您不在这次学习的名单上，没有签到。请找现场的干事把您加入名单。"))
    mark = _mark_at(session, sitting)
    kept = row.mark if row.mark and row.mark not in OWING else mark
    values = {"mark": kept, "signed_at": clock.now(), "sitting_id": sitting.id, "reason": "", "approver": ""}
    signed = update(Attendance).where(*here, Attendance.signed_at.is_(None))
    if not rows_changed(signed.values(version=Attendance.version + 1, **values)):
        raise Conflict(_("您已经签到，不用再签。"))
    unit = organisation().by_id.get(row.unit_id)
    audit.record(by, "study_logs:sign_in", f"study_logs_attendance:{row.id}", unit=unit, mark=kept)


def _mark_at(session: Session, sitting: Sitting) -> Mark:
    late = rules_for(organisation().by_id[session.unit_id]).late_minutes
    return Mark.LATE if clock.now() > sitting.starts_at + timedelta(minutes=late) else Mark.PRESENT
