"""Taking the ledger away is written down: who, of which unit, how many cards."""

from intranet import audit
from intranet.models import Unit, User


def record_export(unit: Unit, *, by: User, rows: int) -> None:
    audit.record(by, "rectification:export", unit.code, unit=unit, rows=rows)
