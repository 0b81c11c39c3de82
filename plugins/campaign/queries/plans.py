"""The plan that applies to a unit, and its schedule."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, bindparam, exists, func, select
from sqlalchemy.orm import contains_eager, joinedload

from intranet.errors import NotFound
from intranet.extensions import db
from intranet.ids import among, given
from intranet.models import Unit
from plugins.campaign.models import Activity, Adjustment, Duty, DutyState, Phase, Plan, Rectification
from plugins.campaign.states import State, is_late, state_of


@dataclass(frozen=True, slots=True)
class Share:
    """One unit's duty as a row of the schedule shows it."""

    duty_id: int
    unit_id: int
    code: str
    name: str
    path: str
    state: DutyState
    done_on: date | None


@dataclass(frozen=True, slots=True)
class Scheduled:
    """An activity with all that its state follows from."""

    activity: Activity
    shares: tuple[Share, ...]
    is_adjusted: bool
    state: State

    @property
    def confirmed(self) -> int:
        """How many units have finished."""
        return sum(share.state is DutyState.CONFIRMED for share in self.shares)

    @property
    def ended_on(self) -> date | None:
        """When it was really over: as recorded, else the last confirmed duty's day."""
        if self.activity.actual_end_on or self.state is not State.DONE:
            return self.activity.actual_end_on
        return max((share.done_on for share in self.shares if share.done_on), default=None)

    def of(self, path: str) -> list[Share]:
        """The duties of the unit at `path` and those under it."""
        return [share for share in self.shares if share.path.startswith(path)]

    def late(self, today: date) -> list[Share]:
        """The duties that should have been reported by now."""
        return [share for share in self.shares if is_late(share.state, self.activity, today)]


# The plan ----------------------------------------------------------------------------------------


IS_CURRENT = Plan.concluded_at.is_(None)


# Built once, like the schedule below: nearly every page of the plan asks it.
PLANS = (
    select(Plan)
    .join(Plan.unit)
    .options(contains_eager(Plan.unit), joinedload(Plan.changed_by), joinedload(Plan.concluded_by))
    .where(among(Plan.unit_id, given("line")))
    .order_by(func.length(Unit.path).desc(), Plan.concluded_at.desc(), Plan.id.desc())
)
"""Those of the unit and of the units above it, the nearest first."""


def plan_for(unit: Unit) -> Plan | None:
    """The unit's own plan, or that of the nearest unit above it; none that is concluded."""
    return plan_above(unit, IS_CURRENT)


def plan_above(unit: Unit, condition: ColumnElement[bool]) -> Plan | None:
    """The plan that fits, of the unit or of one above it: concluded or not, everybody may read it."""
    return db.session.scalar(PLANS.where(condition).limit(1), {"line": unit.line})


def plans_above(unit: Unit) -> list[Plan]:
    """All of the unit and of the units above it: its own first, and of each unit the newest first."""
    return list(db.session.scalars(PLANS, {"line": unit.line}))


def issuers_of(units: Iterable[Unit]) -> dict[int, int]:
    """By id, who issued a plan these units can read: each with the first unit that reads it, top down."""
    issuers = set(db.session.scalars(select(Plan.unit_id)))
    found: dict[int, int] = {}
    for unit in units:
        for above in issuers.intersection(unit.line):
            found.setdefault(above, unit.id)
    return found


def plan_or_404(unit: Unit) -> Plan:
    """As `plan_for`; raises NotFound when there is none."""
    plan = plan_for(unit)
    if plan is None:
        raise NotFound(_("这里还没有活动方案。"))
    return plan


def own_plan(unit: Unit) -> Plan | None:
    """The plan this very unit issued, as the database has it now."""
    query = select(Plan).where(Plan.unit_id == unit.id, IS_CURRENT).execution_options(populate_existing=True)
    return db.session.scalar(query.options(joinedload(Plan.unit), joinedload(Plan.changed_by)))


def plan_version(unit: Unit) -> int:
    """How often this unit's own plan has changed; 0: there is none."""
    return db.session.scalar(select(Plan.version).where(Plan.unit_id == unit.id, IS_CURRENT)) or 0


def plans_below(unit: Unit) -> list[Plan]:
    """Plans of the units under this one: what a bureau sees before it has a plan of its own."""
    query = select(Plan).join(Plan.unit).options(contains_eager(Plan.unit))
    return list(db.session.scalars(query.where(unit.subtree(), IS_CURRENT).order_by(Unit.path)))


