"""What a person may do in units, and whose rows of a roster they may see or mark."""

from collections.abc import Iterable

from intranet.gate import units_with
from intranet.models import Unit, User
from intranet.organisation import organisation
from intranet.permissions import allowed, answers_for
from plugins.study_logs.models import Attendance, Session
from plugins.study_logs.steps import ARCHIVE, RECORD, SEE, TARGETS, Step, steps_for

PLUGIN = "study_logs"
ALL = (RECORD, ARCHIVE, SEE, TARGETS)


class Rights:
    """Of one person, for one request."""

    def __init__(self, user: User) -> None:
        self.user = user

    def may(self, action: str, unit_id: int) -> bool:
        """A unit that is closed, or where studying is off, gives no right."""
        unit = organisation().by_id.get(unit_id)
        return unit is not None and bool(self.units(action, [unit]))

    def units(self, action: str, among: Iterable[Unit]) -> list[int]:
        """The ids of those of these units where studying is on and the person may do this."""
        return [unit.id for unit in units_with(PLUGIN, among) if action in self._in_unit(unit)]

    def _in_unit(self, unit: Unit) -> frozenset[str]:
        known: dict[int, frozenset[str]] = answers_for(self.user).setdefault(PLUGIN, {})
        if unit.id not in known:
            known[unit.id] = frozenset(name for name in ALL if allowed(self.user, name, unit))
        return known[unit.id]

    def steps(self, session: Session) -> list[Step]:
        """What this person may do with the session next."""
        return steps_for(session.stage, [name for name in ALL if self.may(name, session.unit_id)])

    def may_mark(self, row: Attendance) -> bool:
        """Recorders mark the people of their own units, at the hospital's sessions too."""
        return self.may(RECORD, row.unit_id)

    def may_decide(self, row: Attendance) -> bool:
        """Nobody confirms a make-up of their own."""
        return row.user_id != self.user.id and self.may_mark(row)

    def may_see(self, row: Attendance) -> bool:
        return row.user_id == self.user.id or self.may(SEE, row.unit_id)
