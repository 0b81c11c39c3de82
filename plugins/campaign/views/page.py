"""What every page of a plan needs to know about the person who looks at it."""

from dataclasses import dataclass
from functools import cached_property

from intranet.models import Unit, User
from intranet.permissions import allowed
from plugins.campaign.models import Plan


@dataclass(frozen=True)
class Rights:
    """What this person may do with this plan, as templates ask."""

    user: User
    unit: Unit
    plan: Plan | None

    @cached_property
    def may_plan(self) -> bool:
        """Upload and change: in the unit that issued the plan, or where there is none yet."""
        if self.plan is not None and self.plan.unit_id != self.unit.id:
            return False
        return allowed(self.user, "campaign:plan", self.unit)

    @cached_property
    def may_confirm(self) -> bool:
        """Decide on reports: rights over the unit that issued the plan."""
        return self.plan is not None and allowed(self.user, "campaign:confirm", self.plan.unit)

    def may_report(self, unit: Unit) -> bool:
        """Report for a unit."""
        return allowed(self.user, "campaign:report", unit)
