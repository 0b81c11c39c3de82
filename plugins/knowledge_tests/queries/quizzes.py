"""Quizzes as a unit sees them, whom they invite, and what a person has yet to take."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import joinedload

from intranet import clock
from intranet.asking import ask
from intranet.contracts import Reference
from intranet.errors import NotFound
from intranet.extensions import UtcDateTime, db
from intranet.gate import open_units, units_with
from intranet.ids import Ids, among, given
from intranet.models import Grant, Membership, Unit, User
from intranet.models.unit import subtree_of
from intranet.organisation import organisation
from intranet.permissions import allowed, roles_for
from intranet.web import path_to
from plugins.knowledge_tests.models import Attempt, Candidate, Part, Quiz, Share, State

PLUGIN = "knowledge_tests"
BANK, HOLD, TAKE, RESULTS = (f"{PLUGIN}:{name}" for name in ("bank", "hold", "take", "results"))
PAGE, FEW = 30, 3


def knows_answers(user: User, unit: Unit) -> bool:
    """Whoever may open the bank of a unit is not tested by its quizzes."""
    return allowed(user, BANK, unit) or allowed(user, HOLD, unit)


# Quizzes -------------------------------------------------------------------------------------------


def quizzes(unit: Unit, user: User) -> Select[Quiz]:
    seen = select(Quiz).where(is_seen(unit, user))
    return seen.options(joinedload(Quiz.unit), joinedload(Quiz.changed_by))


def is_seen(unit: Unit, user: User) -> ColumnElement[bool]:
    """The unit's own, drafts only for who holds them, and those of units above that concern it."""
    own = Quiz.unit_id == unit.id
    if not allowed(user, HOLD, unit):
        own = and_(own, Quiz.state != State.DRAFT)
    return or_(own, _concerns(unit.line, subtree_of(unit.path)))


def _concerns(line: Ids, under: ColumnElement[bool]) -> ColumnElement[bool]:
    """Those that are out, of the units of this line, for one of them or a unit `under` the last."""
    shares = select(Share.quiz_id).join(Unit, Unit.id == Share.unit_id)
    concerned = shares.where(or_(among(Share.unit_id, line), under))
    return and_(among(Quiz.unit_id, line), Quiz.state != State.DRAFT, Quiz.id.in_(concerned))


def quiz_page(unit: Unit, user: User, page: int) -> list[Quiz]:
    """The latest to end first; one more than a page says there is another."""
    query = quizzes(unit, user).order_by(Quiz.closes_at.desc(), Quiz.id.desc())
    return list(db.session.scalars(query.limit(PAGE + 1).offset((page - 1) * PAGE)))


def named(unit: Unit, user: User, key: str | None) -> list[Reference]:
    """Those that are out, for other plugins; with a `key` just that one."""
    query = quizzes(unit, user).where(Quiz.state != State.DRAFT)
    if key is not None:
        query = query.where(Quiz.id == (int(key) if key.isdecimal() else None))
    rows = db.session.scalars(query.order_by(Quiz.closes_at.desc(), Quiz.id.desc()).limit(PAGE))
    return [_as_reference(quiz, unit) for quiz in rows]


def _as_reference(quiz: Quiz, unit: Unit) -> Reference:
    url = path_to("knowledge_tests.quiz", unit=unit.code, quiz_id=quiz.id)
    start, end = (clock.local(at).date() for at in (quiz.opens_at, quiz.closes_at))
    return Reference(PLUGIN, str(quiz.id), quiz.title, url, start, end)


def quiz_or_404(unit: Unit, quiz_id: int, user: User) -> Quiz:
    quiz = db.session.scalar(quizzes(unit, user).where(Quiz.id == quiz_id))
    if quiz is None:
        raise NotFound(_("没有这场测试，或者它与本单位无关。"))
    return quiz


def own_quiz_or_404(unit: Unit, quiz_id: int, user: User) -> Quiz:
    """One this very unit holds: only there it is changed and its questions are looked at."""
    quiz = quiz_or_404(unit, quiz_id, user)
    if quiz.unit_id != unit.id:
        raise NotFound(_("这场测试由上级单位举办，请到那里办理。"))
    return quiz


def is_on(quiz: Quiz, now: datetime) -> bool:
    """It can be taken at this moment."""
    return quiz.state is State.OPEN and quiz.opens_at <= now < quiz.closes_at


def is_over(quiz: Quiz, now: datetime) -> bool:
    return quiz.state is State.CLOSED or (quiz.state is State.OPEN and quiz.closes_at <= now)


def parts_of(quiz: Quiz) -> list[Part]:
    query = select(Part).where(Part.quiz_id == quiz.id).order_by(Part.topic, Part.kind)
    return list(db.session.scalars(query))


def shares_of(quiz: Quiz) -> list[Unit]:
    """The units whose people are invited, in the order of the tree."""
    ids = set(db.session.scalars(select(Share.unit_id).where(Share.quiz_id == quiz.id)))
    return [unit for unit in organisation().units if unit.id in ids]


# Who is invited ------------------------------------------------------------------------------------


