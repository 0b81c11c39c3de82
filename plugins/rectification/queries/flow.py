"""What moved when, from the history of the cards."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, select, type_coerce

from intranet import clock
from intranet.extensions import db
from intranet.models import Notice
from plugins.rectification.filters import Past
from plugins.rectification.flow import WEEKS, Moves
from plugins.rectification.lights import Light, shows
from plugins.rectification.models import Card, Event, Tally
from plugins.rectification.queries.past import A_WEEK, HAPPENED, MOVED, became_late
from plugins.rectification.queries.scope import Scope
from plugins.rectification.stages import Stage
from plugins.rectification.weeks import monday, start_of

MOST_STAYS = 5000
"""So many of the latest moves tell how long cards stay."""
A_DAY = 86400


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


def left_by_stage(scope: Scope) -> dict[Stage, int]:
    """How many cards have left each stage in the last weeks, each once: one query."""
    query = select(Event.from_stage, func.count(func.distinct(Event.card_id)))
    query = query.join(Card, Card.id == Event.card_id).where(Card.unit_id.in_(list(scope.units)), MOVED)
    since = Event.at >= start_of(first_monday(clock.today()))
    rows = db.session.execute(query.where(since, Event.from_stage.is_not(None)).group_by(Event.from_stage))
    return {stage: number for stage, number in rows if stage is not None}


# A week --------------------------------------------------------------------------------------------


class Happened(NamedTuple):
    """To how many cards of a unit it happened in a week."""

    opened: int = 0
    moved: int = 0
    closed: int = 0
    late: int = 0


def two_weeks(scope: Scope) -> dict[int, tuple[Happened, Happened]]:
    """By unit, this week and the last: two queries. Units in which nothing happened are left out."""
    first = monday(clock.today()) - timedelta(weeks=1)
    did, late = by_week(scope, first, 2), _late_by_week(scope, first)
    told = {
        key: tuple(_happened(did.get((key, place), {}), late.get((key, place), 0)) for place in (1, 0))
        for key in scope.units
    }
    return {key: (this, last) for key, (this, last) in told.items() if any((*this, *last))}


def _happened(did: Mapping[Past, int], late: int) -> Happened:
    opened, moved, closed = (did.get(past, 0) for past in HAPPENED)
    return Happened(opened, moved, closed, late)


def happened(scope: Scope, start: date, end: date) -> Happened:
    """All units together, in the days [start, end), each card once: one query."""
    query = select(*_sums()).select_from(Event).join(Card, Card.id == Event.card_id)
    days = and_(Event.at >= start_of(start), Event.at < start_of(end))
    row = db.session.execute(query.where(Card.unit_id.in_(list(scope.units)), MOVED, days)).one()
    return Happened(*map(int, row))


def open_and_late(scope: Scope) -> tuple[int, int]:
    """How many cards are not closed, and how many of these are late: one query."""
    here, late = list(scope.units), shows(Light.RED, clock.today())
    kept = select(func.sum(Tally.cards)).where(Tally.unit_id.in_(here), Tally.stage != Stage.CLOSED)
    counted = select(func.count()).where(Card.unit_id.in_(here), late)
    row = db.session.execute(select(kept.scalar_subquery(), counted.scalar_subquery())).one()
    return row[0] or 0, row[1]


def _sums() -> list[ColumnElement[int]]:
    """Each card once, however many steps it took."""
    return [func.count(func.distinct(case((told, Event.card_id)))) for told in HAPPENED.values()]


def by_week(scope: Scope, first: date, weeks: int) -> dict[tuple[int, int], dict[Past, int]]:
    """By unit and week, 0 the first, to how many cards it happened: each card once a week."""
    week = _week_of(first, weeks)
    query = select(Card.unit_id, week, *_sums()).join(Card, Card.id == Event.card_id)
    query = query.where(Card.unit_id.in_(list(scope.units)), MOVED, Event.at >= start_of(first))
    rows = db.session.execute(query.group_by(Card.unit_id, week))
    return {(key, place): dict(zip(HAPPENED, map(int, told), strict=True)) for key, place, *told in rows}


def _late_by_week(scope: Scope, first: date) -> dict[tuple[int, int], int]:
    weeks = [func.sum(case((became_late(first + A_WEEK * place), 1), else_=0)) for place in range(2)]
    days = Card.due_on.between(first - timedelta(days=1), clock.today())
    query = select(Card.unit_id, *weeks).where(Card.unit_id.in_(list(scope.units)), days)
    rows = db.session.execute(query.group_by(Card.unit_id)).all()
    return {(row[0], place): int(row[place + 1] or 0) for row in rows for place in range(2)}


# Stuck ---------------------------------------------------------------------------------------------


def urged_last(urls: list[str]) -> dict[str, date]:
    """The day each of these was last urged, by the address of its page."""
    query = select(Notice.url, func.max(Notice.created_at)).where(
        Notice.url.in_(urls), Notice.kind == "urged"
    )
    rows = db.session.execute(query.group_by(Notice.url)) if urls else ()
    return {url: clock.local(at).date() for url, at in rows}
