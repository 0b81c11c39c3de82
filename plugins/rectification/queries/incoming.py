"""Problems other plugins offer to the board."""

from datetime import timedelta
from typing import cast

from intranet import clock
from intranet.contracts import Problem
from intranet.gate import enabled_plugins
from intranet.models import Unit
from intranet.plugins import collect
from plugins.rectification.queries.details import cards_made_from

LOOK_BACK = timedelta(days=730)


def incoming_problems(unit: Unit) -> list[Problem]:
    """Those that have no card yet, oldest first; from plugins that are on here as the board is."""
    found = cast(
        "list[Problem]",
        collect("rectification_problems", enabled_plugins(unit), unit=unit, since=clock.now() - LOOK_BACK),
    )
    known = cards_made_from([(problem.source, problem.key) for problem in found]) if found else {}
    fresh = [problem for problem in found if (problem.source, problem.key) not in known]
    return sorted(fresh, key=lambda problem: (problem.found_on, problem.title))


def incoming_problem(unit: Unit, source: str, key: str) -> Problem | None:
    """One of them by name. Only what a plugin offers here can become a card."""
    matching = (
        problem for problem in incoming_problems(unit) if (problem.source, problem.key) == (source, key)
    )
    return next(matching, None)
