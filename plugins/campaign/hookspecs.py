"""What other plugins may add to the plan, and to the way from it to the look-back."""

from datetime import date

import pluggy

from intranet.contracts import Figure, NavItem, Problem
from intranet.models import Unit, User

hookspec = pluggy.HookspecMarker("intranet")


@hookspec
def campaign_followups(user: User, unit: Unit, key: str) -> list[NavItem]:
    """Links for the page of the activity `key`: what this plugin has made from it, and where to make more.

    An address that takes no GET is drawn as a button.

    Only pages this person may open in `unit`; `section` says in a word what it is. Asked only where both
    plugins are on. At most one query.
    """
    raise NotImplementedError


@hookspec
def campaign_chain(user: User, unit: Unit) -> list[Figure]:
    """What this plugin can count of the way from plan to look-back, in `unit` and under it.

    `place` is one of `plugins.campaign.chain.LINKS`, by its word. Each number is the length of the list
    behind it, which this person may open; a number they may not know is left out. Asked only where both
    plugins are on. At most three queries.
    """
    raise NotImplementedError


@hookspec
def campaign_week(user: User, unit: Unit, start: date, end: date) -> list[str]:
    """What the days [start, end) brought in `unit` and under it, in whole sentences for the weekly brief.

    Only numbers and what everybody may read: the brief is published. Asked only where both plugins are on.
    At most two queries.
    """
    raise NotImplementedError


@hookspec
def campaign_outcomes(user: User, keys: list[str]) -> list[Problem]:
    """What became of problems of the source `campaign`, each under its own key, as this person may know.

    `title` says where the work on it is and stands in place of the problem's own words; `url` leads there,
    `story` to its whole way, both empty where this person may not go. What nobody has decided on is left
    out. At most one query.
    """
    raise NotImplementedError
