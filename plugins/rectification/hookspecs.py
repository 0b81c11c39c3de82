"""What other plugins may offer to the board."""

from datetime import datetime

import pluggy

from intranet.contracts import Problem, Reference
from intranet.models import Unit, User

hookspec = pluggy.HookspecMarker("intranet")


@hookspec
def rectification_problems(unit: Unit, since: datetime) -> list[Problem]:
    """Problems this plugin found in `unit` itself, at or after the moment `since`, that deserve a card.

    `since` is an aware datetime. A unit below is asked about itself, on its own page. `(source, key)` names a
    problem for the whole site and for ever: `source` is the plugin's name, `key` its own business. Asking
    changes nothing and may happen any number of times: the same problem has the same name in each answer, the
    board makes at most one card of it and leaves out those that have one. Asked only where both plugins are
    on. At most one query.
    """
    raise NotImplementedError


@hookspec
def rectification_decided(unit: Unit, key: str, decision: str, reason: str, url: str) -> None:
    """What became of a problem this plugin offered for `unit`: once for each, inside the board's transaction.

    `decision` is `opened` or `merged`, with the address of the card, or `declined`, with the reason.
    Only the plugin whose problem it is hears it. It may note it down, and shows it where the problem stands.
    """
    raise NotImplementedError


@hookspec
def rectification_story(user: User, keys: list[str]) -> list[Reference]:
    """What this plugin knows of the way of its own problems, before they were on the board and after.

    `title` is a plain sentence that everybody who sees the card may read, `starts_on` its day; `url` leads
    there and is empty where this person may not go. Nothing sealed, and not who spoke. Asked only where the
    plugin is on for the unit of the card, about its own keys alone. At most two queries.
    """
    raise NotImplementedError
