"""Until when self-reviews must have passed, as reminders and the calendar ask for it."""

from datetime import date, datetime, time, timedelta

from intranet import clock
from intranet.contracts import Charge, Deadline
from intranet.models import Unit
from intranet.web import path_to
from plugins.democratic_life.queries.review_lists import dated
from plugins.democratic_life.queries.reviews import WRITING, Line
from plugins.democratic_life.review_panels import title_of

LATEST = timedelta(400)
"""No meeting asks for them so long before it is held."""


def deadlines(
    units: list[Unit], start: date, end: date, charge: Charge | None, most: int | None
) -> list[Deadline]:
    """One for the writer, and one for the reviewer it is with. One query."""
    known = {unit.id: unit for unit in units}
    lines = dated(units, _begins(start), _begins(end) + LATEST)
    found = [each for line in lines for each in _of_line(line, known[line.meeting.unit_id])]
    within = [each for each in found if start <= each.day < end]
    wanted = [each for each in within if charge is None or charge.covers(each)]
    return sorted(wanted, key=lambda each: (each.day, each.url))[:most]


def _begins(day: date) -> datetime:
    return datetime.combine(day, time(), clock.ZONE)


def _of_line(line: Line, unit: Unit) -> list[Deadline]:
    """The page is one's own list, which opens for everybody in the unit."""
    if line.due_on is None:
        return []
    review = line.review
    people = {review.writer_id: title_of(line, reviews=False)}
    late = review.writer_id if review.state in WRITING else None
    if line.place and line.place.user_id:
        late = line.place.user_id
        people[late] = title_of(line, reviews=True)
    late = None if line.is_over else late
    return [
        Deadline(line.due_on, title, _url(unit, review.id, person), unit.id, person, done=person != late)
        for person, title in people.items()
        if person
    ]


def _url(unit: Unit, review_id: int, person: int) -> str:
    return path_to("democratic_life.my_reviews", unit=unit.code, review=review_id, person=person)
