"""The first draft of a brief: what a week brought, told by each plugin, and what the next one holds."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from flask_babel import gettext as _

from intranet import clock
from intranet.gate import enabled_plugins
from intranet.models import Unit, User
from intranet.plugins import collect
from plugins.campaign.models import Activity
from plugins.campaign.queries.plans import Scheduled
from plugins.campaign.states import State

WEEK = timedelta(days=7)
MOST_NAMED = 6


def draft(unit: Unit, user: User, rows: Sequence[Scheduled], week: date) -> str:
    """For the office to correct: nobody reads it before it is published."""
    asked = {"user": user, "unit": unit, "start": week, "end": week + WEEK}
    told: list[str] = collect("campaign_week", enabled_plugins(unit), **asked)
    this = [_("一、本周进展"), *_of_plan(rows, week), *told]
    return "\n".join([*this, "", _("二、下周安排"), *_next(rows, week + WEEK)])


def _of_plan(rows: Sequence[Scheduled], week: date) -> list[str]:
    over = [row.activity for row in rows if row.ended_on and week <= row.ended_on < week + WEEK]
    goes_on = week <= clock.today() < week + WEEK
    late = [row.activity for row in rows if goes_on and row.state is State.OVERDUE]
    lines = [_("完成活动 %(n)s 项：%(titles)s。", n=len(over), titles=_named(over))] if over else []
    return lines + ([_("逾期活动 %(n)s 项：%(titles)s。", n=len(late), titles=_named(late))] if late else [])


def _next(rows: Sequence[Scheduled], week: date) -> list[str]:
    """Activities that begin or must be over in the week after."""
    days = range(week.toordinal(), (week + WEEK).toordinal())
    there = (row.activity for row in rows if row.state is not State.CANCELLED)
    coming = [activity for activity in there if _touches(activity, days)]
    return [f"{number}. {each.title}" for number, each in enumerate(coming, 1)] or [_("（请补充）")]


def _touches(activity: Activity, days: range) -> bool:
    return any(day and day.toordinal() in days for day in (activity.start_on, activity.end_on))


def _named(activities: Iterable[Activity]) -> str:
    titles = [activity.title for activity in activities]
    rest = _("等 %(n)s 项", n=len(titles)) if len(titles) > MOST_NAMED else ""
    return str(_("；")).join(titles[:MOST_NAMED]) + rest
