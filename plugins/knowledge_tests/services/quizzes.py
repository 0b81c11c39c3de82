"""A quiz is put together, opened to its people, prolonged and closed."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from intranet import audit, clock
from intranet.contracts import Text
from intranet.db import change
from intranet.errors import Conflict, Invalid
from intranet.extensions import db
from intranet.models import Unit, User
from intranet.notices import tell
from intranet.organisation import organisation
from intranet.pages import moment
from intranet.web import path_to
from intranet.wording import listed
from plugins.knowledge_tests.models import Attempt, Candidate, Kind, Part, Quiz, Share, State
from plugins.knowledge_tests.queries.bank import stock
from plugins.knowledge_tests.queries.quizzes import is_over, newcomers, parts_of
from plugins.knowledge_tests.services.attempts import end_all, hold_running, last_moment
from plugins.knowledge_tests.wording import KINDS, NO_TOPIC

MOST_QUESTIONS = 200
TOO_LATE = _l("这场测试刚被他人改过，您的操作没有生效，请看过现在的内容再办。")


# Putting it together -------------------------------------------------------------------------------


def add(unit: Unit, values: Mapping[str, Any], *, by: User) -> Quiz:
    """A draft that nobody but its makers sees. `values`: its columns, and the ids of `units` invited."""
    columns = {**values}
    units = columns.pop("units")
    quiz = Quiz(unit_id=unit.id, **columns, changed_by_id=by.id, changed_at=clock.now())
    db.session.add(quiz)
    db.session.flush()
    _share(quiz, unit, units)
    audit.record(by, "knowledge_tests:add_quiz", subject(quiz), unit=unit)
    return quiz


def edit(quiz: Quiz, unit: Unit, values: Mapping[str, Any], *, by: User, version: int) -> None:
    """Everything but the drawing, while it is a draft."""
    columns = {**values}
    units = columns.pop("units")
    _change(quiz, State.DRAFT, version, by=by, **columns)
    db.session.execute(delete(Share).where(Share.quiz_id == quiz.id))
    _share(quiz, unit, units)
    audit.record(by, "knowledge_tests:edit_quiz", subject(quiz), unit=unit)


def _share(quiz: Quiz, unit: Unit, units: Collection[int]) -> None:
    within = {below.id for below in organisation().under(unit.path)}
    if not units or not set(units) <= within:
        raise Invalid(_("参加单位只能是本单位和下属单位。"))
    db.session.add_all(Share(quiz_id=quiz.id, unit_id=each) for each in sorted(set(units)))


def compose(
    quiz: Quiz, unit: Unit, wanted: Mapping[tuple[str, Kind], int], *, by: User, version: int
) -> None:
    """How many questions of which topic and kind each attempt is asked."""
    wanted = {key: number for key, number in wanted.items() if number}
    if sum(wanted.values()) > MOST_QUESTIONS:
        raise Invalid(_("一张卷子最多 %(most)s 题。", most=MOST_QUESTIONS))
    _refuse_more_than_there_are(unit, wanted)
    _change(quiz, State.DRAFT, version, by=by)
    db.session.execute(delete(Part).where(Part.quiz_id == quiz.id))
    rows = [Part(quiz_id=quiz.id, topic=topic, kind=kind, number=n) for (topic, kind), n in wanted.items()]
    db.session.add_all(rows)
    total = sum(wanted.values())
    audit.record(by, "knowledge_tests:compose_quiz", subject(quiz), unit=unit, questions=total)


def _refuse_more_than_there_are(unit: Unit, wanted: Mapping[tuple[str, Kind], int]) -> None:
    there = stock(unit)
    short = [key for key, number in wanted.items() if number > there[key]]
    if short:
        names = listed(f"{topic or NO_TOPIC}·{KINDS[kind]}" for topic, kind in short)
        raise Invalid(_("题库里的题不够抽：%(names)s。请减少题数，或先补充题库。", names=names))


def remove(quiz: Quiz, unit: Unit, *, by: User, version: int) -> None:
    """A draft nobody needs."""
    _change(quiz, State.DRAFT, version, by=by)
    for table in (Share, Part):
        db.session.execute(delete(table).where(table.quiz_id == quiz.id))
    db.session.delete(quiz)
    audit.record(by, "knowledge_tests:delete_quiz", subject(quiz), unit=unit)


# Holding it ----------------------------------------------------------------------------------------


def open_to_all(quiz: Quiz, unit: Unit, *, by: User, version: int) -> int:
    """From now on its people see it. Returns how many were invited."""
    if not (parts := parts_of(quiz)):
        raise Invalid(_("还没有设定抽哪些题，请先填写抽题。"))
    _refuse_more_than_there_are(unit, Counter({(part.topic, part.kind): part.number for part in parts}))
    if quiz.closes_at <= clock.now():
        raise Invalid(_("截止时间已经过了，请先修改截止时间。"))
    people = newcomers(quiz)
    if not people:
        raise Invalid(_("参加单位里没有可以应考的人：出题人不参加自己单位的测试，停用的账号也不算。"))
    _change(quiz, State.DRAFT, version, by=by, state=State.OPEN)
    audit.record(by, "knowledge_tests:open_quiz", subject(quiz), unit=unit, invited=len(people))
    invite(quiz, people)
    return len(people)


def invite(quiz: Quiz, people: Iterable[tuple[int, int]]) -> int:
    """Puts person and unit on the list and tells each. Returns how many."""
    rows = [{"quiz_id": quiz.id, "user_id": user, "unit_id": unit} for user, unit in people]
    if rows:
        db.session.execute(insert(Candidate).on_conflict_do_nothing(), rows)
        tell_each(quiz, [(row["user_id"], row["unit_id"]) for row in rows], "invited", once=quiz.id)
    return len(rows)


def tell_each(quiz: Quiz, people: Iterable[tuple[int, int]], kind: str, *, once: object) -> int:
    """Each in the unit as whose member they are invited. Returns how many heard."""
    heard, by_unit = 0, dict[int, list[int]]()
    for user_id, unit_id in people:
        by_unit.setdefault(unit_id, []).append(user_id)
    for unit_id, users in by_unit.items():
        if unit := organisation().by_id.get(unit_id):
            url = path_to("knowledge_tests.quiz", unit=unit.code, quiz_id=quiz.id)
            words = {"title": quiz.title, "closes": moment(quiz.closes_at)}
            heard += tell(users, f"knowledge_tests:{kind}", url, unit, once=once, **words)
    return heard


def extend(quiz: Quiz, unit: Unit, closes_at: Any, *, by: User, version: int) -> None:  # noqa: ANN401
    """A later end, for those who are at it too as far as their minutes reach."""
    if closes_at <= quiz.closes_at:
        raise Invalid(_("新的截止时间要晚于现在的截止时间。"))
    _change(quiz, State.OPEN, version, by=by, closes_at=closes_at)
    for attempt in hold_running(Attempt.quiz_id == quiz.id):
        attempt.ends_at = last_moment(quiz, attempt.started_at)
    audit.record(by, "knowledge_tests:extend_quiz", subject(quiz), unit=unit, closes_at=moment(closes_at))
    absent = db.session.execute(
        select(Candidate.user_id, Candidate.unit_id)
        .where(Candidate.quiz_id == quiz.id)
        .where(Candidate.user_id.not_in(select(Attempt.user_id).where(Attempt.quiz_id == quiz.id)))
    )
    tell_each(quiz, [(user, place) for user, place in absent], "extended", once=closes_at)


def close(quiz: Quiz, unit: Unit, *, by: User, version: int) -> int:
    """The end for everybody: who is at it is marked with what was saved. Returns how many were."""
    _change(quiz, State.OPEN, version, by=by, state=State.CLOSED)
    held = hold_running(Attempt.quiz_id == quiz.id)
    audit.record(by, "knowledge_tests:close_quiz", subject(quiz), unit=unit)
    return end_all(held)


def _change(quiz: Quiz, still: State, version: int, *, by: User, **values: object) -> None:
    if quiz.state is not still:
        raise Conflict(_too_late(quiz))
    stamped = {**values, "changed_by_id": by.id, "changed_at": clock.now()}
    change(quiz, version, Quiz.state == still, too_late=lambda: TOO_LATE, **stamped)


def _too_late(quiz: Quiz) -> Text:
    if quiz.state is State.DRAFT:
        return _("这场测试还没有发布。")
    if is_over(quiz, clock.now()):
        return _("这场测试已经结束，不能再改。")
    return _("这场测试已经发布，题目和设置不能再改，只能延长或结束。")


def subject(quiz: Quiz) -> str:
    return f"knowledge_tests_quiz:{quiz.id}"
