"""Questions, quizzes and who is invited to them, attempts with their drawn questions and answers."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intranet.extensions import Base
from intranet.models import Unit, User

LETTERS = "ABCDEF"
"""The most options a question may have."""


class Kind(StrEnum):
    """What kind of question it is: how many of its options are right."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUE_FALSE = "true_false"


class State(StrEnum):
    """A quiz is put together, then held, then over. It never goes back."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class Counts(StrEnum):
    """Which of a person's attempts counts."""

    BEST = "best"
    LAST = "last"


class Shows(StrEnum):
    """When a person sees which answers were right."""

    CLOSED = "after_closing"
    SUBMITTED = "after_submission"
    NEVER = "never"


class Question(Base):
    """试题. `answer`: the letters of the right options in the order of `options`, such as `AC`.

    Once drawn it never changes: who edits it makes another in its place, and this one is retired.
    """

    __tablename__ = "knowledge_tests_question"
    __table_args__ = (
        CheckConstraint("length(text) > 0", "text"),
        CheckConstraint("length(answer) > 0", "answer"),
        CheckConstraint("kind = 'multiple' OR length(answer) = 1", "one_answer"),
        Index("ix_knowledge_tests_question_stock", "unit_id", "retired", "topic", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("core_unit.id", ondelete="RESTRICT"))
    kind: Mapped[Kind]
    topic: Mapped[str] = mapped_column(String(50), default="")
    text: Mapped[str] = mapped_column(Text)
    options: Mapped[list[str]] = mapped_column(JSON)
    answer: Mapped[str] = mapped_column(String(8))
    explanation: Mapped[str] = mapped_column(Text, default="")
    retired: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    changed_at: Mapped[datetime]

    changed_by: Mapped[User] = relationship(lazy="raise")


class Draft(Base):
    """A file of questions that was read and waits for its confirmation."""

    __tablename__ = "knowledge_tests_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("core_unit.id", ondelete="RESTRICT"), index=True)
    file_name: Mapped[str] = mapped_column(String(255))
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    created_at: Mapped[datetime] = mapped_column(index=True)


class Quiz(Base):
    """测试: for members of the units in `shares`, within a window; its questions are drawn by `parts`."""

    __tablename__ = "knowledge_tests_quiz"
    __table_args__ = (
        CheckConstraint("length(title) > 0", "title"),
        CheckConstraint("closes_at > opens_at", "window"),
        CheckConstraint("minutes > 0 AND attempts > 0", "limits"),
        CheckConstraint("pass_percent BETWEEN 0 AND 100", "pass"),
        CheckConstraint(
            "points_single > 0 AND points_multiple > 0 AND points_true_false > 0",
            "points",
        ),
        Index("ix_knowledge_tests_quiz_unit", "unit_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("core_unit.id", ondelete="RESTRICT"))
    title: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[State] = mapped_column(default=State.DRAFT)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    minutes: Mapped[int]
    attempts: Mapped[int]
    pass_percent: Mapped[int]
    points_single: Mapped[int]
    points_multiple: Mapped[int]
    points_true_false: Mapped[int]
    counts: Mapped[Counts] = mapped_column(default=Counts.BEST)
    shows: Mapped[Shows] = mapped_column(default=Shows.CLOSED)
    version: Mapped[int] = mapped_column(default=1)
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    changed_at: Mapped[datetime]

    unit: Mapped[Unit] = relationship(lazy="raise", viewonly=True)
    changed_by: Mapped[User] = relationship(lazy="raise")

    def points_of(self, kind: Kind) -> int:
        """What a right answer is worth."""
        return {
            Kind.SINGLE: self.points_single,
            Kind.MULTIPLE: self.points_multiple,
            Kind.TRUE_FALSE: self.points_true_false,
        }[kind]


class Share(Base):
    """A unit whose members, with those of all units under it, are invited."""

    __tablename__ = "knowledge_tests_share"

    quiz_id: Mapped[int] = mapped_column(
        ForeignKey("knowledge_tests_quiz.id", ondelete="CASCADE"), primary_key=True
    )
    unit_id: Mapped[int] = mapped_column(
        ForeignKey("core_unit.id", ondelete="RESTRICT"), primary_key=True, index=True
    )


class Part(Base):
    """So many questions of this topic and kind are drawn."""

    __tablename__ = "knowledge_tests_part"
    __table_args__ = (CheckConstraint("number > 0", "number"),)

    quiz_id: Mapped[int] = mapped_column(
        ForeignKey("knowledge_tests_quiz.id", ondelete="CASCADE"), primary_key=True
    )
    topic: Mapped[str] = mapped_column(String(50), primary_key=True)
    kind: Mapped[Kind] = mapped_column(primary_key=True)
    number: Mapped[int]


class Candidate(Base):
    """应考: a person invited to an open quiz, as a member of this unit."""

    __tablename__ = "knowledge_tests_candidate"

    quiz_id: Mapped[int] = mapped_column(
        ForeignKey("knowledge_tests_quiz.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        ForeignKey("core_user.id", ondelete="RESTRICT"), primary_key=True, index=True
    )
    unit_id: Mapped[int] = mapped_column(ForeignKey("core_unit.id", ondelete="RESTRICT"), index=True)


class Attempt(Base):
    """答卷: `ends_at` is the server's word on time; `score` of `full` points once it is handed in."""

    __tablename__ = "knowledge_tests_attempt"
    __table_args__ = (
        UniqueConstraint("quiz_id", "user_id", "number"),
        CheckConstraint("(submitted_at IS NULL) = (score IS NULL)", "marked"),
        Index("ix_knowledge_tests_attempt_user", "user_id", "submitted_at"),
        Index(
            "uq_knowledge_tests_attempt_running",
            "quiz_id",
            "user_id",
            unique=True,
            sqlite_where=text("submitted_at IS NULL"),
            postgresql_where=text("submitted_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    quiz_id: Mapped[int] = mapped_column(ForeignKey("knowledge_tests_quiz.id", ondelete="RESTRICT"))
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    number: Mapped[int]
    started_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    submitted_at: Mapped[datetime | None]
    timed_out: Mapped[bool] = mapped_column(default=False)
    full: Mapped[int]
    score: Mapped[int | None]
    passed: Mapped[bool] = mapped_column(default=False)

    quiz: Mapped[Quiz] = relationship(lazy="raise")


class Answer(Base):
    """One drawn question of an attempt, what was answered, and once it is marked whether that was right.

    `shuffled` lists the question's own letters in the order shown; `given` is in the question's letters.
    """

    __tablename__ = "knowledge_tests_answer"
    __table_args__ = (UniqueConstraint("attempt_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("knowledge_tests_attempt.id", ondelete="CASCADE"))
    position: Mapped[int]
    question_id: Mapped[int] = mapped_column(
        ForeignKey("knowledge_tests_question.id", ondelete="RESTRICT"), index=True
    )
    shuffled: Mapped[str] = mapped_column(String(8))
    points: Mapped[int]
    given: Mapped[str] = mapped_column(String(8), default="")
    saved_at: Mapped[datetime | None]
    is_right: Mapped[bool | None]

    question: Mapped[Question] = relationship(lazy="raise")
