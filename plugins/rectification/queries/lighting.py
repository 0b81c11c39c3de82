"""How many cards of a unit have which light: counted again only where something has changed."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from flask import current_app, g
from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Date,
    Select,
    bindparam,
    func,
    literal,
    select,
    union_all,
)

from intranet import clock
from intranet.asking import ask
from intranet.extensions import db
from intranet.ids import among, given
from plugins.rectification.lights import Light, is_amber
from plugins.rectification.models import Card
from plugins.rectification.queries.rules import rules
from plugins.rectification.stages import OPEN_STAGES, Stage

NAME = "rectification.lights"
Cells = Mapping[tuple[Stage, Light], int]
"""Open cards with one of the counted lights."""


class State(NamedTuple):
    """All that the lights of a unit depend on."""

    changes: int
    """Grow with every card opened, moved or given another day."""
    today: date
    amber_days: int


def lights_of(changes: Mapping[int, int]) -> dict[int, Cells]:
    """By unit, whose changes the kept numbers tell. No query where none has changed.

    What a transaction that may still be rolled back has counted is not kept.
    """
    known, today, days = _known(), clock.today(), rules().unusual
    states = {
        unit_id: State(number, today, days.get(unit_id, rules().usual)) for unit_id, number in changes.items()
    }
    found = {unit_id: known[unit_id] for unit_id in states if unit_id in known}
    missing = [
        unit_id for unit_id, state in states.items() if unit_id not in found or found[unit_id][0] != state
    ]
    counted = counted_lights(missing) if missing else {}
    now = {unit_id: (states[unit_id], counted[unit_id]) for unit_id in missing}
    if not g.get("writing"):
        known.update(now)
    return {unit_id: cells for unit_id, (_state, cells) in {**found, **now}.items()}


def _known() -> dict[int, tuple[State, Cells]]:
    """Of this app and its database."""
    databases: dict[object, dict[int, tuple[State, Cells]]] = current_app.extensions.setdefault(NAME, {})
    return databases.setdefault(db.engine.url, {})


def counted_lights(units: Collection[int], only: Iterable[ColumnElement[bool]] = ()) -> dict[int, Cells]:
    """By unit. `only`: conditions on the cards."""
    today, found = clock.today(), {unit_id: Counter[tuple[Stage, Light]]() for unit_id in units}
    values = {"units": list(units), "today": today, "soon": today + timedelta(days=rules().usual)}
    if only or rules().unusual:
        rows: Iterable[Any] = db.session.execute(_lights(is_amber(today), only), values)
    elif len(units) == 1:
        rows = ask(LIGHTS_OF_ONE, values | {"units": next(iter(units))})
    else:
        rows = ask(LIGHTS, values)
    for light, number, unit_id, stage in rows:
        found[unit_id][stage, Light(light)] = number
    return dict(found)


HERE = among(Card.unit_id, given("units"))


def _lights(
    amber: ColumnElement[bool], only: Iterable[ColumnElement[bool]] = (), here: ColumnElement[bool] = HERE
) -> CompoundSelect[Any]:
    """How many of each unit and stage have each of the counted lights."""
    is_open = (here, Card.stage.in_(OPEN_STAGES), *only)
    return union_all(
        _counted(Light.RED, *is_open, Card.due_on < TODAY),
        _counted(Light.AMBER, *is_open, amber),
        _counted(Light.NONE, here, *only, Card.stage == Stage.UNCLAIMED, Card.due_on.is_(None)),
    )


def _counted(light: Light, *conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    query = select(literal(light.value), func.count(), Card.unit_id, Card.stage)
    return query.where(*conditions).group_by(Card.unit_id, Card.stage)


TODAY, SOON = bindparam("today", type_=Date), bindparam("soon", type_=Date)
SOON_DUE = Card.due_on.between(TODAY, SOON)
LIGHTS = _lights(SOON_DUE)
"""Where all units have set the same days for amber, as is usual: built once."""
LIGHTS_OF_ONE = _lights(SOON_DUE, here=Card.unit_id == bindparam("units"))
"""After a move. PostgreSQL needs no look at which unit it is, and so no new plan each time."""
