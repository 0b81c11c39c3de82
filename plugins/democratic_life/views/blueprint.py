"""The blueprint, and what its views begin with."""

from typing import cast

from flask import Blueprint, g

from intranet.models import Unit
from intranet.permissions import me
from plugins.democratic_life.models import Meeting
from plugins.democratic_life.queries.meetings import meeting_or_404

bp = Blueprint("democratic_life", __name__, template_folder="../templates")


def here() -> Unit:
    """The unit of the URL."""
    return cast("Unit", g.unit)


def meeting(meeting_id: int, *, to_change: bool = False) -> Meeting:
    """The meeting, if this person may know of it."""
    return meeting_or_404(me(), here(), meeting_id, to_change=to_change)
