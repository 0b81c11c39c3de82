"""Telling people of a meeting: that it is there, where it opens for them, and never a word of it."""

from collections.abc import Iterable

from sqlalchemy import select

from intranet.extensions import db
from intranet.gate import door
from intranet.models import Unit, User
from intranet.notices import tell
from intranet.organisation import organisation
from intranet.web import path_to
from plugins.democratic_life.models import Meeting
from plugins.democratic_life.queries.meetings import PLUGIN


def home(meeting: Meeting) -> Unit:
    return organisation().by_id[meeting.unit_id]


def tell_people(meeting: Meeting, people: Iterable[int | None], kind: str, **values: object) -> None:
    """Once for the same version of the meeting."""
    wanted = {person for person in people if person}
    for user in db.session.scalars(select(User).where(User.id.in_(wanted)).order_by(User.id)):
        at = door(user, home(meeting), PLUGIN)
        if at is not None:
            url = path_to("democratic_life.meeting", unit=at.code, meeting_id=meeting.id)
            tell([user.id], f"democratic_life:{kind}", url, at, once=meeting.version, **values)
