"""Until when people must have talked, as reminders and the calendar ask for it. No names but the owner's."""

from datetime import date

from flask_babel import gettext as _

from intranet.contracts import Charge, Deadline
from intranet.models import Unit
from intranet.web import path_to
from plugins.talk_records.models import Cycle, Talk
from plugins.talk_records.queries.needs import BOTH_CAN, Need, needs
from plugins.talk_records.queries.talks import dated_talks


def deadlines(
    units: list[Unit], start: date, end: date, charge: Charge | None, most: int | None
) -> list[Deadline]:
    """One for each person of a round, and one for each talk arranged or to be followed up."""
    known = {unit.id: unit for unit in units}
    within = (Cycle.due_on >= start, Cycle.due_on < end, Cycle.closed_on.is_(None), BOTH_CAN)
    found = [*_of_rounds(needs(*within), known), *_of_talks(units, start, end, known)]
    wanted = [each for each in found if charge is None or charge.covers(each)]
    return sorted(wanted, key=lambda each: (each.day, each.url))[:most]


def _of_rounds(found: list[Need], known: dict[int, Unit]) -> list[Deadline]:
    """Members in the unit of the group, heads in the one they are the head of."""
    owed: dict[tuple[int, int, int], list[Need]] = {}
    for need in found:
        at = need.below_id or need.cycle.unit_id
        owed.setdefault((need.cycle.id, need.first_id, need.cycle.unit_id), []).append(need)
        owed.setdefault((need.cycle.id, need.second_id, at), []).append(need)
    return [
        _of_person(together[0].cycle, person, known[unit_id], together)
        for (_cycle, person, unit_id), together in owed.items()
        if unit_id in known
    ]


def _of_person(cycle: Cycle, person: int, unit: Unit, owed: list[Need]) -> Deadline:
    url = path_to("talk_records.index", unit=unit.code, cycle=cycle.id, person=person)
    is_done = not any(need.is_open for need in owed)
    return Deadline(cycle.due_on, cycle.name, url, unit.id, owner_id=person, done=is_done)


def _of_talks(units: list[Unit], start: date, end: date, known: dict[int, Unit]) -> list[Deadline]:
    return [
        deadline
        for talk, host in dated_talks(units, start, end)
        for deadline in _of_talk(talk, host, known[talk.unit_id])
        if start <= deadline.day < end
    ]


def _of_talk(talk: Talk, host: int, unit: Unit) -> list[Deadline]:
    url = path_to("talk_records.index", unit=unit.code, talk=talk.id)
    if talk.held_on is None and talk.meet_on:
        return [Deadline(talk.meet_on, _("谈心谈话"), url, unit.id, owner_id=host)]
    if talk.follow_up_on:
        done = talk.followed_on is not None
        return [Deadline(talk.follow_up_on, _("谈心谈话回访"), url, unit.id, owner_id=host, done=done)]
    return []
