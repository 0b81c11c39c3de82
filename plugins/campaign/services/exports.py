"""Taking the schedule away is written down: who, which file, how much of it."""

from intranet import audit
from intranet.models import Unit, User


def record_export(plan_id: int, unit: Unit, *, by: User, kind: str, rows: int) -> None:
    """`kind`: docx or xlsx; `unit`: on whose page."""
    audit.record(by, "campaign:export", f"campaign_plan:{plan_id}", unit=unit, kind=kind, rows=rows)
