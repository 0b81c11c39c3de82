"""Pages of the system administrator (units, people, import) and of the security administrator (rights)."""

from flask import Blueprint

from plugins.people.queries.people import state_of
from plugins.people.wording import GRANTED, KINDS

bp = Blueprint("people", __name__, template_folder="../templates", url_prefix="/admin", cli_group=None)


@bp.context_processor
def words() -> dict[str, object]:
    """What every template needs to name kinds, roles and states."""
    return {"KINDS": KINDS, "GRANTED": GRANTED, "state_of": state_of}


from plugins.people.views import (  # noqa: E402, F401 - they hang their routes on bp
    commands,
    exchange,
    grants,
    memberships,
    people,
    permissions,
    slips,
    units,
)
