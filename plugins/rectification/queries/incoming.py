"""Problems other plugins offer to the board."""

from datetime import timedelta
from typing import cast

from sqlalchemy import select

from intranet import clock
from intranet.contracts import Problem
from intranet.extensions import db
from intranet.gate import enabled_plugins
from intranet.models import Unit, User
from intranet.plugins import collect
from plugins.rectification.models import Outcome
from plugins.rectification.queries.details import cards_made_from

LOOK_BACK = timedelta(days=730)
LATEST = 50


def incoming_problems(unit: Unit) -> list[Problem]:
    """Those that have no card yet, oldest first; from plugins that are on here as the board is."""
    found = cast(
        "list[Problem]",
        collect("rectification_problems", enabled_plugins(unit), unit=unit, since=clock.now() - LOOK_BACK),
    )
    names = [(problem.source, problem.key) for problem in found]
    known = {*cards_made_from(names), *_decided(names)} if found else set()
    fresh = [problem for problem in found if (problem.source, problem.key) not in known]
    return sorted(fresh, key=lambda problem: (problem.found_on, problem.title))


def incoming_problem(unit: Unit, source: str, key: str) -> Problem | None:
    """One of them by name. Only what a plugin offers here can become a card."""
    matching = (
        problem for problem in incoming_problems(unit) if (problem.source, problem.key) == (source, key)
    )
    return next(matching, None)


def _decided(names: list[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those that were merged or declined."""
    sources, keys = ({name[place] for name in names} for place in (0, 1))
    query = select(Outcome.source, Outcome.source_key).where(Outcome.source.in_(sources))
    return {(source, key) for source, key in db.session.execute(query.where(Outcome.source_key.in_(keys)))}


def decided_in(unit: Unit) -> list[tuple[Outcome, str]]:
    """What was merged or declined in this unit, the latest first, with by whom."""
    query = select(Outcome, User.name).join(User, User.id == Outcome.decided_by)
    rows = db.session.execute(
        query.where(Outcome.unit_id == unit.id).order_by(Outcome.id.desc()).limit(LATEST)
    )
    return [(outcome, name) for outcome, name in rows]
