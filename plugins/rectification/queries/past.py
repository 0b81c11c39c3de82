"""What happened to cards in a week, and where they stood at its end: for a report and the lists behind it."""

from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, false, func, or_, select

from intranet import clock
from plugins.rectification.filters import Past, Then
from plugins.rectification.models import Card, Event
from plugins.rectification.progress import PARTS, Part
from plugins.rectification.stages import OPEN_STAGES, Stage
from plugins.rectification.weeks import start_of

A_WEEK, A_DAY = timedelta(weeks=1), timedelta(days=1)
MOVED = and_(Event.to_stage.is_not(None), or_(Event.from_stage.is_(None), Event.from_stage != Event.to_stage))
"""Opened, or taken to another stage; other deeds leave the card where it is."""
HAPPENED = {
    Past.OPENED: Event.from_stage.is_(None),
    Past.MOVED: Event.from_stage.is_not(None),
    Past.CLOSED: Event.to_stage == Stage.CLOSED,
}
STOOD = {
    Past.WAS_CLOSED: Part.CLOSED,
    Past.WAS_JUDGED: Part.JUDGED,
    Past.WAS_WORKING: Part.WORKING,
    Past.WAS_WAITING: Part.WAITING,
}

LEFT: dict[Stage, Past] = {stage: Past(f"left_{stage}") for stage in OPEN_STAGES}


def condition(then: Then) -> ColumnElement[bool]:
    """On cards."""
    if then.past in LEFT.values():
        left = {past: Event.from_stage == stage for stage, past in LEFT.items()}[then.past]
        return Card.id.in_(select(Event.card_id).where(MOVED, left, Event.at >= start_of(then.day)))
    if then.past in HAPPENED:
        within = and_(Event.at >= start_of(then.day), Event.at < start_of(then.day + A_WEEK))
        return Card.id.in_(select(Event.card_id).where(MOVED, HAPPENED[then.past], within))
    return became_late(then.day) if then.past is Past.LATE else _stood(PARTS[STOOD[then.past]][1], then.day)


def became_late(first: date) -> ColumnElement[bool]:
    """Cards whose day passed in that week; what was closed afterwards was late all the same."""
    today = clock.today()
    days = [first + A_DAY * place - A_DAY for place in range(7)]
    late = (and_(Card.due_on == day, _was_open_after(day)) for day in days if day < today)
    return or_(false(), *late)


def _was_open_after(day: date) -> ColumnElement[bool]:
    return or_(Card.stage != Stage.CLOSED, Card.stage_since >= start_of(day + A_DAY))


def _stood(stages: tuple[Stage, ...], day: date) -> ColumnElement[bool]:
    """Backwards from now: what has moved since stood where its first move after that day began."""
    since = and_(MOVED, Event.at >= start_of(day + A_DAY))
    firsts = select(func.min(Event.id)).where(since).group_by(Event.card_id)
    left = select(Event.card_id).where(Event.id.in_(firsts), Event.from_stage.in_(stages))
    stayed = and_(Card.stage.in_(stages), Card.id.not_in(select(Event.card_id).where(since)))
    return or_(stayed, Card.id.in_(left))
