"""What every page of a plan needs to know: which plan, and what the person who looks at it may do."""

from dataclasses import dataclass
from functools import cached_property

from flask import g, request
from flask_babel import gettext as _
from sqlalchemy import select

from intranet.errors import NotFound
from intranet.models import Unit, User
from intranet.permissions import allowed
from plugins.campaign.models import Activity, Plan
from plugins.campaign.queries.plans import plan_above, plan_or_404, plans_above


def shown_plan() -> Plan | None:
    """The plan the unit of the URL follows, or the one the URL asks for (`?plan=3`)."""
    return shown_and_past()[0]


def shown_and_past() -> tuple[Plan | None, list[Plan]]:
    """As `shown_plan`, and the concluded plans beside it: one query."""
    plans, asked = plans_above(g.unit), request.args.get("plan", type=int)
    fits = (plan for plan in plans if (plan.concluded_at is None if asked is None else plan.id == asked))
    plan = next(fits, None)
    if plan is None and asked is not None:
        raise NotFound(_("没有这份方案，请从“计划安排”重新进入。"))
    return plan and _remembered(plan), [plan for plan in plans if plan.concluded_at]


def shown_plan_or_404() -> Plan:
    """As `shown_plan`; raises NotFound when the unit has none."""
    return shown_plan() or plan_or_404(g.unit)


def plan_with(activity_id: int) -> Plan:
    """The plan this activity belongs to: a unit with its own may also serve one above it."""
    plan = plan_above(g.unit, Plan.id.in_(select(Activity.plan_id).where(Activity.id == activity_id)))
    if plan is None:
        raise NotFound(_("方案里没有这项活动，可能已随修订移除。"))
    return _remembered(plan)


def _remembered(plan: Plan) -> Plan:
    """Every link on the page of a past plan leads to its other pages."""
    if plan.concluded_at:
        g.past_plan = plan.id
    return plan


def carry_past_plan(endpoint: str, values: dict[str, object]) -> None:
    """Puts the past plan into the addresses of those pages that can show one."""
    if endpoint in PAGES_OF_PAST_PLANS and "past_plan" in g:
        values.setdefault("plan", g.past_plan)


PAGES = ("index", "gantt_chart", "duty_list", "progress", "rectifications", "export_excel", "export_word")
PAGES_OF_PAST_PLANS = {f"campaign.{page}" for page in PAGES}


@dataclass(frozen=True)
class Rights:
    """What this person may do with this plan, as templates ask."""

    user: User
    unit: Unit
    plan: Plan | None

    @property
    def is_past(self) -> bool:
        """The plan is concluded: nobody changes it any more."""
        return self.plan is not None and self.plan.concluded_at is not None

    @cached_property
    def may_plan(self) -> bool:
        """Upload and change: in the unit that issued the plan, or where there is none yet."""
        if self.plan is not None and (self.is_past or self.plan.unit_id != self.unit.id):
            return False
        return allowed(self.user, "campaign:plan", self.unit)

    @cached_property
    def may_confirm(self) -> bool:
        """Decide on reports: rights over the unit that issued the plan."""
        if self.plan is None or self.is_past:
            return False
        return allowed(self.user, "campaign:confirm", self.plan.unit)

    def may_report(self, unit: Unit) -> bool:
        """Report for a unit."""
        return not self.is_past and allowed(self.user, "campaign:report", unit)
