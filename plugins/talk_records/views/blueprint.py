"""The blueprint, and what its views begin with."""

from typing import cast

from flask import Blueprint, g

from intranet.models import Unit
from intranet.permissions import allowed, me
from plugins.talk_records.queries.talks import OVERVIEW, ROSTER, Found, read_or_404, talk_or_404
from plugins.talk_records.wording import (
    KIND_TITLES,
    NEED_LIGHTS,
    NEED_TITLES,
    STATE_LIGHTS,
    STATE_TITLES,
    TEXTS,
    WAY_TITLES,
)

bp = Blueprint("talk_records", __name__, template_folder="../templates")


def here() -> Unit:
    """The unit of the URL."""
    return cast("Unit", g.unit)


def found(talk_id: int, *, to_change: bool = False) -> Found:
    """The talk, if this person may know of it."""
    return talk_or_404(me(), here(), talk_id, to_change=to_change)


def readable(talk_id: int, *, to_change: bool = False) -> Found:
    """The talk, if this person may open what was said."""
    return read_or_404(me(), here(), talk_id, to_change=to_change)


@bp.context_processor
def _words() -> dict[str, object]:
    return {
        "KIND_TITLES": KIND_TITLES,
        "WAY_TITLES": WAY_TITLES,
        "NEED_TITLES": NEED_TITLES,
        "NEED_LIGHTS": NEED_LIGHTS,
        "STATE_TITLES": STATE_TITLES,
        "STATE_LIGHTS": STATE_LIGHTS,
        "TEXTS": TEXTS,
        "may_oversee": allowed(me(), OVERVIEW, here()) if "unit" in g else False,
        "may_keep": allowed(me(), ROSTER, here()) if "unit" in g else False,
    }
