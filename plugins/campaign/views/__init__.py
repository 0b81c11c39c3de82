"""Pages of the plan: schedule, Gantt, duties, progress; import and review; the `campaign` commands."""

from flask import Blueprint

from intranet import clock
from plugins.campaign.states import (
    DUTY_LIGHTS,
    DUTY_WORDS,
    LIGHTS,
    WORDS,
    State,
    is_late,
)
from plugins.campaign.views.page import carry_past_plan
from plugins.campaign.wording import say

bp = Blueprint("campaign", __name__, template_folder="../templates", cli_group="campaign")


bp.url_defaults(carry_past_plan)


@bp.context_processor
def words() -> dict[str, object]:
    """What every template of the plan needs to name states."""
    return {
        "STATES": list(State),
        "WORDS": WORDS,
        "LIGHTS": LIGHTS,
        "DUTY_WORDS": DUTY_WORDS,
        "DUTY_LIGHTS": DUTY_LIGHTS,
        "say": say,
        "duty_is_late": lambda duty: is_late(duty.state, duty.activity, clock.today()),
    }


from plugins.campaign.views import (  # noqa: E402, F401 - they hang their routes on bp
    activities,
    briefs,
    commands,
    drafts,
    duties,
    entries,
    exports,
    imports,
    schedule,
)
