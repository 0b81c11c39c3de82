"""Who has taken a quiz and how it went, and what the answers say about its questions."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, func, select

from intranet.extensions import db
from intranet.gate import open_units
from intranet.models import Unit, User
from plugins.knowledge_tests.models import LETTERS, Answer, Attempt, Candidate, Question, Quiz
from plugins.knowledge_tests.queries.attempts import counting
from plugins.knowledge_tests.queries.quizzes import PLUGIN

ENOUGH = 20
"""From so many papers on it means something how the best and the weakest fared."""
EDGE = 0.27
"""The share of papers at either end, as is usual."""


class Who(StrEnum):
    """The lists behind the numbers."""

    INVITED = "invited"
    TAKEN = "taken"
    PASSED = "passed"
    FAILED = "failed"
    ABSENT = "absent"
    RUNNING = "running"


@dataclass(frozen=True, slots=True)
class Result:
    """One invited person. `counted` is the attempt that counts."""

    name: str
    username: str
    unit_name: str
    tries: int
    is_running: bool
    counted: Attempt | None

    def belongs(self, who: Who) -> bool:
        """Whether the person is on this list."""
        passed = self.counted is not None and self.counted.passed
        return {
            Who.INVITED: True,
            Who.TAKEN: self.counted is not None,
            Who.PASSED: passed,
            Who.FAILED: self.counted is not None and not passed,
            Who.ABSENT: self.counted is None and not self.is_running,
            Who.RUNNING: self.is_running,
        }[who]


def results(unit: Unit, quiz: Quiz, user: User) -> list[Result]:
    """The invited of this unit and those under it, by unit and name: two queries."""
    units = [below.id for below in open_units(PLUGIN, unit, user)]
    here = (Candidate.quiz_id == quiz.id, Candidate.unit_id.in_(units))
    people = db.session.execute(
        select(User.id, User.name, User.username, Unit.name.label("unit_name"))
        .join(Candidate, Candidate.user_id == User.id)
        .join(Unit, Unit.id == Candidate.unit_id)
        .where(*here)
        .order_by(Unit.position, Unit.path, User.name, User.id)
    ).all()
    asked = select(Candidate.user_id).where(*here)
    tries: dict[int, list[Attempt]] = {}
    query = select(Attempt).where(Attempt.quiz_id == quiz.id, Attempt.user_id.in_(asked))
    for attempt in db.session.scalars(query.order_by(Attempt.number)):
        tries.setdefault(attempt.user_id, []).append(attempt)
    return [_result(quiz, row, tries.get(row.id, [])) for row in people]


def _result(quiz: Quiz, row: object, tries: Sequence[Attempt]) -> Result:
    name, username, unit_name = (getattr(row, key) for key in ("name", "username", "unit_name"))
    is_running = any(attempt.submitted_at is None for attempt in tries)
    return Result(name, username, unit_name, len(tries), is_running, counting(tries, quiz.counts))


def counted(rows: Sequence[Result]) -> dict[Who, int]:
    """How long each list is."""
    return {who: sum(row.belongs(who) for row in rows) for who in Who}


# Questions -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Item:
    """How a question fared in everybody's first attempt. Shares are percentages.

    `discrimination`: how much more often the best got it right than the weakest; None: too few papers.
    """

    question: Question
    asked: int
    right: int
    options: tuple[tuple[str, str, int, bool], ...]
    """Letter, words, by how many per cent chosen, whether it is right."""
    discrimination: int | None


def items(quiz: Quiz) -> list[Item]:
    """Every question that was asked, the hardest first: five queries."""
    first = (Attempt.quiz_id == quiz.id, Attempt.number == 1, Attempt.submitted_at.is_not(None))
    totals = _totals(*first)
    chosen = _chosen(*first)
    best, weakest = _edges(*first)
    query = select(Question).where(Question.id.in_(totals))
    found = []
    for question in db.session.scalars(query):
        asked, right = totals[question.id]
        options = tuple(_options(question, chosen[question.id], asked))
        apart = _apart(best.get(question.id), weakest.get(question.id))
        found.append(Item(question, asked, round(100 * right / asked), options, apart))
    return sorted(found, key=lambda item: (item.right, item.question.id))


Totals = dict[int, tuple[int, int]]


def _totals(*which: ColumnElement[bool]) -> Totals:
    """By question how often it was asked and how often answered right."""
    query = select(Answer.question_id, func.count(), func.count().filter(Answer.is_right.is_(True)))
    query = query.join(Attempt, Attempt.id == Answer.attempt_id).where(*which)
    return {
        key: (asked, right) for key, asked, right in db.session.execute(query.group_by(Answer.question_id))
    }


def _chosen(*which: ColumnElement[bool]) -> dict[int, Counter[str]]:
    """By question how often each letter was chosen."""
    query = select(Answer.question_id, Answer.given, func.count())
    query = query.join(Attempt, Attempt.id == Answer.attempt_id).where(*which)
    found: dict[int, Counter[str]] = {}
    for key, given, count in db.session.execute(query.group_by(Answer.question_id, Answer.given)):
        letters = found.setdefault(key, Counter())
        letters.update(dict.fromkeys(given, count))
    return found


def _options(question: Question, chosen: Counter[str], asked: int) -> list[tuple[str, str, int, bool]]:
    lines = zip(LETTERS, question.options, strict=False)
    return [
        (letter, text, round(100 * chosen[letter] / asked), letter in question.answer)
        for letter, text in lines
    ]


def _edges(*which: ColumnElement[bool]) -> tuple[Totals, Totals]:
    """The totals of the best and of the weakest papers; of too few papers, nothing."""
    order = (Attempt.score * 1000 / Attempt.full, Attempt.id)
    papers = list(db.session.scalars(select(Attempt.id).where(*which).order_by(*order)))
    if len(papers) < ENOUGH:
        return {}, {}
    edge = round(EDGE * len(papers))
    return _totals(Attempt.id.in_(papers[-edge:])), _totals(Attempt.id.in_(papers[:edge]))


def _apart(best: tuple[int, int] | None, weakest: tuple[int, int] | None) -> int | None:
    if best is None or weakest is None:
        return None
    return round(100 * best[1] / best[0] - 100 * weakest[1] / weakest[0])


def average(rows: Sequence[Result]) -> float | None:
    """The mean of the marks that count, in per cent of the full marks."""
    marks = [100 * (row.counted.score or 0) / row.counted.full for row in rows if row.counted]
    return sum(marks) / len(marks) if marks else None
