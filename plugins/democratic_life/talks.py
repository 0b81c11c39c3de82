"""What meetings tell talks: for which of them a round is."""

from datetime import date

from flask import url_for

from intranet import clock
from intranet.contracts import Reference
from intranet.models import Unit, User
from plugins.democratic_life.queries.meetings import PLUGIN
from plugins.democratic_life.queries.rounds import first_from


def prepared_by_talks(user: User, unit: Unit, day: date) -> list[Reference]:
    """Under the unit's own address: who reads its round of talks has entered it."""
    meeting = first_from(user, unit, day)
    if meeting is None:
        return []
    url = url_for("democratic_life.meeting", unit=unit.code, meeting_id=meeting.id)
    held_on = clock.local(meeting.meets_at).date() if meeting.meets_at else None
    return [Reference(PLUGIN, str(meeting.id), meeting.name, url, held_on)]
