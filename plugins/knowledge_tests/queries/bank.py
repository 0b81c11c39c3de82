"""The bank of a unit, and what it may draw: its own questions and those of the units above."""

import hashlib
from collections import Counter
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import joinedload

from intranet.errors import NotFound
from intranet.extensions import db
from intranet.models import Unit, User
from plugins.knowledge_tests.models import Answer, Draft, Kind, Question
from plugins.knowledge_tests.questions import Written, as_written
from plugins.knowledge_tests.workbook import Row

PAGE = 50
Stock = Counter[tuple[str, Kind]]


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list of the bank is narrowed to."""

    topic: str | None = None
    kind: Kind | None = None
    retired: bool = False
    words: str = ""

    def arguments(self) -> dict[str, object]:
        """As they stand in an address."""
        retired = "1" if self.retired else None
        return {"topic": self.topic, "kind": self.kind, "retired": retired, "words": self.words or None}

    def narrowed(self, query: Select[Question]) -> Select[Question]:
        query = query.where(Question.retired.is_(self.retired))
        if self.topic is not None:
            query = query.where(Question.topic == self.topic)
        if self.kind:
            query = query.where(Question.kind == self.kind)
        if self.words:
            query = query.where(Question.text.icontains(self.words, autoescape=True))
        return query


def questions(unit: Unit) -> Select[Question]:
    """The unit's own, those of the same topic together: the list and each of them share it."""
    query = select(Question).where(Question.unit_id == unit.id).options(joinedload(Question.changed_by))
    return query.order_by(Question.topic, Question.kind, Question.id)


def question_page(unit: Unit, filters: Filters, page: int) -> list[Question]:
    """One more than a page says there is another."""
    query = filters.narrowed(questions(unit))
    return list(db.session.scalars(query.limit(PAGE + 1).offset((page - 1) * PAGE)))


def question_or_404(unit: Unit, question_id: int) -> Question:
    found = db.session.scalar(questions(unit).where(Question.id == question_id))
    if found is None:
        raise NotFound(_("本单位的题库里没有这道题，它可能已被删除。"))
    return found


def is_used(question: Question) -> bool:
    """Whether anybody has ever been asked it."""
    return bool(db.session.scalar(select(Answer.id).where(Answer.question_id == question.id).limit(1)))


def may_draw(unit: Unit) -> ColumnElement[bool]:
    """The condition for what a quiz of this unit may ask."""
    return (Question.unit_id.in_(unit.line)) & Question.retired.is_(False)


def stock(unit: Unit) -> Stock:
    """How many questions of each topic and kind a quiz of this unit may draw."""
    query = select(Question.topic, Question.kind, func.count()).where(may_draw(unit))
    rows = db.session.execute(query.group_by(Question.topic, Question.kind))
    return Counter({(topic, kind): count for topic, kind, count in rows})


def own_stock(unit: Unit) -> Counter[bool]:
    """How many of the unit's own are retired (True) and in use (False)."""
    query = select(Question.retired, func.count()).where(Question.unit_id == unit.id)
    return Counter(dict(db.session.execute(query.group_by(Question.retired)).all()))


def own_topics(unit: Unit) -> list[str]:
    query = select(Question.topic).where(Question.unit_id == unit.id).distinct().order_by(Question.topic)
    return list(db.session.scalars(query))


# What an import would do -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Changes:
    """Against the bank as it is now."""

    new: list[Written]
    changed: list[tuple[Question, Written]]
    same: int

    @property
    def digest(self) -> str:
        """The same for the same changes of the same questions: who confirms has seen these and no others."""
        changed = [(question.id, question.version, words) for question, words in self.changed]
        return hashlib.sha256(repr((self.new, changed)).encode()).hexdigest()


def changes_of(unit: Unit, rows: list[Row]) -> Changes:
    """Kind and text say which question of the bank a row means. What is not in the file stays as it is."""
    known = {as_written(each).key: each for each in db.session.scalars(questions(unit)) if not each.retired}
    new = [row.question for row in rows if row.question.key not in known]
    there = [(known[row.question.key], row.question) for row in rows if row.question.key in known]
    changed = [(question, row) for question, row in there if as_written(question) != row]
    return Changes(new, changed, len(there) - len(changed))


def draft_or_404(unit: Unit, draft_id: int, by: User) -> Draft:
    """A file this person has uploaded here."""
    mine = (Draft.unit_id == unit.id, Draft.created_by_id == by.id, Draft.id == draft_id)
    draft = db.session.scalar(select(Draft).where(*mine))
    if draft is None:
        raise NotFound(_("这份题目已经导入或已被清理。需要时请重新上传。"))
    return draft


def rows_of(draft: Draft) -> list[Row]:
    """What the file said."""
    found = []
    for cells in draft.rows:
        values = {**cells, "kind": Kind(cells["kind"]), "options": tuple(cells["options"])}
        number = values.pop("number")
        found.append(Row(number, Written(**values)))
    return found
