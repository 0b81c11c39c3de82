"""What other plugins may add to the plan."""

import pluggy

from intranet.contracts import NavItem
from intranet.models import Unit, User

hookspec = pluggy.HookspecMarker("intranet")


@hookspec
def campaign_followups(user: User, unit: Unit, key: str) -> list[NavItem]:
    """Links for the page of the activity `key`: what this plugin has made from it, and where to make more.

    Only pages this person may open in `unit`; `section` says in a word what it is. Asked only where both
    plugins are on. At most one query.
    """
    raise NotImplementedError
