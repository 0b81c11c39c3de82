"""What meetings ask of other plugins."""

from datetime import date

import pluggy

from intranet.contracts import Appointment, Bar, Problem
from intranet.models import Unit, User

hookspec = pluggy.HookspecMarker("intranet")


@hookspec
def democratic_life_roster(unit: Unit, day: date) -> list[Appointment]:
    """Who is in the leading group of the unit on that day, the chief first. At most two queries."""
    raise NotImplementedError


@hookspec
def democratic_life_readiness(  # noqa: PLR0913, PLR0917 - a hook says all it knows, each plugin takes what it needs
    unit: Unit, user: User, gate: str, start: date, end: date, keys: list[str]
) -> list[Bar]:
    """How far what a gate asks for is done in [start, end]: `done` of `total`, with the page that lists it.

    Gates are `study` (集中学习), `opinions` (征求意见并反馈), `talks` (谈心谈话) and `measures`
    (上次整改措施). A plugin answers for its own and returns an empty list for the others, without a query. At
    most one query; one that answers nothing leaves the gate to people, who mark it by hand. `keys`: of
    `measures` the problems of the source `democratic_life` that earlier meetings have passed on.
    """
    raise NotImplementedError


@hookspec
def democratic_life_outcomes(user: User, keys: list[str]) -> list[Problem]:
    """What became of problems of the source `democratic_life`, each under its own key, as they may know.

    `title` says where the work on it is and stands in place of the problem's own words; `url` leads there,
    `story` to its whole way, both empty where this person may not go. What nobody has decided on is left
    out. At most one query.
    """
    raise NotImplementedError
