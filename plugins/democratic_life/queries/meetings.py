"""Meetings as those who may know of them see them. What was said in one is the business of others here."""

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, exists, or_, select

from intranet.errors import NotFound
from intranet.extensions import db
from intranet.gate import open_units
from intranet.models import Unit, User
from intranet.permissions import allowed
from plugins.democratic_life.models import Meeting, Seat

PLUGIN = "democratic_life"
OVERVIEW = "democratic_life:overview"
PREPARE = "democratic_life:prepare"


def sits_in(user: User) -> ColumnElement[bool]:
    """The meetings this person belongs to: as a member, its chair or its recorder."""
    seat = exists().where(Seat.meeting_id == Meeting.id, Seat.user_id == user.id)
    return or_(seat, Meeting.chair_id == user.id, Meeting.recorder_id == user.id)


def known_to(user: User, unit: Unit) -> ColumnElement[bool]:
    """The meetings this person may know of on the pages of this unit: their own, and those they oversee."""
    overseen = [below.id for below in open_units(PLUGIN, unit, user) if allowed(user, OVERVIEW, below)]
    return or_(sits_in(user), Meeting.unit_id.in_(overseen))


def meeting_or_404(user: User, unit: Unit, meeting_id: int, *, to_change: bool = False) -> Meeting:
    """The meeting, if this person may know of it here. `to_change` holds its row."""
    query = select(Meeting).where(Meeting.id == meeting_id, known_to(user, unit))
    if to_change:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound(_("没有这次会议，或者它不对您开放。"))
    return found
