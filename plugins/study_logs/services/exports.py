"""Taking something away is written down: who, of which unit, what kind of file, how many rows."""

from intranet import audit
from intranet.models import Unit, User


def record_export(unit: Unit, subject: str, *, by: User, kind: str, rows: int) -> None:
    audit.record(by, "study_logs:export", subject, unit=unit, kind=kind, rows=rows)
