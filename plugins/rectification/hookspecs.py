"""What other plugins may offer to the board."""

from datetime import datetime

import pluggy

from intranet.contracts import Problem
from intranet.models import Unit

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
