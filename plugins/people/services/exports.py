"""Who took the list of units and people away."""

from collections.abc import Mapping, Sized

from intranet import audit
from intranet.models import User


def record_export(rows: Mapping[str, Sized], *, by: User) -> None:
    """How many rows of each sheet, not whose."""
    audit.record(by, "people:export", "people", rows=",".join(str(len(sheet)) for sheet in rows.values()))
