"""Questions are added, edited, retired and, while nobody was ever asked them, deleted."""

from functools import partial

from flask_babel import gettext as _
from sqlalchemy import select

from intranet import audit, clock
from intranet.db import change
from intranet.errors import Conflict, Invalid
from intranet.extensions import db
from intranet.models import Unit, User
from intranet.wording import sentences
from plugins.knowledge_tests.models import Question
from plugins.knowledge_tests.queries.bank import is_used
from plugins.knowledge_tests.questions import Written, as_written, faults


class AskedAlready(Invalid):
    """The bank has a question of this kind with this text."""


def add(unit: Unit, question: Written, *, by: User) -> Question:
    """A new question in the unit's bank."""
    _refuse_faults(question)
    _refuse_twice(unit, question)
    row = insert(unit, question, by=by)
    audit.record(by, "knowledge_tests:add_question", _subject(row), unit=unit)
    return row


def insert(unit: Unit, question: Written, *, by: User) -> Question:
    """The row alone: who imports many writes one entry for all."""
    row = Question(unit_id=unit.id, **question.values(), changed_by_id=by.id, changed_at=clock.now())
    db.session.add(row)
    db.session.flush()
    return row


def edit(question: Question, unit: Unit, words: Written, *, by: User, version: int) -> Question:
    """Changes it; of one that was drawn another is made in its place, so that papers keep what they asked."""
    _refuse_faults(words)
    if question.retired:
        raise Conflict(_too_late(question))
    if words == as_written(question):
        return question
    if words.key != as_written(question).key:
        _refuse_twice(unit, words)
    row = put(question, unit, words, by=by, version=version)
    instead = {"instead": row.id} if row.id != question.id else {}
    audit.record(by, "knowledge_tests:edit_question", _subject(question), unit=unit, **instead)
    return row


def put(question: Question, unit: Unit, words: Written, *, by: User, version: int) -> Question:
    """As `edit`, without a word in the log."""
    _hold(question)
    if is_used(question):
        _change(question, version, by=by, retired=True)
        return insert(unit, words, by=by)
    _change(question, version, by=by, **words.values())
    return question


def retire(question: Question, unit: Unit, *, by: User, version: int) -> None:
    """It is drawn no more; papers that have it keep it."""
    _change(question, version, by=by, retired=True)
    audit.record(by, "knowledge_tests:retire_question", _subject(question), unit=unit)


def restore(question: Question, unit: Unit, *, by: User, version: int) -> None:
    """It may be drawn again."""
    _refuse_twice(unit, as_written(question))
    _change(question, version, by=by, retired=False)
    audit.record(by, "knowledge_tests:restore_question", _subject(question), unit=unit)


def delete(question: Question, unit: Unit, *, by: User, version: int) -> None:
    """Gone for good. Raises Conflict when somebody was asked it."""
    _hold(question)
    if is_used(question):
        raise Conflict(_("这道题已经有人答过，不能删除；请改为停用。"))
    _change(question, version, by=by)
    db.session.delete(question)
    audit.record(by, "knowledge_tests:delete_question", _subject(question), unit=unit)


def hold_all(unit: Unit) -> None:
    """Nobody edits the unit's questions until this is over; who was editing one has finished."""
    held = select(Question.id).where(Question.unit_id == unit.id).order_by(Question.id)
    db.session.execute(held.with_for_update())


def _hold(question: Question) -> None:
    """Nobody draws it until this is over; who was drawing it has finished."""
    db.session.execute(select(Question.id).where(Question.id == question.id).with_for_update())


def _change(question: Question, version: int, *, by: User, **values: object) -> None:
    stamped = {**values, "changed_by_id": by.id, "changed_at": clock.now()}
    change(question, version, too_late=partial(_too_late, question), **stamped)


def _too_late(question: Question) -> str:
    if question.retired:
        return str(_("这道题已经停用，或改过后另存成了新题，您的改动没有保存。请到题库里找到现在的题再改。"))
    return str(_("这道题刚被他人改过，您的改动没有保存，请看过现在的内容再改。"))


def _subject(question: Question) -> str:
    return f"knowledge_tests_question:{question.id}"


def _refuse_faults(question: Written) -> None:
    if wrong := list(faults(question)):
        raise Invalid(sentences(wrong))


def _refuse_twice(unit: Unit, question: Written) -> None:
    same = (Question.kind == question.kind, Question.text == question.text, Question.retired.is_(False))
    if db.session.scalar(select(Question.id).where(Question.unit_id == unit.id, *same).limit(1)):
        raise AskedAlready(_("题库里已经有题型和题干相同的题。请改题干，或去修改原来那道题。"))
