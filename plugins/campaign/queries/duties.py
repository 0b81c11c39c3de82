"""Duties: of one unit, of the units under it, and those that wait for somebody."""

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload

from intranet.errors import NotFound
from intranet.extensions import db
from intranet.gate import open_units, subtree_with
from intranet.models import Unit, User
from plugins.campaign.models import Activity, Duty, DutyState, Plan
from plugins.campaign.states import has_late_duty

PLUGIN = "campaign"
PAGE = 100
LATE = "late"
"""A filter beside the stored states: not reported although the date has passed."""


def duties(unit: Unit, plan: Plan, by: User | None) -> Select[Duty]:
    """The duties of this unit and those under it where the plan is on and the person may enter.

    Lists and single duties share it. `by` None: the program itself asks.
    """
    units = open_units(PLUGIN, unit, by) if by else subtree_with(PLUGIN, unit)
    return (
        select(Duty)
        .join(Duty.activity)
        .join(Duty.unit)
        .options(
            contains_eager(Duty.activity),
            contains_eager(Duty.unit),
            joinedload(Duty.reported_by),
            joinedload(Duty.decided_by),
        )
        .where(Activity.plan_id == plan.id, Duty.unit_id.in_([below.id for below in units]))
    )


def duties_of(unit: Unit, plan: Plan, by: User | None, activity: Activity | None = None) -> list[Duty]:
    """In the order of the schedule; of one activity when it is given."""
    query = duties(unit, plan, by).order_by(Activity.position, Activity.id, Unit.position, Unit.path)
    if activity is not None:
        query = query.where(Duty.activity_id == activity.id)
    return list(db.session.scalars(query))


def duty_or_404(unit: Unit, plan: Plan, duty_id: int, by: User) -> Duty:
    """A duty of this unit or of one under it."""
    duty = db.session.scalar(duties(unit, plan, by).where(Duty.id == duty_id))
    if duty is None:
        raise NotFound(_("没有这项任务，或者它不属于本单位。"))
    return duty


def duty_page(query: Select[Duty], state: str, today: date, page: int) -> list[Duty]:
    """A page of the list, the earliest due first; one duty more than a page says there is another."""
    if state == LATE:
        query = query.where(has_late_duty(today))
    elif state in set(DutyState):
        query = query.where(Duty.state == DutyState(state), Activity.cancelled_reason.is_(None))
    undated_last = Activity.end_on.is_(None)
    query = query.order_by(undated_last, Activity.end_on, Activity.position, Unit.position, Duty.id)
    return list(db.session.scalars(query.limit(PAGE + 1).offset((page - 1) * PAGE)))
