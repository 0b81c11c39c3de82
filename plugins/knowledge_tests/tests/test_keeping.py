"""What the jobs do by themselves: remind in time, mark what ran out."""

from datetime import datetime, time, timedelta

import pytest
import time_machine
from flask import g
from sqlalchemy import func, select

from intranet import clock, units
from intranet.db import transaction
from intranet.extensions import db
from intranet.gate import Word, turn
from intranet.models import Notice, User
from intranet.organisation import read_anew
from plugins.knowledge_tests.models import Attempt, Quiz, State
from plugins.knowledge_tests.queries.quizzes import PLUGIN
from plugins.knowledge_tests.services import quizzes
from plugins.knowledge_tests.services.keeping import keep_up
from plugins.knowledge_tests.services.reminding import remind
from tests.fixtures import PASSWORD, person, unit

from .conftest import begin


@pytest.fixture
def monday():
    """The next one, at nine in the morning."""
    today = clock.today()
    return datetime.combine(today + timedelta(days=7 - today.weekday()), time(9), clock.ZONE)


def told(app, at):
    """Who hears something then. The next run tells nobody, and has nothing to write."""
    with time_machine.travel(at, tick=False), app.app_context():
        before = db.session.scalar(select(func.max(Notice.id)))
        with transaction(reads_first=True):
            number = remind()["told"]
        with transaction(reads_first=True):
            assert remind() == {"told": 0}
            assert not g.get("writing")
        query = select(User.username).join(Notice, Notice.user_id == User.id)
        names = db.session.scalars(query.where(Notice.kind == "ending", Notice.id > before)).all()
        assert len(names) == number
        return sorted(names)


def test_who_has_not_begun_is_told_once_on_the_last_working_morning(app, make_quiz, monday):
    thursday, sunday = monday + timedelta(days=3), monday + timedelta(days=6)
    with time_machine.travel(monday, tick=False):
        quiz = make_quiz(opens_at=monday, closes_at=thursday.replace(hour=18), minutes=600)
        make_quiz(title="一上午", opens_at=thursday.replace(hour=7), closes_at=thursday.replace(hour=18))
        begin(app, quiz, "member")

        assert told(app, monday) == []
    assert told(app, monday + timedelta(days=2)) == []
    assert told(app, thursday.replace(hour=3)) == []
    assert told(app, thursday) == ["head", "recorder"]
    with time_machine.travel(thursday, tick=False), app.app_context(), transaction():
        found = db.session.get_one(Quiz, quiz)
        quizzes.extend(found, unit("hospital"), sunday, by=person("office"), version=found.version)
    assert told(app, thursday + timedelta(hours=1)) == []
    assert told(app, thursday + timedelta(days=1)) == ["head", "recorder"]  # nobody is reminded on a Sunday


def test_time_runs_out_where_quizzes_are_off_or_the_unit_is_closed_but_nobody_is_invited(app, make_quiz):
    attempt_id = begin(app, make_quiz(closes_at=clock.now() + timedelta(minutes=40)))
    with app.app_context(), transaction():
        turn(PLUGIN, unit("hospital"), Word.OFF, by=person("office"))
        unit("hospital").closed_on = clock.today()
        units.join(units.add_person("fresh", "新来的", PASSWORD), unit("nk1"))
        read_anew()

    for minutes, expected in [(31, (1, 0, 0)), (41, (0, 1, 0))]:
        with time_machine.travel(clock.now() + timedelta(minutes=minutes)), app.app_context(), transaction():
            assert tuple(keep_up().values()) == expected
    with app.app_context():
        attempt = db.session.get_one(Attempt, attempt_id)
        assert (attempt.timed_out, db.session.get_one(Quiz, attempt.quiz_id).state) == (True, State.CLOSED)
