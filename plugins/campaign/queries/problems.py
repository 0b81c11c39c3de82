"""Items of a plan that deserve a rectification card."""

from datetime import datetime

from sqlalchemy import select

from intranet import clock
from intranet.contracts import Problem
from intranet.extensions import db
from intranet.models import Unit
from intranet.web import path_to
from plugins.campaign.models import Plan, Rectification
from plugins.campaign.queries.plans import IS_CURRENT


def problems_of(unit: Unit, since: datetime) -> list[Problem]:
    """整改事项 of the plan this very unit issued, found at that moment or later."""
    items = db.session.scalars(
        select(Rectification)
        .join(Plan, Plan.id == Rectification.plan_id)
        .where(Plan.unit_id == unit.id, IS_CURRENT, Rectification.found_at >= since)
        .order_by(Rectification.position, Rectification.id)
    )
    return [
        Problem(
            source="campaign",
            key=str(item.id),
            title=item.title,
            url=f"{path_to('campaign.rectifications', unit=unit.code, plan=item.plan_id)}#item-{item.id}",
            found_on=clock.local(item.found_at).date(),
            due_on=item.end_on,
        )
        for item in items
    ]
