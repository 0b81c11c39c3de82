"""What an absentee owes: decided once, and due first where it is due first."""

from datetime import timedelta

from sqlalchemy import select

from intranet import clock
from intranet.db import transaction
from intranet.extensions import db
from plugins.study_logs.deadlines import deadlines
from plugins.study_logs.models import Makeup, Session
from plugins.study_logs.words import MakeupState
from tests.fixtures import unit

PATH = "/nk1/study_logs/makeups"


def test_the_second_of_two_who_decide_is_told_what_has_become_of_it(app, make_session, client_for):
    make_session(away="member", stage="recorded")
    with app.app_context(), transaction():
        makeup = db.session.scalars(select(Makeup)).one()
        makeup.state, makeup.note = MakeupState.HANDED, "补学笔记"
        sent = {"state": "confirmed", "version": makeup.version}
        path = f"{PATH}/{makeup.id}/decide"

    assert client_for("recorder").post(path, data=sent).status_code == 303
    late = client_for("head").post(path, data=sent)
    assert late.status_code == 409
    assert "请看过再办" in late.text
    known = client_for("head").post(path, data={**sent, "version": sent["version"] + 1})
    assert (known.status_code, "已经办结" in known.text) == (422, True)


def test_of_few_deadlines_the_earliest_are_told(app, make_session):
    """Though a make-up belongs to a session of long ago."""
    old, new = make_session("recorded"), make_session()
    with app.app_context(), transaction():
        today = clock.today()
        db.session.get_one(Session, old).day = today - timedelta(days=60)
        db.session.get_one(Session, old).makeup_due_on = today + timedelta(days=20)
        db.session.get_one(Session, new).day = today + timedelta(days=1)
        db.session.flush()
        [first] = deadlines([unit("nk1")], today, today + timedelta(days=30), None, 1)
        assert first.day == today + timedelta(days=1)