def newcomers(quiz: Quiz, *, disabled: bool = False) -> list[tuple[int, int]]:
    """Person and unit of those who belong to the invited units today and are not on the list yet."""
    units = [below for share in shares_of(quiz) for below in organisation().under(share.path)]
    places = {unit.id: place for place, unit in enumerate(organisation().units)}
    there = exists().where(Candidate.quiz_id == quiz.id, Candidate.user_id == Membership.user_id)
    rows = db.session.execute(
        select(Membership.user_id, Membership.unit_id)
        .join(User, User.id == Membership.user_id)
        .where(Membership.unit_id.in_([unit.id for unit in units_with(PLUGIN, units)]))
        .where(Membership.in_force(clock.today()), User.disabled.in_([False, disabled]), ~there)
    )
    apart = _who_know(quiz)
    found: dict[int, int] = {}
    for user_id, unit_id in sorted(rows, key=lambda row: places[row[1]]):
        if user_id not in apart:
            found.setdefault(user_id, unit_id)
    return list(found.items())


def _who_know(quiz: Quiz) -> set[int]:
    """Who may open the bank or hold quizzes there, by a grant."""
    line = organisation().by_id[quiz.unit_id].line
    known = roles_for(BANK) | roles_for(HOLD)
    here = (Grant.unit_id.in_(line), Grant.role.in_(known), Grant.in_force(clock.today()))
    return set(db.session.scalars(select(Grant.user_id).where(*here)))


def is_candidate(quiz: Quiz, user: User) -> bool:
    query = select(Candidate.unit_id).where(Candidate.quiz_id == quiz.id, Candidate.user_id == user.id)
    return db.session.scalar(query) is not None


# What waits ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Waiting:
    """A quiz a person has been invited to and not finished, and where they open it."""

    quiz_id: int
    title: str
    opens_at: datetime
    closes_at: datetime
    code: str
    running: bool


USER, NOW = bindparam("user", type_=Integer), bindparam("now", type_=UtcDateTime)
MINE = and_(Attempt.quiz_id == Quiz.id, Attempt.user_id == USER)
DONE = exists().where(MINE, Attempt.submitted_at.is_not(None))
RUNNING = exists().where(MINE, Attempt.submitted_at.is_(None))
WAITING = (
    select(Quiz.id, Quiz.title, Quiz.opens_at, Quiz.closes_at, Candidate.unit_id, RUNNING)
    .join(Candidate, Candidate.quiz_id == Quiz.id)
    .where(Candidate.user_id == USER, among(Candidate.unit_id, given("units")))
    .where(Quiz.state == State.OPEN, Quiz.closes_at > NOW, or_(~DONE, RUNNING))
    .order_by(Quiz.closes_at, Quiz.id)
)
"""Every home page asks it, so it is built once."""


def waiting(user: User, units: Iterable[Unit]) -> list[Waiting]:
    """Open ones nobody has handed in yet for this person; invited as a member of one of these units."""
    codes = {unit.id: unit.code for unit in units}
    if not codes:
        return []
    rows = ask(WAITING, {"user": user.id, "units": list(codes), "now": clock.now()})
    return [
        Waiting(key, title, opens, closes, codes[unit_id], bool(running))
        for key, title, opens, closes, unit_id, running in rows
    ]


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many are invited, and how many of them have handed in."""

    invited: int
    taken: int


HANDED_IN = exists().where(
    Attempt.quiz_id == Candidate.quiz_id,
    Attempt.user_id == Candidate.user_id,
    Attempt.submitted_at.is_not(None),
)
NUMBERS = (
    select(Candidate.quiz_id, func.count(), func.count().filter(HANDED_IN))
    .where(among(Candidate.quiz_id, given("quizzes")))
    .where(among(Candidate.unit_id, given("units")))
    .group_by(Candidate.quiz_id)
)


class Latest(NamedTuple):
    """A quiz that is on, with its numbers."""

    id: int
    title: str
    invited: int
    taken: int


UNDER = and_(Unit.path >= bindparam("path"), Unit.path < bindparam("path_end"))
"""As `subtree_of`. Of what is on none is a draft."""
INVITED = select(func.count()).where(Candidate.quiz_id == Quiz.id, among(Candidate.unit_id, given("units")))
LATEST = (
    select(
        Quiz.id,
        Quiz.title,
        INVITED.scalar_subquery().label("invited"),
        INVITED.where(HANDED_IN.correlate(Candidate)).scalar_subquery(),
    )
    .where(Quiz.state == State.OPEN, Quiz.opens_at <= NOW)
    .where(or_(Quiz.unit_id == bindparam("unit"), _concerns(given("line"), UNDER)))
    .order_by(Quiz.closes_at, Quiz.id)
    .limit(FEW)
)


def numbers(unit: Unit, user: User, quizzes: Collection[int]) -> dict[int, Numbers]:
    """By quiz, of the people of this unit and those under it."""
    if not quizzes:
        return {}
    units = [below.id for below in open_units(PLUGIN, unit, user)]
    rows = db.session.execute(NUMBERS, {"quizzes": quizzes, "units": units})
    return {key: Numbers(invited, taken) for key, invited, taken in rows}


def latest(unit: Unit, user: User) -> list[Latest]:
    """Those that are on, the first to end before the others."""
    units = [below.id for below in open_units(PLUGIN, unit, user)]
    place = {"unit": unit.id, "line": unit.line, "path": unit.path, "path_end": unit.path[:-1] + "0"}
    rows = ask(LATEST, {"units": units, "now": clock.now(), **place})
    found = (Latest(*row) for row in rows)
    return [quiz for quiz in found if quiz.invited]
