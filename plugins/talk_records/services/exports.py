"""Taking the overview away is written down: who, of which round, how many rows."""

from intranet import audit
from intranet.models import Unit, User
from plugins.talk_records.models import Cycle


def record_export(unit: Unit, cycle: Cycle, *, by: User, rows: int) -> None:
    audit.record(by, "talk_records:export", f"talk_records_cycle:{cycle.id}", unit=unit, rows=rows)
