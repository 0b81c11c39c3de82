"""What other plugins may offer to studying."""

import pluggy

from intranet.contracts import Reference
from intranet.models import Unit

hookspec = pluggy.HookspecMarker("intranet")


@hookspec
def study_logs_occasions(unit: Unit) -> list[Reference]:
    """What this plugin knows of that `unit` may make a study session from, such as an activity of its plan.

    The title and the first day are taken over; `(source, key)` and the address are kept, so that each shows
    the other. `source` is the plugin's name. Asking changes nothing and may happen any number of times. Asked
    only where both plugins are on. At most one query.
    """
    raise NotImplementedError
