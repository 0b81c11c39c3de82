"""What other plugins may offer to the board."""

from datetime import datetime

import pluggy

from intranet.contracts import Problem
from intranet.models import Unit

hookspec = pluggy.HookspecMarker("intranet")


@hookspec
def rectification_problems(unit: Unit, since: datetime) -> list[Problem]:
    """Problems this plugin found in the unit or under it since then, that deserve a card.

    Leave out units where this plugin is off. `(source, key)` names a problem for the whole site and
    for ever: source is the plugin's name, key is its own business. Answer the same problem again as
    often as asked; the board knows which have a card. At most one query.
    """
    raise NotImplementedError
