"""What moved when, from the history of the cards."""

from collections import Counter
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, or_, select, type_coerce

from intranet import clock
from intranet.extensions import db
from intranet.models import Notice
from plugins.rectification.flow import WEEKS, Moves
from plugins.rectification.models import Card, Event
from plugins.rectification.queries.scope import Scope
from plugins.rectification.stages import Stage
from plugins.rectification.weeks import monday, start_of

MOST_STAYS = 5000
"""So many of the latest moves tell how long cards stay."""
A_DAY = 86400
MOVED = and_(Event.to_stage.is_not(None), or_(Event.from_stage.is_(None), Event.from_stage != Event.to_stage))
"""Opened, or taken to another stage; other deeds leave the card where it is."""


def first_monday(today: date) -> date:
    return monday(today) - timedelta(weeks=WEEKS - 1)


def moves(scope: Scope) -> Moves:
    """Of the last weeks, this one included: one query."""
    first = first_monday(clock.today())
    week = _week_of(first, WEEKS)
    query = select(week, Event.from_stage, Event.to_stage, func.count()).join(Card, Card.id == Event.card_id)
    query = query.where(Card.unit_id.in_(list(scope.units)), MOVED, Event.at >= start_of(first))
    rows = db.session.execute(query.group_by(week, Event.from_stage, Event.to_stage))
    return {(place, start, end): number for place, start, end, number in rows if end is not None}


def _week_of(first: date, weeks: int) -> ColumnElement[int]:
    """Which week an event lies in, 0 the first."""
    ends = [start_of(first + timedelta(weeks=place + 1)) for place in range(weeks - 1)]
    return case(*((Event.at < end, place) for place, end in enumerate(ends)), else_=weeks - 1)


def days_in_stages(scope: Scope) -> dict[Stage, list[float]]:
    """How many days cards had been in the stage they left, in the last weeks: one query."""
    since = start_of(first_monday(clock.today()))
    at_before = func.lag(Event.at).over(partition_by=Event.card_id, order_by=Event.id)
    before = type_coerce(at_before, Event.at.type)
    lately = select(Event.card_id).join(Card, Card.id == Event.card_id)
    lately = lately.where(Card.unit_id.in_(list(scope.units)), MOVED, Event.at >= since)
    steps = select(Event.from_stage, Event.at, before.label("before")).where(MOVED, Event.card_id.in_(lately))
    step = steps.subquery()
    query = select(step).where(step.c.at >= since, step.c.before.is_not(None), step.c.from_stage.is_not(None))
    found: dict[Stage, list[float]] = {}
    for stage, left_at, came_at in db.session.execute(query.order_by(step.c.at.desc()).limit(MOST_STAYS)):
        found.setdefault(stage, []).append((left_at - came_at).total_seconds() / A_DAY)
    return found


# A week --------------------------------------------------------------------------------------------


class Happened(NamedTuple):
    """What a unit did in a week."""

    opened: int = 0
    moved: int = 0
    closed: int = 0
    overdue: int = 0


def two_weeks(scope: Scope) -> dict[int, tuple[Happened, Happened]]:
    """By unit, this week and the last: two queries. Units in which nothing happened are left out."""
    last = monday(clock.today()) - timedelta(weeks=1)
    late = _newly_late(scope, last)
    found: dict[tuple[int, int], Happened] = {}
    week = _week_of(last, 2)
    sums = [func.sum(case((condition, 1), else_=0)) for condition in _KINDS]
    query = select(Card.unit_id, week, *sums).join(Card, Card.id == Event.card_id)
    query = query.where(Card.unit_id.in_(list(scope.units)), MOVED, Event.at >= start_of(last))
    for unit_id, place, *numbers in db.session.execute(query.group_by(Card.unit_id, week)):
        found[unit_id, place] = Happened(*map(int, numbers))
    keys = {unit_id for unit_id, _place in {*found, *late}}
    return {
        key: (_told(found, late, (key, 1)), _told(found, late, (key, 0)))
        for key in scope.units
        if key in keys
    }


def happened(scope: Scope, start: date, end: date) -> Happened:
    """All units together, in the days [start, end): one query."""
    sums = [func.coalesce(func.sum(case((condition, 1), else_=0)), 0) for condition in _KINDS]
    days = and_(Event.at >= start_of(start), Event.at < start_of(end))
    query = select(*sums).select_from(Event).join(Card, Card.id == Event.card_id)
    row = db.session.execute(query.where(Card.unit_id.in_(list(scope.units)), MOVED, days)).one()
    return Happened(*map(int, row))


_KINDS = (Event.from_stage.is_(None), Event.from_stage.is_not(None), Event.to_stage == Stage.CLOSED)
Place = tuple[int, int]


def _told(found: dict[Place, Happened], late: dict[Place, int], place: Place) -> Happened:
    return found.get(place, Happened())._replace(overdue=late.get(place, 0))


def _newly_late(scope: Scope, last: date) -> dict[Place, int]:
    """Cards whose day passed in that week; what was closed afterwards was late all the same."""
    this, today = last + timedelta(weeks=1), clock.today()
    days = Card.due_on.between(last - timedelta(days=1), today - timedelta(days=1))
    query = select(Card.unit_id, Card.due_on, Card.stage, Card.stage_since)
    found: Counter[Place] = Counter()
    for unit_id, due_on, stage, since in db.session.execute(
        query.where(Card.unit_id.in_(list(scope.units)), days)
    ):
        if due_on and (stage is not Stage.CLOSED or clock.local(since).date() > due_on):
            found[unit_id, int(due_on >= this - timedelta(days=1))] += 1
    return found


# Stuck ---------------------------------------------------------------------------------------------


def urged_last(urls: list[str]) -> dict[str, date]:
    """The day each of these was last urged, by the address of its page."""
    query = select(Notice.url, func.max(Notice.created_at)).where(
        Notice.url.in_(urls), Notice.kind == "urged"
    )
    rows = db.session.execute(query.group_by(Notice.url)) if urls else ()
    return {url: clock.local(at).date() for url, at in rows}
