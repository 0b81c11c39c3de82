"""Plans and their activities as search knows them."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Select, select

from intranet import search
from intranet.contracts import SearchEntry
from intranet.extensions import db
from plugins.campaign.models import Activity, Plan

PLAN, ACTIVITY = "campaign:plan", "campaign:activity"


def let_find(plan: Plan, activities: Sequence[Activity] | None = None) -> None:
    """Called when the plan, or only these activities of it, have changed."""
    query = _activities().where(Activity.plan_id == plan.id)
    if activities is None:
        search.put(*_plan_entries(_plans().where(Plan.id == plan.id)))
    else:
        query = query.where(Activity.id.in_([activity.id for activity in activities]))
    search.put(*_activity_entries(query))


def plans() -> Iterator[SearchEntry]:
    """Every plan of the site, the oldest first."""
    return _plan_entries(_plans())


def activities() -> Iterator[SearchEntry]:
    """Every activity of the site, the oldest first."""
    return _activity_entries(_activities().execution_options(yield_per=1000))


def _plans() -> Select[*tuple[Any, ...]]:
    columns = (Plan.id, Plan.unit_id, Plan.title, Plan.file_name, Plan.changed_at)
    return select(*columns).order_by(Plan.changed_at, Plan.id)


def _plan_entries(plans: Select[*tuple[Any, ...]]) -> Iterator[SearchEntry]:
    for plan_id, unit_id, title, file_name, at in db.session.execute(plans):
        yield SearchEntry(PLAN, str(plan_id), unit_id, title, file_name, at)


def _activities() -> Select[*tuple[Any, ...]]:
    words = (Activity.title, Activity.time_text, Activity.units_text)
    query = select(Activity.id, Plan.unit_id, Activity.changed_at, *words)
    query = query.join(Plan, Plan.id == Activity.plan_id)
    return query.order_by(Activity.changed_at, Activity.id)


def _activity_entries(activities: Select[*tuple[Any, ...]]) -> Iterator[SearchEntry]:
    for activity_id, unit_id, at, title, *texts in db.session.execute(activities):
        text = " · ".join(filter(None, texts))
        yield SearchEntry(ACTIVITY, str(activity_id), unit_id, title, text, at)
