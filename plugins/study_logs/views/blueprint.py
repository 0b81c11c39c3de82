"""The blueprints, and what their views begin with."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import Blueprint, abort, g, request
from flask_babel import gettext as _

from intranet import clock
from intranet.errors import Forbidden
from intranet.models import Unit, User
from intranet.organisation import organisation
from intranet.permissions import me
from plugins.study_logs.models import TENTHS, Session
from plugins.study_logs.queries.scope import find_session
from plugins.study_logs.rights import Rights
from plugins.study_logs.steps import LIGHTS, RECORD, TITLES
from plugins.study_logs.wording import (
    FORM_TITLES,
    MAKEUP_LIGHTS,
    MAKEUP_TITLES,
    MARK_TITLES,
    MEASURE_UNITS,
    OWING,
    PACE_LIGHTS,
    PACE_TITLES,
    PEOPLE_TITLES,
)

TEMPLATES = "../templates"
bp = Blueprint("study_logs", __name__, template_folder=TEMPLATES)
makeup_bp = Blueprint("study_logs_makeups", __name__, template_folder=TEMPLATES)
note_bp = Blueprint("study_logs_notes", __name__, template_folder=TEMPLATES)
door = Blueprint("study_logs_door", __name__, url_prefix="/account", template_folder=TEMPLATES)
"""Signing in stands outside the units: on the wall there is one address for people of all of them."""


def here() -> Unit:
    """The unit of the URL."""
    return cast("Unit", g.unit)


@dataclass(frozen=True, slots=True)
class Opened:
    """A session a person may see, its own unit, and what they may do there."""

    session: Session
    unit: Unit
    rights: Rights

    @property
    def may_record(self) -> bool:
        return self.rights.may(RECORD, self.session.unit_id)


def session_or_404(session_id: int, *, hold: str = "") -> Opened:
    """The session, if this person may see it under the unit of the URL."""
    user: User = me()
    found = find_session(here(), user, session_id, hold=hold)
    home = organisation().by_id.get(found.unit_id) if found else None
    if found is None or home is None:
        abort(404)
    return Opened(found, home, Rights(user))


def to_record(session_id: int) -> Opened:
    """The session, held, for somebody who may change it."""
    opened = session_or_404(session_id, hold="change" if request.method == "POST" else "")
    if not opened.may_record:
        raise Forbidden(_("只有登记单位的干事、负责人和活动办可以修改这项学习。"))
    return opened


def tenths(value: int) -> str:
    """1.5, but 2 and not 2.0."""
    return f"{value / TENTHS:g}"


def hour(moment: datetime) -> str:
    """09:42, on the hospital's clock."""
    return f"{clock.local(moment):%H:%M}"


@bp.context_processor
@makeup_bp.context_processor
@note_bp.context_processor
@door.context_processor
def _words() -> dict[str, object]:
    """What the templates need to name things."""
    return {
        "FORMS": FORM_TITLES,
        "STAGES": TITLES,
        "STAGE_LIGHTS": LIGHTS,
        "MARKS": MARK_TITLES,
        "OWING": OWING,
        "MAKEUPS": MAKEUP_TITLES,
        "MAKEUP_LIGHTS": MAKEUP_LIGHTS,
        "PACES": PACE_TITLES,
        "PACE_LIGHTS": PACE_LIGHTS,
        "PEOPLE": PEOPLE_TITLES,
        "MEASURE_UNITS": MEASURE_UNITS,
        "tenths": tenths,
        "hour": hour,
    }
