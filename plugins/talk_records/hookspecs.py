"""What talks ask of whoever takes up the problems that were passed on."""

import pluggy

from intranet.contracts import Problem
from intranet.models import User

hookspec = pluggy.HookspecMarker("intranet")


@hookspec
def talk_records_outcomes(user: User, keys: list[str]) -> list[Problem]:
    """What became of problems of the source `talk_records`, each under its own key, as this person may know.

    `title` says where the work on it is and stands in place of the problem's own words; `url` leads there
    and is empty where this person may not go. What nobody has taken up is left out. At most one query.
    """
    raise NotImplementedError
