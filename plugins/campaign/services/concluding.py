"""The end of a campaign: its plan becomes a past one, and makes room for the next."""

from functools import partial

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from intranet import audit, clock
from intranet.db import change
from intranet.errors import Conflict
from intranet.extensions import db
from intranet.models import User
from intranet.pages import moment
from plugins.campaign.models import Plan
from plugins.campaign.queries.plans import IS_CURRENT, own_plan
from plugins.campaign.services.importing import wait_for_others


def conclude_plan(plan: Plan, *, by: User, version: int) -> None:
    """Nothing of it changes any more, its duties no longer wait; everything stays readable."""
    _change(plan, by, version, IS_CURRENT, concluded_by_id=by.id, concluded_at=clock.now())
    audit.record(by, "campaign:conclude", f"campaign_plan:{plan.id}", unit=plan.unit)


def reopen_plan(plan: Plan, *, by: User, version: int) -> None:
    """The plan goes on where it stopped. Refuses while the unit follows a newer one of its own."""
    wait_for_others(plan.unit)
    if own_plan(plan.unit) is not None:
        raise Conflict(_("本单位已有新的活动方案，请先结束新方案，再恢复这一份。"))
    _change(plan, by, version, ~IS_CURRENT, concluded_by_id=None, concluded_at=None)
    audit.record(by, "campaign:reopen", f"campaign_plan:{plan.id}", unit=plan.unit)


def _change(plan: Plan, by: User, version: int, *still: ColumnElement[bool], **values: object) -> None:
    stamp = {"changed_by_id": by.id, "changed_at": clock.now()}
    change(plan, version, *still, too_late=partial(_what_happened, plan.id), **values, **stamp)


def _what_happened(plan_id: int) -> str:
    query = select(Plan).where(Plan.id == plan_id).options(joinedload(Plan.changed_by))
    plan = db.session.scalars(query.execution_options(populate_existing=True)).one()
    who = {"name": plan.changed_by.name, "at": moment(plan.changed_at)}
    return str(_("%(name)s于 %(at)s 改动过这份方案，请刷新页面查看后再决定。", **who))
