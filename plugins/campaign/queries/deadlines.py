"""The ends of activities, for each responsible unit, as reminders and the calendar ask for them."""

from datetime import date

from sqlalchemy import select

from intranet.contracts import Charge, Deadline
from intranet.extensions import db
from intranet.models import Unit
from intranet.web import path_to
from plugins.campaign.models import OPEN, Activity, Duty, Plan
from plugins.campaign.queries.plans import IS_CURRENT


def deadlines(
    units: list[Unit], start: date, end: date, charge: Charge | None, most: int | None
) -> list[Deadline]:
    """Whatever ends in [start, end) and was not cancelled; done when reported, or when it is over."""
    known = {unit.id: unit for unit in units if charge is None or unit.id in charge.unit_ids}
    facts = (Activity.id, Activity.title, Activity.end_on, Activity.actual_end_on, Duty.unit_id, Duty.state)
    query = (
        select(*facts)
        .join(Duty, Duty.activity_id == Activity.id)
        .join(Plan, Plan.id == Activity.plan_id)
        .where(Activity.end_on >= start, Activity.end_on < end, Activity.cancelled_reason.is_(None))
        .where(Duty.unit_id.in_(known), IS_CURRENT)
        .order_by(Activity.end_on, Activity.id, Duty.unit_id)
        .limit(most)
    )
    return [
        Deadline(
            day=row.end_on,
            title=row.title,
            url=path_to("campaign.activity", unit=known[row.unit_id].code, activity_id=row.id),
            unit_id=row.unit_id,
            done=row.state not in OPEN or row.actual_end_on is not None,
        )
        for row in db.session.execute(query)
    ]
