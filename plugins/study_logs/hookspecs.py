"""What other plugins may offer to studying."""

import pluggy

from intranet.contracts import Reference
from intranet.models import Unit, User

hookspec = pluggy.HookspecMarker("intranet")


@hookspec
def study_logs_occasions(unit: Unit) -> list[Reference]:
    """What this plugin knows of that `unit` may make a study session from, such as an activity of its plan.

    The title and the first day are taken over; `(source, key)` and the address are kept, so that each shows
    the other. `source` is the plugin's name. Asking changes nothing and may happen any number of times. Asked
    only where both plugins are on. At most one query.
    """
    raise NotImplementedError


@hookspec
def study_logs_tests(user: User, unit: Unit, key: str | None) -> list[Reference]:
    """Tests a session of `unit` may name, as this person may open them there; with a `key` only that one.

    The title is kept and stays readable where the test is not offered any more; `ends_on` is its last day.
    Asked only where both plugins are on. At most one query.
    """
    raise NotImplementedError


@hookspec
def study_logs_stated(unit: Unit, words: tuple[str, ...]) -> list[Reference]:
    """Sentences of the plan `unit` follows that hold a figure and one of these words.

    Word for word as `title`, with the days of the whole plan. What they ask for is read here and confirmed by
    a person. Asked only where both plugins are on. At most one query.
    """
    raise NotImplementedError
