"""What talks ask of others: what became of problems, who leads a unit, which meeting comes after."""

from datetime import date

import pluggy

from intranet.contracts import Problem, Reference
from intranet.models import Unit, User

hookspec = pluggy.HookspecMarker("intranet")


@hookspec
def talk_records_outcomes(user: User, keys: list[str]) -> list[Problem]:
    """What became of problems of the source `talk_records`, each under its own key, as this person may know.

    `title` says where the work on it is and stands in place of the problem's own words; `url` leads there,
    `story` to its whole way, both empty where this person may not go. What nobody has decided on is left
    out. At most one query.
    """
    raise NotImplementedError


@hookspec
def talk_records_named(unit: Unit) -> list[Reference]:
    """Lines of this unit's own plan that name its leading group, one each, word for word as `title`.

    They are read here and looked at by a person before anybody is on the roster. Asked only where both
    plugins are on. At most one query.
    """
    raise NotImplementedError


@hookspec
def talk_records_meetings(user: User, unit: Unit, day: date) -> list[Reference]:
    """The unit's first meeting on or after this day, as a round of talks that begins then is for it.

    Nothing where the person may not know of it. A meeting without a day yet counts as the last one. Asked
    only where both plugins are on. At most one query.
    """
    raise NotImplementedError