PHASES = select(Phase).where(Phase.plan_id == bindparam("plan")).order_by(Phase.position, Phase.id)


def phases_of(plan: Plan) -> list[Phase]:
    """In the order of the plan."""
    return list(db.session.scalars(PHASES, {"plan": plan.id}))


def rectifications_of(plan: Plan) -> list[Rectification]:
    """整改事项 of the plan, in its order."""
    query = select(Rectification).where(Rectification.plan_id == plan.id)
    return list(db.session.scalars(query.order_by(Rectification.position, Rectification.id)))


# The schedule ------------------------------------------------------------------------------------


class Questions(NamedTuple):
    """What a schedule asks: the activities, and the units' duties in them."""

    activities: Select[Activity, bool]
    shares: Select[*tuple[Any, ...]]


ADJUSTED = exists().where(Adjustment.activity_id == Activity.id).correlate(Activity)


def _questions(condition: ColumnElement[bool]) -> Questions:
    activities = select(Activity, ADJUSTED).options(joinedload(Activity.plan)).where(condition)
    shares = select(
        Duty.activity_id,
        Duty.id,
        Duty.unit_id,
        Unit.code,
        Unit.name,
        Unit.path,
        Duty.state,
        Duty.done_on,
    )
    shares = shares.join(Duty.activity).join(Duty.unit).where(condition)
    return Questions(
        activities.order_by(Activity.position, Activity.id), shares.order_by(Unit.position, Unit.path)
    )


OWN_PLAN = select(Plan.id).where(Plan.unit_id == bindparam("unit"), IS_CURRENT)
OF_PLAN = _questions(Activity.plan_id == bindparam("plan"))
OF_ONE = _questions(Activity.id == bindparam("activity"))
OF_UNIT = _questions(Activity.plan_id == OWN_PLAN.scalar_subquery())


def schedule(plan: Plan, today: date) -> list[Scheduled]:
    """Every activity of the plan in its order: two queries."""
    return _schedule(OF_PLAN, today, plan=plan.id)


def own_schedule(unit: Unit, today: date) -> list[Scheduled]:
    """Every activity of the plan this very unit issued; nothing when there is none."""
    return _schedule(OF_UNIT, today, unit=unit.id)


def _schedule(questions: Questions, today: date, **values: int) -> list[Scheduled]:
    activities = db.session.execute(questions.activities, values).all()
    shares = _by_activity(db.session.execute(questions.shares, values))
    return [
        _scheduled(activity, shares.get(activity.id, ()), is_adjusted=adjusted, today=today)
        for activity, adjusted in activities
    ]


def _by_activity(rows: Iterable[Any]) -> dict[int, tuple[Share, ...]]:
    found: dict[int, list[Share]] = {}
    for activity_id, duty_id, unit_id, code, name, path, state, done_on in rows:
        share = Share(duty_id, unit_id, code, name, path, state, done_on)
        found.setdefault(activity_id, []).append(share)
    return {key: tuple(shares) for key, shares in found.items()}


def _scheduled(activity: Activity, shares: Sequence[Share], *, is_adjusted: bool, today: date) -> Scheduled:
    state = state_of(activity, [share.state for share in shares], today)
    return Scheduled(activity, tuple(shares), bool(is_adjusted), state)


# One activity ------------------------------------------------------------------------------------


def activity_or_404(plan: Plan, activity_id: int, today: date) -> Scheduled:
    """An activity of this plan, with its phase and its plan; nothing of other plans."""
    row = db.session.execute(
        select(Activity, ADJUSTED)
        .options(
            joinedload(Activity.changed_by),
            joinedload(Activity.phase),
            joinedload(Activity.plan).joinedload(Plan.unit),
        )
        .where(Activity.id == activity_id, Activity.plan_id == plan.id)
    ).one_or_none()
    if row is None:
        raise NotFound(_("方案里没有这项活动，可能已随修订移除。"))
    shares = _by_activity(db.session.execute(OF_ONE.shares, {"activity": activity_id}))
    return _scheduled(row[0], shares.get(activity_id, ()), is_adjusted=row[1], today=today)


def adjustments_of(activity: Activity) -> list[Adjustment]:
    """Every change of its dates, the newest first."""
    query = select(Adjustment).where(Adjustment.activity_id == activity.id)
    newest = query.order_by(Adjustment.at.desc(), Adjustment.id.desc())
    return list(db.session.scalars(newest.options(joinedload(Adjustment.by))))
