"""The days of meetings as reminders and the calendar ask for them: their names, and no word said in them."""

from datetime import date

from intranet.contracts import Charge, Deadline
from intranet.models import Unit
from intranet.web import path_to
from plugins.democratic_life import review_deadlines
from plugins.democratic_life.models import Meeting
from plugins.democratic_life.panels import title_of
from plugins.democratic_life.queries.waiting import Due, dated, dues_of


def deadlines(
    units: list[Unit], start: date, end: date, charge: Charge | None, most: int | None
) -> list[Deadline]:
    """Of the unit, until it is done; the day itself for everybody who sits in it."""
    known = {unit.id: unit for unit in units}
    found = [
        each
        for meeting, people in dated(units, start, end)
        for due in dues_of(meeting)
        for each in _of(meeting, due, known[meeting.unit_id], people)
        if start <= each.day < end
    ]
    wanted = [each for each in found if charge is None or charge.covers(each)]
    wanted += review_deadlines.deadlines(units, start, end, charge, most)
    return sorted(wanted, key=lambda each: (each.day, each.url))[:most]


def _of(meeting: Meeting, due: Due, unit: Unit, people: list[int]) -> list[Deadline]:
    if due.day is None:
        return []
    title, where = title_of(meeting, due), {"meeting": meeting.id, "what": due.what}
    if due.what != "begin":
        url = path_to("democratic_life.index", unit=unit.code, **where)
        return [Deadline(due.day, title, url, unit.id, owner_id=meeting.recorder_id, done=due.is_done)]
    return [
        Deadline(due.day, title, _mine(unit, where, person), unit.id, owner_id=person, done=due.is_done)
        for person in people
    ]


def _mine(unit: Unit, where: dict[str, object], person: int) -> str:
    return path_to("democratic_life.index", unit=unit.code, person=person, **where)
