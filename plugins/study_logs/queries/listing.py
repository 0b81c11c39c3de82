"""The list of sessions with its filters, and the numbers over it."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from werkzeug.datastructures import MultiDict

from intranet.extensions import db
from intranet.ids import among, given
from intranet.models import Unit, User
from plugins.study_logs.models import Attendance, Makeup, Session
from plugins.study_logs.queries.scope import visible
from plugins.study_logs.steps import HELD, Stage
from plugins.study_logs.wording import ATTENDED, OPEN_MAKEUPS, TOGETHER, Form

PAGE = 30
LONGEST = 100
ALL_TOGETHER = "together"
ALL_HELD = "held"


@dataclass(frozen=True, slots=True)
class Filters:
    """As they stand in the address. Empty means all; unknown words are dropped."""

    q: str = ""
    form: str = ""
    stage: str = ""
    start: str = ""
    end: str = ""
    unit: str = ""

    @classmethod
    def of(cls, arguments: MultiDict[str, str]) -> "Filters":
        form, stage = arguments.get("form", ""), arguments.get("stage", "")
        return cls(
            q=arguments.get("q", "").strip()[:LONGEST],
            form=form if form in {*Form, ALL_TOGETHER} else "",
            stage=stage if stage in {*Stage, ALL_HELD} else "",
            start=_day(arguments.get("start", "")),
            end=_day(arguments.get("end", "")),
            unit=arguments.get("unit", "")[:LONGEST],
        )

    def but(self, **changes: str) -> "Filters":
        return replace(self, **changes)

    @property
    def arguments(self) -> dict[str, str]:
        """Only what is set."""
        names = ("q", "form", "stage", "start", "end", "unit")
        return {name: getattr(self, name) for name in names if getattr(self, name)}

    def query_string(self, **more: object) -> str:
        words = urlencode({**self.arguments, **more})
        return f"?{words}" if words else ""

    @property
    def forms(self) -> Collection[Form]:
        """Those that are asked for."""
        if self.form == ALL_TOGETHER:
            return TOGETHER
        return (Form(self.form),) if self.form else tuple(Form)

    @property
    def stages(self) -> Collection[Stage]:
        """Those that are asked for."""
        if self.stage == ALL_HELD:
            return HELD
        return (Stage(self.stage),) if self.stage else tuple(Stage)

    def conditions(self, units: Sequence[Unit]) -> list[ColumnElement[bool]]:
        """On sessions. `units`: those to choose from, for the code that was asked for."""
        found = [_contains(self.q)] if self.q else []
        if self.form:
            found.append(Session.form.in_(self.forms))
        if self.stage:
            found.append(Session.stage.in_(self.stages))
        if self.start:
            found.append(Session.day >= date.fromisoformat(self.start))
        if self.end:
            found.append(Session.day <= date.fromisoformat(self.end))
        if self.unit:
            found.append(Session.unit_id.in_([unit.id for unit in units if unit.code == self.unit]))
        return found


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


def _contains(words: str) -> ColumnElement[bool]:
    return Session.title.contains(words, autoescape=True) | Session.content.contains(words, autoescape=True)


@dataclass(frozen=True, slots=True)
class Line:
    """One session of the list with its numbers: 应到, 实到, and make-ups still open."""

    session: Session
    expected: int
    came: int
    owing: int


def page_of(query: Select[Session], page: int, size: int = PAGE) -> list[Line]:
    """The newest first; the numbers of all in two queries."""
    ordered = query.order_by(Session.day.desc(), Session.id.desc())
    sessions = db.session.scalars(ordered.limit(size).offset(page * size)).all()
    numbers = numbers_of([session.id for session in sessions])
    return [Line(session, *numbers.get(session.id, (0, 0, 0))) for session in sessions]


NUMBERS = (
    select(
        Attendance.session_id,
        func.count(),
        func.sum(case((Attendance.mark.in_(ATTENDED), 1), else_=0)),
        func.sum(case((Makeup.state.in_(OPEN_MAKEUPS), 1), else_=0)),
    )
    .outerjoin(Makeup, Makeup.attendance_id == Attendance.id)
    .where(among(Attendance.session_id, given("sessions")))
    .group_by(Attendance.session_id)
)


def numbers_of(ids: Sequence[int]) -> dict[int, tuple[int, int, int]]:
    """By session: on the roster, came, make-ups open."""
    rows = db.session.execute(NUMBERS, {"sessions": ids})
    return {key: (all_, int(came), int(owing)) for key, all_, came, owing in rows}


def asked(unit: Unit, user: User, filters: Filters, units: Sequence[Unit]) -> Select[Session]:
    return select(Session).where(visible(unit, user), *filters.conditions(units))


def count_of(query: Select[Session]) -> int:
    return db.session.scalar(query.with_only_columns(func.count()).order_by(None)) or 0


@dataclass(frozen=True, slots=True)
class Rolling:
    """How many took place, by form, and how many there are, by stage, whichever of these was asked for."""

    forms: dict[Form, int]
    stages: dict[Stage, int]
    total: int
    """How many the list holds: of the form and in the stage that was asked for."""


def rolling(unit: Unit, user: User, filters: Filters, units: Sequence[Unit]) -> Rolling:
    wide = asked(unit, user, filters.but(form="", stage=""), units)
    query = wide.with_only_columns(Session.form, Session.stage, func.count())
    forms, stages, total = Counter[Form](), Counter[Stage](), 0
    for form, stage, number in db.session.execute(query.group_by(Session.form, Session.stage)):
        stages[stage] += number
        if stage in HELD:
            forms[form] += number
        if form in filters.forms and stage in filters.stages:
            total += number
    return Rolling(forms, stages, total)


def tested_by(source: str, key: str, unit: Unit, user: User) -> Sequence[Session]:
    """Sessions that name this test of another plugin, as far as they are visible here."""
    same = (Session.test_source == source, Session.test_key == key)
    query = select(Session).where(*same, visible(unit, user)).order_by(Session.day, Session.id)
    return db.session.scalars(query.limit(PAGE)).all()


def made_from(source: str, keys: Sequence[str], unit: Unit, user: User) -> Sequence[Session]:
    """Sessions that were made from these records of another plugin, as far as they are visible here."""
    same = and_(Session.source == source, Session.source_key.in_(keys))
    query = select(Session).where(same, visible(unit, user)).order_by(Session.day, Session.id)
    return db.session.scalars(query).all()
