"""What an activity's and a duty's state is, in the one place that decides it."""

from collections.abc import Collection
from datetime import date
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from plugins.campaign.models import OPEN, Activity, Decision, Duty, DutyState


class State(StrEnum):
    """The state of an activity as shown."""

    OVERDUE = "overdue"
    RUNNING = "running"
    PLANNED = "planned"
    PENDING = "pending"
    DONE = "done"
    CANCELLED = "cancelled"


WORDS = {
    State.OVERDUE: _l("逾期"),
    State.RUNNING: _l("进行中"),
    State.PLANNED: _l("未开始"),
    State.PENDING: _l("待定"),
    State.DONE: _l("已完成"),
    State.CANCELLED: _l("已取消"),
}
LIGHTS = {
    State.OVERDUE: "red",
    State.RUNNING: "green",
    State.PLANNED: "none",
    State.PENDING: "amber",
    State.DONE: "done",
    State.CANCELLED: "none",
}
DUTY_WORDS = {
    DutyState.ASSIGNED: _l("待办"),
    DutyState.REPORTED: _l("已上报"),
    DutyState.CONFIRMED: _l("已确认"),
    DutyState.RETURNED: _l("已退回"),
}
DUTY_LIGHTS = {
    DutyState.ASSIGNED: "none",
    DutyState.REPORTED: "amber",
    DutyState.CONFIRMED: "done",
    DutyState.RETURNED: "red",
}

DECISION_WORDS = {
    Decision.OPENED: _l("已登记为整改卡片"),
    Decision.MERGED: _l("已并入整改卡片"),
    Decision.DECLINED: _l("决定不登记"),
}


def state_of(activity: Activity, duties: Collection[DutyState], today: date) -> State:
    """From what is stored (cancelled, really begun or ended), the units' duties and the planned dates."""
    if activity.cancelled_reason is not None:
        return State.CANCELLED
    if _is_done(activity, duties):
        return State.DONE
    if activity.end_on and activity.end_on < today:
        return State.OVERDUE
    if _has_begun(activity, duties, today):
        return State.RUNNING
    return State.PLANNED if activity.start_on or activity.end_on else State.PENDING


def _is_done(activity: Activity, duties: Collection[DutyState]) -> bool:
    if activity.actual_end_on is not None:
        return True
    return bool(duties) and all(duty is DutyState.CONFIRMED for duty in duties)


def _has_begun(activity: Activity, duties: Collection[DutyState], today: date) -> bool:
    if activity.actual_start_on is not None:
        return True
    if activity.start_on is not None and activity.start_on <= today:
        return True
    return any(duty in {DutyState.REPORTED, DutyState.CONFIRMED} for duty in duties)


def is_late(duty: DutyState, activity: Activity, today: date) -> bool:
    """The unit should have reported by now. A reported duty waits for the office, not for the unit."""
    if activity.cancelled_reason is not None or activity.actual_end_on is not None:
        return False
    return duty in OPEN and activity.end_on is not None and activity.end_on < today


# The same rules for the database, where only a count is wanted ---------------------------------


def is_over() -> ColumnElement[bool]:
    """As `_is_done`, for an activity of the surrounding query."""
    duties = select(func.count()).where(Duty.activity_id == Activity.id).correlate(Activity)
    unfinished = duties.where(Duty.state != DutyState.CONFIRMED)
    all_confirmed = and_(duties.scalar_subquery() > 0, unfinished.scalar_subquery() == 0)
    return or_(Activity.actual_end_on.is_not(None), all_confirmed)


def is_nobodys() -> ColumnElement[bool]:
    """An activity of people who form no unit (领导班子成员): it ends when the office says so."""
    owed = exists().where(Duty.activity_id == Activity.id).correlate(Activity)
    open_ = and_(Activity.cancelled_reason.is_(None), Activity.actual_end_on.is_(None))
    return and_(open_, ~owed)


def has_late_duty(today: date) -> ColumnElement[bool]:
    """As `is_late`, for a duty joined with its activity."""
    return and_(
        Duty.state.in_(OPEN),
        Activity.end_on < today,
        Activity.cancelled_reason.is_(None),
        Activity.actual_end_on.is_(None),
    )
