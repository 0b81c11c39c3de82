"""What waits for one person: for the dashboard and the menu."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import QueryableAttribute

from intranet.asking import ask
from intranet.extensions import db
from intranet.ids import among, given
from intranet.models import Unit
from intranet.organisation import organisation
from plugins.campaign.models import OPEN, Activity, Draft, Duty, DutyState, Phase, Plan
from plugins.campaign.queries.plans import IS_CURRENT
from plugins.campaign.states import is_nobodys, is_over


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing to act on.

    `kind`: duty (to report), report (to confirm), draft (to finish) or activity (nobody's duty: to record).
    """

    kind: str
    id: int
    title: str
    due_on: date | None
    note: str
    unit: Unit
    plan_unit: Unit


TODAY = bindparam("today", type_=Date)
REPORTING, DECIDING, DECIDED = given("reporting"), given("deciding"), given("decided")


def _may_be_reported(today: BindParameter[date]) -> ColumnElement[bool]:
    return or_(Activity.start_on <= today, Activity.end_on <= today, Activity.start_on.is_(None))


def _is_due(today: BindParameter[date]) -> ColumnElement[bool]:
    """The unit has to act: the activity has begun, and nobody has recorded that it is over."""
    return and_(Duty.state.in_(OPEN), Activity.actual_end_on.is_(None), _may_be_reported(today))


def _duties(kind: str, note: QueryableAttribute[str]) -> Select[*tuple[Any, ...]]:
    things = select(
        literal(kind), Activity.id, Activity.title, Activity.end_on, note, Duty.unit_id, Plan.unit_id
    )
    of_plans = things.select_from(Duty).join(Duty.activity).join(Plan, Plan.id == Activity.plan_id)
    return of_plans.where(Activity.cancelled_reason.is_(None), IS_CURRENT)


def _nobodys() -> Select[*tuple[Any, ...]]:
    things = select(literal("activity"), Activity.id, Activity.title, Activity.end_on, Activity.units_text)
    of_plans = things.add_columns(Plan.unit_id, Plan.unit_id).join(Plan, Plan.id == Activity.plan_id)
    return of_plans.where(is_nobodys(), IS_CURRENT, _may_be_reported(TODAY), among(Plan.unit_id, DECIDING))


def _drafts() -> Select[*tuple[Any, ...]]:
    things = select(literal("draft"), Draft.id, Draft.file_name, cast(null(), Date), literal(""))
    of_units = things.add_columns(Draft.unit_id, Draft.unit_id)
    return of_units.where(among(Draft.unit_id, DECIDING), Draft.confirmed_at.is_(None))


# Built once: the home page asks it, and building costs more than asking.
THINGS = union_all(
    _duties("duty", Duty.return_reason).where(_is_due(TODAY), among(Duty.unit_id, REPORTING)),
    _duties("report", Duty.note).where(
        Duty.state == DutyState.REPORTED, among(Plan.unit_id, DECIDING), among(Duty.unit_id, DECIDED)
    ),
    _drafts(),
    _nobodys(),
)


def waiting(
    reporting: Collection[int], deciding: Collection[int], on: Collection[int], today: date
) -> list[Waiting]:
    """Duties of the units reported for; reports, drafts, nobody's activities of those decided for. One query.

    `on`: the units where the plan is on; the others have no duties meanwhile. All are ids.
    An undertaking that lies ahead is no duty yet: only what has begun or is due.
    """
    units = {"reporting": list(reporting), "deciding": list(deciding), "decided": list(on)}
    rows, known = ask(THINGS, {**units, "today": today}), organisation().by_id
    return [
        Waiting(kind, key, title, due_on, note, known[unit_id], known[plan_unit_id])
        for kind, key, title, due_on, note, unit_id, plan_unit_id in rows
    ]


OWED = (
    select(func.count())
    .select_from(Duty)
    .join(Duty.activity)
    .join(Plan, Plan.id == Activity.plan_id)
    .where(
        Activity.cancelled_reason.is_(None),
        IS_CURRENT,
        or_(
            and_(
                among(Duty.unit_id, REPORTING),
                _is_due(TODAY),
            ),
            and_(
                Plan.unit_id == bindparam("deciding"),
                Duty.state == DutyState.REPORTED,
                among(Duty.unit_id, DECIDED),
            ),
        ),
    )
)
NOBODYS = (
    select(func.count())
    .select_from(Activity)
    .join(Plan, Plan.id == Activity.plan_id)
    .where(
        Plan.unit_id == bindparam("deciding"),
        is_nobodys(),
        IS_CURRENT,
        _may_be_reported(TODAY),
    )
)
WAITING: Select[int] = select(OWED.scalar_subquery() + NOBODYS.scalar_subquery())
"""Every page's menu asks it, so it is built once."""


def waiting_count(reporting: Collection[int], deciding: int, decided: Collection[int], today: date) -> int:
    """How much waits for the menu: duties of the units reported for; of the plan decided for the rest.

    `deciding` 0: nobody decides here.
    """
    units = {"reporting": list(reporting), "deciding": deciding, "decided": list(decided)}
    return db.session.scalar(WAITING, {**units, "today": today}) or 0


@dataclass(frozen=True, slots=True)
class PhaseCount:
    """A phase's finished activities of all that are not cancelled."""

    phase_id: int
    title: str
    done: int
    total: int


PHASES = (
    select(
        Plan.unit_id,
        func.coalesce(Phase.id, 0),
        func.coalesce(Phase.title, ""),
        func.sum(cast(case((is_over(), 1), else_=0), Integer)),
        func.count(),
    )
    .select_from(Activity)
    .join(Plan, Plan.id == Activity.plan_id)
    .outerjoin(Phase, Phase.id == Activity.phase_id)
    .where(among(Plan.unit_id, given("units")), IS_CURRENT)
    .where(Activity.cancelled_reason.is_(None))
    .group_by(Plan.unit_id, Phase.id, Phase.title, Phase.position)
    .order_by(Phase.position.is_(None), Phase.position, Phase.id)
)


def phase_counts(units: Collection[Unit]) -> tuple[Unit | None, list[PhaseCount]]:
    """Progress of the plan that the topmost of these units follows: one query over all their plans."""
    line = {unit_id for unit in units for unit_id in unit.line}
    rows = ask(PHASES, {"units": line})
    unit, plan_unit = _nearest(units, {row[0] for row in rows})
    return unit, [PhaseCount(*row[1:]) for row in rows if row[0] == plan_unit]


def _nearest(units: Collection[Unit], with_plan: Collection[int]) -> tuple[Unit | None, int]:
    for unit in units:
        for unit_id in reversed(unit.line):
            if unit_id in with_plan:
                return unit, unit_id
    return None, 0
