"""What became of a problem the plan has handed over."""

from sqlalchemy import select, update

from intranet import clock
from intranet.db import rows_changed
from intranet.models import Unit
from plugins.campaign.models import Decision, Plan, Rectification


def note_decision(unit: Unit, item_id: int, decision: Decision, reason: str, url: str) -> None:
    """Kept once: told again, or of a plan of another unit, it changes nothing."""
    here = select(Plan.id).where(Plan.unit_id == unit.id)
    item = update(Rectification).where(Rectification.id == item_id, Rectification.plan_id.in_(here))
    values = {"decision": decision, "decision_reason": reason, "decision_url": url}
    rows_changed(item.where(Rectification.decision.is_(None)).values(decided_at=clock.now(), **values))
