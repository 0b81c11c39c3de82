"""What other plugins may add to a quiz."""

import pluggy

from intranet.contracts import NavItem
from intranet.models import Unit, User

hookspec = pluggy.HookspecMarker("intranet")


@hookspec
def knowledge_tests_lessons(user: User, unit: Unit, key: str) -> list[NavItem]:
    """Links for the page of the quiz `key`: what this plugin has that it asks about.

    Only pages this person may open in `unit`; `section` says in a word what it is. Asked only where both
    plugins are on. At most one query.
    """
    raise NotImplementedError
