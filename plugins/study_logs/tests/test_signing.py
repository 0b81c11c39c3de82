"""The code on the wall: while it is open, for those on the roster, once each, guesses are slow."""

from datetime import datetime, time, timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from sqlalchemy import func, select

from intranet import clock, units
from intranet.db import transaction
from intranet.extensions import db
from plugins.study_logs.codes import code_of
from plugins.study_logs.models import Attendance, Session, Sitting
from plugins.study_logs.services.roster import refresh
from plugins.study_logs.tests.conftest import row_of
from plugins.study_logs.wording import Mark
from tests.fixtures import PASSWORD, login, unit

DOOR = "/account/study_logs/sign-in"
MANY = 40


def open_code(app, session_id, code="nk1", who="recorder"):
    """Opens the window as the clerk does; the code as the wall shows it."""
    with app.app_context():
        sitting = db.session.scalars(select(Sitting).where(Sitting.session_id == session_id)).first().id
    path = f"/{code}/study_logs/sessions/{session_id}/sittings/{sitting}"
    assert login(app, who).post(f"{path}/window", data={"open": "1"}).status_code == 303
    with app.app_context():
        return code_of(db.session.get_one(Sitting, sitting), clock.now(), 60), path


def test_the_wall_shows_a_code_that_opens_until_the_sitting_ends(app, make_session, client_for):
    session_id = make_session()
    code, path = open_code(app, session_id)
    recorder, member = client_for("recorder"), client_for("member")

    wall = recorder.get(f"{path}/wall")
    assert code in wall.text
    assert "<path d=" in wall.text
    assert member.get(f"{path}/wall").status_code == 403
    assert code in member.get(f"{DOOR}/{code}").text
    signed = member.post(DOOR, data={"code": f" {code.lower()} "}, follow_redirects=True)
    assert signed.request.path.endswith(f"/signed-in/{session_id}")
    assert ("签到成功" in signed.text, "✓ 出席" in signed.text, "我到了" in signed.text) == (
        True,
        True,
        False,
    )
    assert login(app, "head").get(signed.request.path).status_code == 404
    again = member.post(DOOR, data={"code": code})
    assert again.status_code == 409
    with app.app_context():
        row = row_of(session_id, "member")
        assert (row.mark, row.version) == (Mark.PRESENT, 2)
        assert row.sitting_id == db.session.scalars(select(Sitting.id)).one()


def test_who_is_not_on_the_roster_or_comes_outside_the_window_is_refused(app, make_session, client_for):
    session_id = make_session()
    code, path = open_code(app, session_id)

    assert client_for("stranger").post(DOOR, data={"code": code}).status_code == 403
    with app.app_context(), transaction():
        sitting = db.session.scalars(select(Sitting)).one()
        sitting.open_until = clock.now() - timedelta(seconds=1)
    late = client_for("member").post(DOOR, data={"code": code})
    assert (late.status_code, "已经过期" in late.text) == (422, True)
    assert "签到码还没有开放，或已经停用" in client_for("recorder").get(f"{path}/wall").text
    with app.app_context():
        assert db.session.scalar(select(func.count()).where(Attendance.signed_at.is_not(None))) == 0


@pytest.mark.one_engine
def test_outside_the_window_the_wall_says_from_when_or_since_when(app, make_session):
    session_id = make_session()
    _code, path = open_code(app, session_id)
    eleven = datetime.combine(clock.today(), time(11), clock.ZONE)
    with app.app_context(), transaction():
        sitting = db.session.scalars(select(Sitting)).one()
        sitting.starts_at, sitting.ends_at = eleven, eleven + timedelta(hours=6)
        sitting.secret, sitting.open_from, sitting.open_until = "", None, None

    for hours, said in ((-3, "10:30 起可以签到"), (7, "签到已于 17:00 结束")):
        with time_machine.travel(eleven + timedelta(hours=hours), tick=False):
            assert said in login(app, "recorder").get(f"{path}/wall").text


def test_an_old_code_and_one_of_another_opening_are_wrong(app, make_session):
    session_id = make_session()
    code, path = open_code(app, session_id)
    with app.app_context():
        sitting = db.session.scalars(select(Sitting)).one()
        old = code_of(sitting, clock.now(), 60, back=2)
    assert login(app, "member").post(DOOR, data={"code": old}).status_code == 422
    login(app, "recorder").post(f"{path}/window", data={"open": "0"})
    open_code(app, session_id)
    assert login(app, "member").post(DOOR, data={"code": code}).status_code == 422


def test_guessing_is_slow_and_shuts_nobody_else_out(app, make_session, client_for):
    code, _path = open_code(app, make_session())
    guesser = client_for("stranger")
    limit = app.config["LOGIN_ATTEMPTS"]

    answers = [guesser.post(DOOR, data={"code": "WRONG2"}).status_code for _try in range(limit + 1)]

    assert answers == [422] * limit + [429]
    assert client_for("member").post(DOOR, data={"code": code}).status_code == 303


def test_late_is_told_from_the_clock_and_a_clerks_word_stays(app, make_session, client_for):
    session_id = make_session()
    with app.app_context(), transaction():
        sitting = db.session.scalars(select(Sitting)).one()
        sitting.starts_at = clock.now() - timedelta(minutes=11)
        row_of(session_id, "head").mark = Mark.EARLY
    code, _path = open_code(app, session_id)

    for who in ("member", "head"):
        client_for(who).post(DOOR, data={"code": code})

    with app.app_context():
        assert row_of(session_id, "member").mark is Mark.LATE
        assert row_of(session_id, "head").mark is Mark.EARLY


def test_forty_people_sign_in_at_once_each_once(app, make_session):
    """Each from two telephones: one of the two answers says that they are signed in already."""
    session_id = make_session()
    names = [f"p{number}" for number in range(MANY)]
    with app.app_context(), transaction():
        for name in names:
            units.join(units.add_person(name, name, "", hashed=PASSWORD), unit("nk1"))
        refresh(db.session.get_one(Session, session_id))
    code, _path = open_code(app, session_id)
    clients = [login(app, name) for name in names for _telephone in range(2)]
    tokens = [client.csrf_token() for client in clients]
    answers: dict[int, int] = {}
    start = Barrier(8)

    def sign(first: int) -> None:
        start.wait()
        for place in range(first, len(clients), 8):
            sent = {"code": code, "csrf_token": tokens[place]}
            answers[place] = clients[place].post(DOOR, data=sent, csrf=False).status_code

    threads = [Thread(target=sign, args=[first]) for first in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    pairs = [sorted([answers[place], answers[place + 1]]) for place in range(0, len(clients), 2)]
    assert pairs == [[303, 409]] * MANY
    with app.app_context():
        signed = select(func.count(), func.sum(Attendance.version)).where(Attendance.signed_at.is_not(None))
        assert db.session.execute(signed).one() == (MANY, 2 * MANY)


@pytest.mark.one_engine
def test_where_the_plugin_is_off_nobody_signs_in(app, make_session, client_for):
    code, _path = open_code(app, make_session())
    client_for("head").post("/nk1/plugins/study_logs", data={"state": "off"})

    assert client_for("member").post(DOOR, data={"code": code}).status_code == 422
