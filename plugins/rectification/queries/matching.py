"""Filters as conditions on cards."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, and_, exists, false, or_, select, true

from intranet import clock
from intranet.models import User
from plugins.rectification.filters import Filters, Mark
from plugins.rectification.lights import shows
from plugins.rectification.models import Card, DriveCard, Event, Field, Measure, Value
from plugins.rectification.queries.past import condition as then
from plugins.rectification.stages import Stage
from plugins.rectification.weeks import start_of_week
from plugins.rectification.wording import EventKind, FieldKind

NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,6})?")
OPENED_AGAIN = (Event.kind == EventKind.MOVED, Event.from_stage == Stage.CLOSED)
MARKED: Mapping[Mark, ColumnElement[bool]] = {
    Mark.EXTENSION: Card.extension_on.is_not(None),
    Mark.STAGED: Card.staged_on.is_not(None),
    Mark.AGAIN: Card.round > 1,
    Mark.CHECKED: Card.checked_on.is_not(None),
    Mark.RELAPSED: and_(Card.round > 1, exists().where(Event.card_id == Card.id, *OPENED_AGAIN)),
}


def _marked(mark: Mark) -> ColumnElement[bool]:
    """What happened this week has no condition that lasts."""
    if mark is Mark.WEEK:
        return and_(Card.stage == Stage.CLOSED, Card.stage_since >= start_of_week(clock.today()))
    return MARKED[mark]


def matches(filters: Filters, user: User) -> list[ColumnElement[bool]]:
    """All but the units, which narrow the scope."""
    if not (filters.of_cards or filters.stage):
        return []
    lights = or_(false(), *(shows(light, clock.today()) for light in filters.light))
    words = (
        (filters.q, _speaks_of(filters.q)),
        (filters.category, Card.category.in_(filters.category)),
        (filters.source, Card.source_kind.in_(filters.source)),
        (filters.term, Card.term.in_(filters.term)),
        (filters.mark, or_(false(), *(_marked(mark) for mark in filters.mark))),
        (filters.stage, Card.stage.in_(filters.stage)),
        (filters.light, lights),
        (filters.person, or_(Card.user_id == user.id, Card.id.in_(_done_by([user.id])))),
        (filters.leader, Card.leader_id == (int(filters.leader) if filters.leader.isdecimal() else None)),
        (filters.then, then(filters.then) if filters.then else true()),
        (filters.drive, Card.id.in_(_grouped(filters.drive))),
        (filters.own, and_(true(), *(_has(field_id, wanted) for field_id, wanted in filters.own))),
    )
    return [condition for chosen, condition in words if chosen]


def check_is_due(by: date | BindParameter[date]) -> ColumnElement[bool]:
    """Lasting cards whose next check is to be made by this day."""
    return and_(Card.check_months.is_not(None), Card.due_on <= by)


def _grouped(drives: Iterable[int]) -> Select[int]:
    return select(DriveCard.card_id).where(DriveCard.drive_id.in_(drives))


def _done_by(people: Iterable[int] | Select[int]) -> Select[int]:
    """Cards with a measure or a step these answer for."""
    return select(Measure.card_id).where(Measure.user_id.in_(people))


def _has(field_id: int, wanted: Iterable[str]) -> ColumnElement[bool]:
    """The unit's field holds one of these; one index finds the cards."""
    held = or_(*(part for word in wanted for part in _means(word)))
    query = select(Value.card_id).join(Field, Field.id == Value.field_id)
    return Card.id.in_(query.where(Value.field_id == field_id, held))


def _means(word: str) -> Iterator[ColumnElement[bool]]:
    """A choice as it is, a piece of a text, a number or a day, or from..to of these."""
    yield Value.text == word
    yield and_(Field.kind == FieldKind.TEXT, Value.text.icontains(word, autoescape=True))
    low, dots, high = word.partition("..")
    for column, read in ((Value.number, _number), (Value.day, _day)):
        first, last = read(low), read(high if dots else low)
        if first is not None or last is not None:
            yield and_(*_between(column, first, last))


def _between(column: Any, first: object, last: object) -> Iterator[ColumnElement[bool]]:  # noqa: ANN401
    if first is not None:
        yield column >= first
    if last is not None:
        yield column <= last


def _number(text: str) -> float | None:
    return float(text) if NUMBER.fullmatch(text) else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _speaks_of(words: str) -> ColumnElement[bool]:
    """In the problem, a measure, the name of who answers for it, leads it or does a part; or its number."""
    measures = select(Measure.card_id).where(Measure.text.icontains(words, autoescape=True))
    people = select(User.id).where(User.name.icontains(words, autoescape=True))
    named = (Card.user_id.in_(people), Card.leader_id.in_(people), Card.id.in_(_done_by(people)))
    found = [Card.title.icontains(words, autoescape=True), Card.id.in_(measures), *named]
    if words.isdecimal() and len(words) <= 9:  # noqa: PLR2004 - longer is no number of a card
        found.append(Card.id == int(words))
    return or_(*found)
