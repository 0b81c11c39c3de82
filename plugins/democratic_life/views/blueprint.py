"""The blueprint, and what its views begin with."""

from typing import cast

from flask import Blueprint, g

from intranet.models import Unit
from intranet.permissions import allowed, me
from plugins.democratic_life.models import Meeting
from plugins.democratic_life.queries.meetings import Found, found_or_404, meeting_or_404, readable_or_404
from plugins.democratic_life.steps import PREPARE
from plugins.democratic_life.wording import (
    ATTENDANCE_TITLES,
    CIRCLE_TITLES,
    KIND_TITLES,
    PAPER_TITLES,
    PHASE_TITLES,
    SAID_TITLES,
    STATE_LIGHTS,
    STATE_TITLES,
)

bp = Blueprint("democratic_life", __name__, template_folder="../templates")


def here() -> Unit:
    """The unit of the URL."""
    return cast("Unit", g.unit)


def meeting(meeting_id: int, *, to_change: bool = False) -> Meeting:
    """The meeting, if this person may know of it."""
    return meeting_or_404(me(), here(), meeting_id, to_change=to_change)


def found(meeting_id: int, *, to_change: bool = False) -> Found:
    """The same with its people."""
    return found_or_404(me(), here(), meeting_id, to_change=to_change)


def readable(meeting_id: int, *, to_change: bool = False) -> Found:
    """The same, if this person may open what is said in it."""
    return readable_or_404(me(), here(), meeting_id, to_change=to_change)


@bp.context_processor
def _words() -> dict[str, object]:
    return {
        "KIND_TITLES": KIND_TITLES,
        "STATE_TITLES": STATE_TITLES,
        "STATE_LIGHTS": STATE_LIGHTS,
        "PHASE_TITLES": PHASE_TITLES,
        "SAID_TITLES": SAID_TITLES,
        "PAPER_TITLES": PAPER_TITLES,
        "CIRCLE_TITLES": CIRCLE_TITLES,
        "ATTENDANCE_TITLES": ATTENDANCE_TITLES,
        "may_prepare": allowed(me(), PREPARE, here()) if "unit" in g else False,
    }
