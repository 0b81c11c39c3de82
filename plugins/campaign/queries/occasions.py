"""Activities of the plan as other plugins may take them up."""

from flask import url_for
from sqlalchemy import select

from intranet.contracts import Reference
from intranet.extensions import db
from intranet.models import Unit
from plugins.campaign.models import Activity, Plan
from plugins.campaign.queries.plans import IS_CURRENT


def occasions_of(unit: Unit) -> list[Reference]:
    """Of the plan this unit follows, the nearest upwards; cancelled ones are left out."""
    query = select(Activity, Plan.unit_id).join(Plan, Plan.id == Activity.plan_id)
    query = query.where(Plan.unit_id.in_(unit.line), IS_CURRENT, Activity.cancelled_reason.is_(None))
    rows = db.session.execute(query.order_by(Activity.position, Activity.id)).all()
    issuer = next((key for key in reversed(unit.line) if any(row.unit_id == key for row in rows)), None)
    return [
        Reference(
            source="campaign",
            key=str(activity.id),
            title=activity.title,
            url=url_for("campaign.activity", unit=unit.code, activity_id=activity.id),
            starts_on=activity.start_on,
            ends_on=activity.end_on,
        )
        for activity, unit_id in rows
        if unit_id == issuer
    ]
