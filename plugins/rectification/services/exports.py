"""Taking the ledger away is written down: who, of which unit, how many rows of which list."""

from intranet import audit
from intranet.models import Unit, User


def record_export(unit: Unit, *, by: User, rows: int, sheet: str) -> None:
    """The 台账 is the export as such; of another list its name is told too."""
    more = {} if sheet == "ledger" else {"list": sheet}
    audit.record(by, "rectification:export", unit.code, unit=unit, rows=rows, **more)
