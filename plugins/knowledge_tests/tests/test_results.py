"""Results: numbers that open their lists, how the questions fared, no more queries for more people."""

import io
import re

import pytest
from openpyxl import load_workbook

from intranet.db import transaction
from intranet.extensions import db
from intranet.models import Membership, User
from plugins.knowledge_tests.models import Attempt
from plugins.knowledge_tests.queries.attempts import answers_of
from plugins.knowledge_tests.services import attempts
from tests.crawler import Frugal
from tests.fixtures import check_html, person, unit

from .conftest import begin

HOME = "/hospital/knowledge_tests"


def join(app, code, number):
    """So many new people in the unit."""
    with app.app_context(), transaction():
        for each in range(number):
            user = User(username=f"{code}{each}", name=f"{code}{each}", password_hash="-")
            db.session.add(user)
            db.session.flush()
            db.session.add(Membership(user_id=user.id, unit_id=unit(code).id))


def take(app, quiz, username, right):
    """All right, or nothing answered."""
    attempt_id = begin(app, quiz, username)
    with app.app_context(), transaction():
        attempt = db.session.get_one(Attempt, attempt_id)
        for answer in answers_of(attempt):
            answer.given = answer.question.answer if right else "B"
        db.session.flush()
        attempts.submit(attempt, {}, by=person(username), now=attempt.started_at)


@pytest.mark.parametrize("size", [2, 24])
def test_each_number_opens_its_list_with_few_queries_whatever_the_size(app, make_quiz, size):
    join(app, "nk1", size)
    join(app, "wk1", 2)
    quiz = make_quiz(shares="hospital")
    for number in range(size):
        take(app, quiz, f"nk1{number}", right=number % 2)
    begin(app, quiz, "wk10")
    office, head = Frugal(app, "office"), Frugal(app, "head")

    page = office.get(f"{HOME}/quizzes/{quiz}/people")

    check_html(page)
    numbers = {who: int(n) for who, n in re.findall(r"who=(\w+)\" hx-get.*?<b>(\d+)</b>", page.text)}
    assert numbers["taken"] == size
    assert numbers["passed"] == numbers["failed"] == size // 2
    assert numbers["running"] == 1
    assert numbers["invited"] == size + 1 + numbers["absent"]
    for who, number in numbers.items():
        listed = office.get(f"{HOME}/quizzes/{quiz}/people?who={who}").text
        assert listed.partition("<tbody>")[2].count("<tr>") == number, who
    own = head.get(f"/nk1/knowledge_tests/quizzes/{quiz}/people?who=running").text
    assert "wk10" not in own  # a head sees the own ward's people
    items = office.get(f"{HOME}/quizzes/{quiz}/items")
    check_html(items)
    assert ("100%</td>" in items.text) == (size == 24)
    sheet = office.client.post(f"{HOME}/quizzes/{quiz}/people.xlsx?who=passed")
    rows = list(load_workbook(io.BytesIO(sheet.data)).active.iter_rows(min_row=4, values_only=True))
    assert len(rows) == size // 2
    assert {(row[3], row[4], row[5]) for row in rows} == {("合格", 8, 8)}
    for path in ("/", f"{HOME}/", f"{HOME}/quizzes/{quiz}", f"{HOME}/questions"):
        assert office.get(path).status_code == 200
