"""The office keeps the schedule true: dates, real dates, cancelling, adding by hand.

Activities come with their plan and its unit loaded, as `queries.plans.activity_or_404` gives them.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import partial

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from intranet import audit, clock
from intranet.db import change
from intranet.errors import Conflict, Invalid, NotFound
from intranet.extensions import db
from intranet.models import Unit, User
from intranet.pages import moment
from plugins.campaign.models import Activity, Adjustment, Duty, Plan
from plugins.campaign.services.finding import let_find


@dataclass(frozen=True, slots=True)
class Dates:
    """A planned or real period; either end may be open."""

    start: date | None
    end: date | None

    def check(self) -> "Dates":
        """Refuses an end before the start."""
        if self.start and self.end and self.end < self.start:
            raise Invalid(_("结束日期不能早于开始日期，请检查。"))
        return self


@dataclass(frozen=True, slots=True)
class Ground:
    """Why the schedule is changed, and who agreed."""

    reason: str
    approved_by: str = ""


def adjust(activity: Activity, dates: Dates, *, by: User, ground: Ground, version: int) -> None:
    """Moves the planned dates and keeps what they were."""
    dates.check()
    if not ground.reason.strip():
        raise Invalid(_("请写明调整的原因。"))
    if (activity.start_on, activity.end_on) == (dates.start, dates.end):
        raise Invalid(_("起止日期没有变化，不需要调整。"))
    note_adjustment(activity, dates, by=by, ground=ground, revision=activity.plan.revision)
    _change(activity, by, version, start_on=dates.start, end_on=dates.end)
    _record(by, "adjust", activity, start=dates.start, end=dates.end)


def note_adjustment(activity: Activity, dates: Dates, *, by: User, ground: Ground, revision: int) -> None:
    """Writes down was and now; the caller moves the dates."""
    db.session.add(
        Adjustment(
            activity_id=activity.id,
            was_start_on=activity.start_on,
            was_end_on=activity.end_on,
            start_on=dates.start,
            end_on=dates.end,
            reason=ground.reason.strip(),
            approved_by=ground.approved_by.strip(),
            revision=revision,
            by_id=by.id,
            at=clock.now(),
        )
    )


def record_actual(activity: Activity, dates: Dates, *, by: User, version: int) -> None:
    """When it really began and ended. An end means the activity is over, whatever the duties say."""
    dates.check()
    if dates.end and dates.end > clock.today():
        raise Invalid(_("实际结束日期不能晚于今天。"))
    _change(activity, by, version, actual_start_on=dates.start, actual_end_on=dates.end)
    _record(by, "actual", activity, start=dates.start, end=dates.end)


def cancel(activity: Activity, *, by: User, reason: str, version: int) -> None:
    """The activity will not take place; its duties no longer wait."""
    if not reason.strip():
        raise Invalid(_("请写明取消的原因。"))
    if activity.cancelled_reason is not None:
        raise Conflict(_what_happened(activity.id))
    _change(activity, by, version, cancelled_reason=reason.strip())
    _record(by, "cancel", activity)


def restore(activity: Activity, *, by: User, version: int) -> None:
    """It takes place after all; duties stand where they stood."""
    _change(activity, by, version, cancelled_reason=None)
    _record(by, "restore", activity)


@dataclass(frozen=True, slots=True)
class NewActivity:
    """An activity added by hand."""

    title: str
    dates: Dates
    phase_id: int | None
    units: Collection[Unit]


def add_activity(plan: Plan, new: NewActivity, *, by: User) -> Activity:
    """Appends it to the schedule and gives each unit its duty."""
    new.dates.check()
    last = db.session.scalar(select(func.max(Activity.position)).where(Activity.plan_id == plan.id))
    activity = Activity(
        plan=plan,
        phase_id=new.phase_id,
        title=new.title.strip(),
        units_text="、".join(unit.name for unit in new.units),
        start_on=new.dates.start,
        end_on=new.dates.end,
        position=(last or 0) + 1,
        added_by_hand=True,
        changed_by_id=by.id,
        changed_at=clock.now(),
    )
    db.session.add(activity)
    db.session.flush()
    db.session.add_all(Duty(activity_id=activity.id, unit_id=unit.id) for unit in new.units)
    db.session.flush()
    _record(by, "add", activity)
    let_find(plan, [activity])
    return activity


def _change(activity: Activity, by: User, version: int, **values: object) -> None:
    stamp = {"changed_by_id": by.id, "changed_at": clock.now()}
    change(activity, version, too_late=partial(_what_happened, activity.id), **values, **stamp)
    let_find(activity.plan, [activity])


def _what_happened(activity_id: int) -> str:
    query = select(Activity).where(Activity.id == activity_id)
    activity = db.session.scalar(
        query.options(joinedload(Activity.changed_by)).execution_options(populate_existing=True)
    )
    if activity is None:
        raise NotFound(_("方案里没有这项活动，可能已随修订移除。"))
    return str(
        _(
            "%(name)s已于 %(at)s 改动过这项活动，请刷新页面查看最新内容后再改。",
            name=activity.changed_by.name,
            at=moment(activity.changed_at),
        )
    )


def _record(by: User, deed: str, activity: Activity, **detail: object) -> None:
    subject = f"campaign_activity:{activity.id}"
    audit.record(by, f"campaign:{deed}", subject, unit=activity.plan.unit, **detail)
