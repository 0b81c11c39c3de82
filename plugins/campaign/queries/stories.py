"""Where a problem of the plan stands in it, for the page that tells its whole way."""

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select

from intranet import clock
from intranet.contracts import Reference
from intranet.extensions import db
from intranet.models import User
from intranet.organisation import organisation
from intranet.permissions import may_enter
from plugins.campaign.models import Plan, Rectification


def stories_of(user: User, keys: list[str]) -> list[Reference]:
    """The day the plan was taken in, and what it says of the time."""
    query = select(Rectification, Plan.unit_id, Plan.title).join(Plan, Plan.id == Rectification.plan_id)
    rows = db.session.execute(query.where(Rectification.id.in_([int(key) for key in keys])))
    return [_story(user, *row) for row in rows]


def _story(user: User, item: Rectification, unit_id: int, plan: str) -> Reference:
    unit = organisation().by_id.get(unit_id)
    url = ""
    if unit and may_enter(user, unit):
        where = {"unit": unit.code, "plan": item.plan_id, "_anchor": f"item-{item.id}"}
        url = url_for("campaign.rectifications", **where)  # type: ignore[arg-type]
    time = _("（%(words)s）", words=item.time_text) if item.time_text else ""
    title = _("方案“%(plan)s”里列为整改事项%(time)s", plan=plan, time=time)
    return Reference("campaign", str(item.id), title, url, clock.local(item.found_at).date())
