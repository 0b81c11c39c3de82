"""A session at any stage, brought there by the people whose work it is."""

from collections.abc import Callable
from datetime import time, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from intranet import clock
from intranet.db import transaction
from intranet.extensions import db
from plugins.study_logs.models import Attendance, Session, Sitting
from plugins.study_logs.services.moving import move
from plugins.study_logs.services.sessions import Facts, Plan, When, open_session
from plugins.study_logs.steps import STEP_OF, Stage
from plugins.study_logs.wording import Form, Mark
from tests.fixtures import person, unit

TITLE = "党章学习"
MAIN_LINE = (Stage.NOTIFIED, Stage.SIGNING, Stage.RECORDED)


def now_on() -> None:
    """Every sitting goes on at this moment, whatever the clock of the machine says."""
    for sitting in db.session.scalars(select(Sitting)):
        sitting.starts_at = clock.now() - timedelta(minutes=1)
        sitting.ends_at = clock.now() + timedelta(hours=1)


@pytest.fixture
def make_session(app: Flask) -> Callable[..., int]:
    """`make_session(Stage.SIGNING)` → the id of a session of nk1, or of `code`, with nk1's people invited."""

    def make(
        stage: Stage = Stage.SIGNING, *, code: str = "nk1", away: str = "member", mark: Mark = Mark.SHIFT
    ) -> int:
        with app.app_context(), transaction():
            by = person("office" if code == "hospital" else "recorder")
            facts = Facts(TITLE, Form.BRANCH, 20, "党章总纲")
            when = When(clock.local(clock.now()).date(), time(9), time(10), "示教室")
            session = open_session(unit(code), Plan(facts, when, [unit("nk1")]), by=by)
            for step in MAIN_LINE[: MAIN_LINE.index(stage) + 1 if stage in MAIN_LINE else 0]:
                if step is Stage.RECORDED:
                    mark_all(session, away, mark)
                move(session, STEP_OF[session.stage, step], "", by=by)
            now_on()
            return session.id

    return make


def mark_all(session: Session, away: str, mark: Mark) -> None:
    """Everybody came but one."""
    absent = person(away).id
    for row in db.session.scalars(select(Attendance).where(Attendance.session_id == session.id)):
        row.mark = mark if row.user_id == absent else Mark.PRESENT
        row.reason, row.approver = ("夜班", "李牧原") if row.user_id == absent else ("", "")
        row.marked_at = clock.now()
    db.session.flush()


def row_of(session_id: int, username: str) -> Attendance:
    """Inside an app context."""
    here = (Attendance.session_id == session_id, Attendance.user_id == person(username).id)
    return db.session.scalars(select(Attendance).where(*here)).one()
