"""What the jobs do by themselves: remind in time, mark what ran out."""

from datetime import datetime, time, timedelta

import pytest
import time_machine
from flask import g
from sqlalchemy import func, select

from intranet import clock
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import Notice, User
from plugins.knowledge_tests.models import Quiz
from plugins.knowledge_tests.services import quizzes
from plugins.knowledge_tests.services.reminding import remind
from tests.fixtures import person, unit

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
