"""What talks tell a meeting: who is in the leading group, and whether all who must talk have talked."""

from datetime import date

from flask_babel import gettext as _

from intranet.contracts import Appointment, Bar
from intranet.models import Unit, User
from intranet.permissions import allowed
from intranet.web import path_to
from plugins.talk_records.models import Cycle
from plugins.talk_records.queries.needs import needs
from plugins.talk_records.queries.roster import members_on
from plugins.talk_records.queries.talks import OVERVIEW
from plugins.talk_records.wording import NeedState


def appointments(unit: Unit, day: date) -> list[Appointment]:
    """The chief first."""
    return [
        Appointment(member.user_id, member.duty, member.is_chief, charges)
        for member, charges in members_on(unit, day)
    ]


def readiness(unit: Unit, user: User, start: date, end: date) -> list[Bar]:
    """The newest round of the unit that has begun in these days or runs into them; none: no answer."""
    touches = (Cycle.unit_id == unit.id, Cycle.starts_on <= end, Cycle.due_on >= start)
    found = needs(*touches)
    if not found:
        return []
    newest = max((need.cycle for need in found), key=lambda cycle: (cycle.due_on, cycle.id))
    states = [need.state for need in found if need.cycle.id == newest.id]
    asked = [state for state in states if state is not NeedState.WAIVED]
    page = "talk_records.matrix" if allowed(user, OVERVIEW, unit) else "talk_records.index"
    url = path_to(page, unit=unit.code, cycle=newest.id)
    return [Bar(_("谈心谈话"), asked.count(NeedState.DONE), len(asked), url, _("对"))]
