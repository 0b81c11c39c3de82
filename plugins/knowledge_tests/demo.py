"""The demo hospital's quizzes: one that is over, with results, one that is on, and a ward's draft."""

from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import select

from intranet import clock
from intranet.extensions import db
from intranet.models import Unit, User
from intranet.organisation import organisation
from plugins.knowledge_tests.models import LETTERS, Attempt, Candidate, Counts, Kind, Quiz, Shows, State
from plugins.knowledge_tests.queries.attempts import answers_of
from plugins.knowledge_tests.queries.bank import stock
from plugins.knowledge_tests.queries.quizzes import newcomers
from plugins.knowledge_tests.questions import KIND_WORDS, Written, written
from plugins.knowledge_tests.services import attempts, bank, quizzes

TEXT = Path(__file__).parent / "demo_questions.txt"
MOST_PAPERS = 48
SKILL = 0.72
WINDOW = timedelta(days=4)
OWN = Written(
    Kind.SINGLE,
    "科室制度",
    "交接班时，危重患者应当（　）。",
    ("床旁交接", "电话交接", "书面留条", "不用交接"),
    "A",
    "核心制度：危重患者床旁交接。",
)


def make(hospital: Unit, people: dict[str, User]) -> None:
    """About thirty made-up questions, and what became of them. Always the same papers in each demo."""
    office, head = people["office"], people["head"]
    for question in questions():
        bank.insert(hospital, question, by=office)
    departments = [unit for unit in organisation().below(hospital) if unit.kind == "department"]
    everybody = [unit.id for unit in departments]
    past = _opened(_values("群众路线教育实践活动应知应会测试（第一期）", 2, everybody), hospital, office)
    _taken(past, Random(past.id))  # noqa: S311 - the same papers each time
    _put_back(past, timedelta(days=12))
    _opened(_values("中央八项规定和行风“九不准”知识测试", 1, everybody), hospital, office)
    ward = organisation().by_code["nk1"]
    bank.add(ward, OWN, by=head)
    quizzes.add(ward, _values("内一科核心制度测试", 3, [ward.id]), by=head)


def questions() -> list[Written]:
    """The made-up bank."""
    found = []
    for line in TEXT.read_text("utf-8").splitlines():
        kind, topic, text, *options, answer, explanation = line.split("\t")
        cells = {f"option_{letter.lower()}": "" for letter in LETTERS}
        cells |= {
            f"option_{letter.lower()}": option for letter, option in zip(LETTERS, options, strict=False)
        }
        cells |= {"topic": topic, "text": text, "answer": answer, "explanation": explanation}
        found.append(written(cells, KIND_WORDS[kind]))
    return found


def _values(title: str, attempts_allowed: int, units: list[int]) -> dict[str, object]:
    now = clock.now().replace(minute=0, second=0, microsecond=0)
    points = {"points_single": 4, "points_multiple": 6, "points_true_false": 2}
    return {
        "title": title,
        "note": "闭卷，独立完成。测试结束后公布答案和解析。",
        "opens_at": now - timedelta(days=1),
        "closes_at": now + WINDOW,
        "minutes": 30,
        "attempts": attempts_allowed,
        "pass_percent": 60,
        "counts": Counts.BEST,
        "shows": Shows.CLOSED,
        "units": units,
        **points,
    }


def _opened(values: dict[str, object], hospital: Unit, office: User) -> Quiz:
    quiz = quizzes.add(hospital, values, by=office)
    there = stock(hospital)
    wanted = {key: max(number // 2, 1) for key, number in there.items()}
    quizzes.compose(quiz, hospital, wanted, by=office, version=quiz.version)
    quizzes.open_to_all(quiz, hospital, by=office, version=quiz.version)
    rows = newcomers(quiz, disabled=True)  # colleagues nobody logs in as
    db.session.add_all(Candidate(quiz_id=quiz.id, user_id=user, unit_id=unit) for user, unit in rows)
    db.session.flush()
    return quiz


def _taken(quiz: Quiz, chance: Random) -> None:
    """Most have taken it, some twice, one in eight not at all."""
    query = select(User).join(Candidate, Candidate.user_id == User.id).where(Candidate.quiz_id == quiz.id)
    for number, person in enumerate(db.session.scalars(query.order_by(User.id).limit(MOST_PAPERS)).all()):
        if number % 8 == 5:  # noqa: PLR2004
            continue
        passed = _paper(quiz, person, chance, SKILL + (number % 5 - 2) * 0.09)
        if not passed:
            _paper(quiz, person, chance, SKILL)


def _paper(quiz: Quiz, person: User, chance: Random, skill: float) -> bool:
    attempt = attempts.start(quiz, by=person, chance=chance)
    for answer in answers_of(attempt):
        right = answer.question.answer
        wrong = chance.choice([letter for letter in answer.shuffled if letter != right])
        answer.given = right if chance.random() < skill else wrong
    db.session.flush()
    db.session.refresh(attempt, ["quiz"])
    attempts.submit(attempt, {}, by=person, now=attempt.started_at + timedelta(minutes=chance.randint(8, 25)))
    return attempt.passed


def _put_back(quiz: Quiz, by: timedelta) -> None:
    """As if it had been held that long ago."""
    quiz.state = State.CLOSED
    quiz.opens_at, quiz.closes_at = quiz.opens_at - by, quiz.closes_at - by
    for attempt in db.session.scalars(select(Attempt).where(Attempt.quiz_id == quiz.id)):
        attempt.started_at, attempt.ends_at = attempt.started_at - by, attempt.ends_at - by
        attempt.submitted_at = _earlier(attempt.submitted_at, by)
    db.session.flush()


def _earlier(moment: datetime | None, by: timedelta) -> datetime | None:
    return moment - by if moment else None
