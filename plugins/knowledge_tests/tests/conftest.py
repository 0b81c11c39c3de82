"""What the tests of the quizzes share: a bank, an open quiz, and a paper begun."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from intranet import clock
from intranet.db import transaction
from intranet.extensions import db
from plugins.knowledge_tests.models import Counts, Kind, Quiz, Shows
from plugins.knowledge_tests.queries.attempts import answers_of
from plugins.knowledge_tests.questions import Written
from plugins.knowledge_tests.services import attempts, bank, quizzes
from tests.fixtures import person, unit

SECRET = "解析机密"
"""Stands in every explanation: nobody may read it before handing in."""
MakeQuiz = Callable[..., int]


def question(number: int, kind: Kind = Kind.SINGLE, topic: str = "八项规定") -> Written:
    """Its right options are called 对…, so a test can answer right and wrong at will."""
    if kind is Kind.TRUE_FALSE:
        return Written(kind, topic, f"判断题{number}", ("正确", "错误"), "A", f"{SECRET}{number}")
    options = tuple(f"{'对' if letter in 'AC' else '错'}{number}{letter}" for letter in "ABCD")
    answer = "A" if kind is Kind.SINGLE else "AC"
    return Written(kind, topic, f"题{kind.value}{number}", options, answer, f"{SECRET}{number}")


def settings(code: str, **changed: object) -> dict[str, object]:
    """Of a quiz that is on now."""
    now = clock.now()
    return {
        "title": "作风测试",
        "opens_at": now - timedelta(hours=1),
        "closes_at": now + timedelta(days=2),
        "minutes": 30,
        "attempts": 1,
        "pass_percent": 60,
        "points_single": 2,
        "points_multiple": 3,
        "points_true_false": 1,
        "counts": Counts.BEST,
        "shows": Shows.CLOSED,
        "units": [unit(code).id],
        **changed,
    }


@pytest.fixture
def make_quiz(app: Flask) -> MakeQuiz:
    """`make_quiz(shares="nk1", attempts=2)`: the hospital's, open, of four questions of its bank of nine."""

    def make(shares: str = "nk1", *, is_open: bool = True, **changed: object) -> int:
        with app.app_context(), transaction():
            hospital, office = unit("hospital"), person("office")
            if not db.session.query(Quiz.id).first():
                for number in range(3):
                    for kind in Kind:
                        bank.add(hospital, question(number, kind), by=office)
            quiz = quizzes.add(hospital, settings(shares, **changed), by=office)
            wanted = {
                ("八项规定", Kind.SINGLE): 2,
                ("八项规定", Kind.MULTIPLE): 1,
                ("八项规定", Kind.TRUE_FALSE): 1,
            }
            quizzes.compose(quiz, hospital, wanted, by=office, version=quiz.version)
            if is_open:
                quizzes.open_to_all(quiz, hospital, by=office, version=quiz.version)
            return quiz.id

    return make


@pytest.fixture
def quiz(make_quiz: MakeQuiz) -> int:
    """The hospital's, for the people of nk1."""
    return make_quiz()


def begin(app: Flask, quiz_id: int, username: str = "member") -> int:
    """Starts an attempt; returns its id."""
    with app.app_context(), transaction():
        return attempts.start(db.session.get_one(Quiz, quiz_id), by=person(username)).id


def right_letters(app: Flask, attempt_id: int) -> dict[int, str]:
    """By position, what to choose on the page of this attempt."""
    with app.app_context():
        answers = answers_of(db.session.get_one(attempts.Attempt, attempt_id))
        return {a.position: attempts.drawing.as_shown(a, a.question.answer) for a in answers}
