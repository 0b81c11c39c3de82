"""What hangs on the wall: how far each unit and each category is, what was closed this week, what is late.

Of all cards, or `only` of those that meet these conditions.
"""

from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, case, func, select

from intranet import clock
from intranet.extensions import db
from intranet.models import Unit
from plugins.rectification.lights import Light, shows
from plugins.rectification.models import Card
from plugins.rectification.progress import Progress, together
from plugins.rectification.queries.counting import Counts, counts_by_unit
from plugins.rectification.queries.scope import Scope
from plugins.rectification.stages import Stage
from plugins.rectification.weeks import start_of


class Told(NamedTuple):
    """A card as a line of a short list, with the day that matters there."""

    id: int
    title: str
    unit_id: int
    on: date


def by_place(unit: Unit, scope: Scope, *only: ColumnElement[bool]) -> list[tuple[Unit, Progress]]:
    """The unit itself and what lies right under it, each with all below; those without cards left out."""
    found: dict[int, list[Progress]] = {}
    for unit_id, counted in counts_by_unit(scope, *only).items():
        place = _place(scope.units[unit_id], unit, scope)
        found.setdefault(place.id, []).append(_progress(counted))
    rows = [(scope.units[key], together(each)) for key, each in found.items()]
    return [(place, progress) for place, progress in rows if progress.total]


def _place(below: Unit, above: Unit, scope: Scope) -> Unit:
    """The unit right under `above` in which `below` lies; itself where one may not enter that."""
    line = below.line
    right_under = line[line.index(above.id) + 1 : line.index(above.id) + 2]
    return scope.units.get(right_under[0], below) if right_under else below


def _progress(counted: Counts) -> Progress:
    return Progress(counted.stages, counted.lights[Light.RED], counted.lights[Light.AMBER])


def by_category(scope: Scope, *only: ColumnElement[bool]) -> dict[str, Progress]:
    """By code: one query for all."""
    today = clock.today()
    lights = [func.sum(case((shows(light, today), 1), else_=0)) for light in (Light.RED, Light.AMBER)]
    query = select(Card.category, Card.stage, func.count(), *lights).where(
        Card.unit_id.in_(list(scope.units)), *only
    )
    found: dict[str, list[Progress]] = {}
    for code, stage, number, red, amber in db.session.execute(query.group_by(Card.category, Card.stage)):
        found.setdefault(code, []).append(Progress({stage: number}, int(red or 0), int(amber or 0)))
    return {code: together(each) for code, each in found.items()}


def closed_since(scope: Scope, day: date, most: int, *only: ColumnElement[bool]) -> tuple[int, list[Told]]:
    """How many were closed since that day and still are, and the latest of them."""
    here = (
        Card.unit_id.in_(list(scope.units)),
        Card.stage == Stage.CLOSED,
        Card.stage_since >= start_of(day),
        *only,
    )
    query = select(Card.id, Card.title, Card.unit_id, Card.stage_since, func.count().over()).where(*here)
    rows = db.session.execute(query.order_by(Card.stage_since.desc(), Card.id.desc()).limit(most)).all()
    told = [Told(key, title, unit_id, clock.local(at).date()) for key, title, unit_id, at, _all in rows]
    return (rows[0][-1] if rows else 0), told


def longest_late(scope: Scope, most: int, *only: ColumnElement[bool]) -> list[Told]:
    """Red ones, the longest late first, each with the day it was due."""
    here = (Card.unit_id.in_(list(scope.units)), shows(Light.RED, clock.today()))
    query = select(Card.id, Card.title, Card.unit_id, Card.due_on).where(*here, *only)
    rows = db.session.execute(query.order_by(Card.due_on, Card.id).limit(most))
    return [Told(key, title, unit_id, due_on or date.max) for key, title, unit_id, due_on in rows]
