"""An attempt begins with its questions fixed, keeps each answer, and is handed in once.

Locks are taken in one order, candidate, quiz, attempts, questions, audit chain: nobody waits in a ring.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from random import Random

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from intranet import audit, clock
from intranet.errors import Conflict, Forbidden
from intranet.extensions import db
from intranet.models import Unit, User
from intranet.organisation import organisation
from plugins.knowledge_tests import drawing
from plugins.knowledge_tests.models import Answer, Attempt, Candidate, Kind, Part, Question, Quiz
from plugins.knowledge_tests.queries.attempts import answers_of, is_late, own_attempts, running
from plugins.knowledge_tests.queries.bank import may_draw
from plugins.knowledge_tests.queries.quizzes import is_on, knows_answers, parts_of

# Beginning -----------------------------------------------------------------------------------------


def start(quiz: Quiz, *, by: User, chance: Random = drawing.CHANCE) -> Attempt:
    """A new attempt, or the one that is still running: two clicks begin one."""
    unit = organisation().by_id[quiz.unit_id]
    if knows_answers(by, unit):
        raise Forbidden(_("您能打开这场测试的题库，知道答案，所以不参加作答。"))
    _hold(quiz, by)
    now = clock.now()
    tries = own_attempts([quiz.id], by).get(quiz.id, [])
    if (open_one := running(tries)) and not is_late(open_one, now):
        return open_one
    if open_one:
        end_all(hold_running(Attempt.id == open_one.id))
    if not is_on(quiz, now):
        raise Conflict(_("现在不在测试时间内，不能开始答题。"))
    if len(tries) >= quiz.attempts:
        raise Conflict(_("您的 %(n)s 次机会已经用完。", n=quiz.attempts))
    attempt = _begin(quiz, len(tries) + 1, by, now, _drawn(quiz, parts_of(quiz), chance))
    detail = {"attempt": attempt.number}
    audit.record(by, "knowledge_tests:start", _subject(attempt), unit=unit, **detail)
    return attempt


def _hold(quiz: Quiz, by: User) -> None:
    """One beginning at a time for a person, and the quiz is not closed meanwhile."""
    mine = select(Candidate.unit_id).where(Candidate.quiz_id == quiz.id, Candidate.user_id == by.id)
    if db.session.scalar(mine.with_for_update()) is None:
        raise Forbidden(_("您不在这场测试的应考名单里，如有遗漏请联系举办单位。"))
    held = select(Quiz).where(Quiz.id == quiz.id).with_for_update(read=True)
    db.session.scalars(held.execution_options(populate_existing=True)).one()


def last_moment(quiz: Quiz, started_at: datetime) -> datetime:
    """When the time of somebody who began then runs out."""
    return min(started_at + timedelta(minutes=quiz.minutes), quiz.closes_at)


def _begin(quiz: Quiz, number: int, by: User, now: datetime, answers: list[Answer]) -> Attempt:
    attempt = Attempt(quiz_id=quiz.id, user_id=by.id, number=number, started_at=now)
    attempt.ends_at = last_moment(quiz, now)
    attempt.full = sum(answer.points for answer in answers)
    db.session.add(attempt)
    db.session.flush()
    for answer in answers:
        answer.attempt_id = attempt.id
    db.session.add_all(answers)
    db.session.flush()
    return attempt


def _drawn(quiz: Quiz, parts: list[Part], chance: Random) -> list[Answer]:
    """Raises Conflict when the bank has too few left. What is drawn cannot be edited meanwhile."""
    stock = _stock(organisation().by_id[quiz.unit_id])
    if any(part.number > len(stock.get((part.topic, part.kind), ())) for part in parts):
        raise Conflict(_("题库里的题不够抽，请联系举办单位补充题库。"))
    answers = drawing.drawn(quiz, parts, stock, chance)
    ids = [answer.question_id for answer in answers]
    held = select(Question).where(Question.id.in_(ids), Question.retired.is_(False))
    questions = {
        each.id: each for each in db.session.scalars(held.order_by(Question.id).with_for_update(read=True))
    }
    if len(questions) < len(ids):
        raise Conflict(_("题库刚有改动，请再点一次“开始答题”。"))
    for answer in answers:
        answer.shuffled = drawing.shuffled(questions[answer.question_id], chance)
    return answers


def _stock(unit: Unit) -> dict[tuple[str, Kind], list[int]]:
    found: dict[tuple[str, Kind], list[int]] = {}
    for topic, kind, key in db.session.execute(
        select(Question.topic, Question.kind, Question.id).where(may_draw(unit)).order_by(Question.id)
    ):
        found.setdefault((topic, kind), []).append(key)
    return found


# Answering -----------------------------------------------------------------------------------------


def save(attempt: Attempt, chosen: Mapping[int, str], *, now: datetime) -> list[Answer]:
    """Keeps the letters of the page, by position. Raises Conflict when it is over or too late.

    No entry in the log: what was answered is in the answers, with its moment.
    """
    _hold_open(attempt, now)
    return _keep(attempt, chosen, now)


def _hold_open(attempt: Attempt, now: datetime) -> None:
    """Raises Conflict when it was handed in meanwhile, or its time is over."""
    if not hold_running(Attempt.id == attempt.id):
        raise Conflict(_("这份答卷已经交了，不能再改。"))
    if is_late(attempt, now):
        raise Conflict(_("时间已到，这次的答案没有保存；此前保存的都在，将按它们评分。"))


def _keep(attempt: Attempt, chosen: Mapping[int, str], now: datetime) -> list[Answer]:
    answers = [answer for answer in answers_of(attempt) if answer.position in chosen]
    for answer in answers:
        answer.given = drawing.as_stored(answer, chosen[answer.position])
        answer.saved_at = now
    return answers


def submit(attempt: Attempt, chosen: Mapping[int, str], *, by: User, now: datetime) -> bool:
    """Hands it in with what the page has, once. False: the page came too late and what was saved counts."""
    if not hold_running(Attempt.id == attempt.id):
        return True
    in_time = not is_late(attempt, now)
    if not in_time:
        end_all([attempt])
        return False
    _keep(attempt, chosen, now)
    db.session.flush()
    _mark(attempt, now)
    unit = organisation().by_id[attempt.quiz.unit_id]
    audit.record(by, "knowledge_tests:submit", _subject(attempt), unit=unit, **_in_short(attempt))
    return True


# The end -------------------------------------------------------------------------------------------


def hold_running(*which: ColumnElement[bool], skip_locked: bool = False) -> list[Attempt]:
    """Those of the attempts that nobody has handed in, for this transaction alone."""
    query = select(Attempt).where(Attempt.submitted_at.is_(None), *which).order_by(Attempt.id)
    held = query.with_for_update(of=Attempt, skip_locked=skip_locked).options(joinedload(Attempt.quiz))
    return list(db.session.scalars(held.execution_options(populate_existing=True)))


def end_all(held: Iterable[Attempt]) -> int:
    """Marks these with what was saved. Returns how many."""
    held = list(held)
    for attempt in held:
        attempt.timed_out = True
        _mark(attempt, min(attempt.ends_at, clock.now()))
        unit = organisation().by_id.get(attempt.quiz.unit_id)
        audit.record(None, "knowledge_tests:time_up", _subject(attempt), unit=unit, **_in_short(attempt))
    return len(held)


def _mark(attempt: Attempt, at: datetime) -> None:
    attempt.score = drawing.mark(answers_of(attempt))
    attempt.passed = attempt.score * 100 >= attempt.quiz.pass_percent * attempt.full
    attempt.submitted_at = at
    db.session.flush()


def _in_short(attempt: Attempt) -> dict[str, object]:
    return {"attempt": attempt.number, "score": f"{attempt.score}/{attempt.full}"}


def _subject(attempt: Attempt) -> str:
    return f"knowledge_tests_attempt:{attempt.id}"
