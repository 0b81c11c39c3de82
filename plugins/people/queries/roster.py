"""What an uploaded list would change."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

from flask_babel import gettext as _

from intranet.models import Unit, UnitKind
from intranet.units import ALWAYS, Days
from plugins.people.models import Draft
from plugins.people.queries.listing import WORD_OF, Account, Known, Place, known, lasts, listed_people
from plugins.people.roster import Fault, PersonRow, Roster, UnitRow, understand
from plugins.people.workbook import PEOPLE, UNITS

FIXED = {UnitKind.HOSPITAL, UnitKind.BUREAU}
DEEPEST = 20


class Changed(NamedTuple):
    """One field of something: what it was and what it becomes."""

    number: int
    what: str
    old: str
    new: str


@dataclass(slots=True)
class Changes:
    """What confirming would do. With any fault it does nothing."""

    faults: list[Fault] = field(default_factory=list)
    new_units: list[UnitRow] = field(default_factory=list)
    changed_units: list[UnitRow] = field(default_factory=list)
    new_people: dict[str, PersonRow] = field(default_factory=dict)
    renamed: dict[str, PersonRow] = field(default_factory=dict)
    new_places: list[PersonRow] = field(default_factory=list)
    changed_places: list[PersonRow] = field(default_factory=list)
    details: list[Changed] = field(default_factory=list)
    same: int = 0
    absent_units: list[str] = field(default_factory=list)
    absent_people: list[str] = field(default_factory=list)
    absent_places: list[str] = field(default_factory=list)

    @property
    def bad_rows(self) -> list[tuple[str, int, list[str]]]:
        """Sheet, number and all that is wrong, row by row."""
        rows = groupby(self.faults, lambda fault: (fault.sheet, fault.number))
        return [(*place, [fault.reason for fault in faults]) for place, faults in rows]

    @property
    def any(self) -> bool:
        lists = (self.new_units, self.changed_units, self.new_people, self.renamed, self.new_places)
        return any(lists) or bool(self.changed_places)

    @property
    def digest(self) -> str:
        """The same for the same changes: who confirms has seen these and no others."""
        return hashlib.sha256(repr(self).encode()).hexdigest()


def changes_of(draft: Draft) -> Changes:
    """What this draft would change now."""
    return compare(understand(draft.units, draft.people), known())


def compare(roster: Roster, here: Known) -> Changes:
    changes = Changes(faults=list(roster.faults))
    _compare_units(roster, here, changes)
    _compare_people(roster, here, changes)
    _find_absent(roster, here, changes)
    changes.faults.sort(key=lambda fault: (fault.sheet != UNITS, fault.number))
    return changes


# Units -------------------------------------------------------------------------------------------


def _compare_units(roster: Roster, here: Known, changes: Changes) -> None:
    codes = {unit.id: code for code, unit in here.units.items()}
    parents = {code: codes.get(unit.parent_id or 0, "") for code, unit in here.units.items()}
    old = dict(parents)
    parents |= {row.code: row.parent for row in roster.units}
    parents = {code: parent for _number, code, parent in roster.half_units} | parents
    homeless = [row for row in roster.half_units if row[2] and row[2] not in parents]
    changes.faults += [Fault(UNITS, number, _no_parent(parent)) for number, _code, parent in homeless]
    kinds = {row.code: row.kind for row in roster.units}
    kinds |= {code: unit.kind for code, unit in here.units.items()}  # a hospital stays one
    for row in roster.units:
        unit = here.units.get(row.code)
        place = _wrong_place(row, here, parents, kinds)
        reasons = [place, unit and _wrong_unit(row, unit, old[row.code])]
        if place or reasons[1]:
            changes.faults += [Fault(UNITS, row.number, reason) for reason in reasons if reason]
        elif unit is None:
            changes.new_units.append(row)
        elif different := list(_unit_fields(row, unit, old[row.code])):
            changes.changed_units.append(row)
            changes.details += different
        else:
            changes.same += 1


def _wrong_place(
    row: UnitRow, here: Known, parents: dict[str, str], kinds: dict[str, UnitKind]
) -> str | None:
    """Why it cannot hang there, given where everything will be."""
    if wrong := _wrong_parent(row, here, parents):
        return wrong
    line: list[str] = []
    code = row.parent
    while code and len(line) <= DEEPEST:
        line.append(code)
        code = parents.get(code, "")
    if row.code in line or len(line) > DEEPEST:
        return str(_("上下级绕成了圈，或超过 %(deepest)s 层", deepest=DEEPEST))
    if row.kind is UnitKind.HOSPITAL and any(kinds.get(each) is UnitKind.HOSPITAL for each in line):
        return str(_("医院不能放在另一家医院之下"))
    return None


def _wrong_parent(row: UnitRow, here: Known, parents: dict[str, str]) -> str | None:
    if not row.parent:
        alone = row.kind in FIXED
        return None if alone else str(_("没有填上级编码；只有医院和主管局可以没有上级"))
    if row.parent not in parents:
        return _no_parent(row.parent)
    above = here.units.get(row.parent)
    is_closed = above is not None and above.closed_on
    return str(_("上级单位“%(name)s”已关闭", name=above.name)) if above and is_closed else None


def _no_parent(code: str) -> str:
    return str(_("上级编码“%(code)s”既不在本表里，也不是已有单位", code=code))


def _wrong_unit(row: UnitRow, unit: Unit, parent: str) -> str | None:
    if unit.closed_on:
        return str(_("编码“%(code)s”的单位已关闭，请先重新启用，或换一个编码", code=row.code))
    if row.kind != unit.kind and FIXED & {row.kind, unit.kind}:
        return str(_("医院和主管局的类型不能改"))
    if parent and not row.parent:
        return str(_("没有填上级编码，它现在的上级是 %(parent)s", parent=parent))
    return None


def _unit_fields(row: UnitRow, unit: Unit, parent: str) -> Iterator[Changed]:
    pairs = (
        (_("单位名称"), unit.name, row.name),
        (_("类型"), WORD_OF[unit.kind], WORD_OF[row.kind]),
        (_("上级编码"), parent, row.parent),
        (_("顺序号"), str(unit.position), str(unit.position if row.position is None else row.position)),
    )
    for what, old, new in pairs:
        if old != new:
            yield Changed(row.number, f"{unit.name} · {what}", old, new)


# People ------------------------------------------------------------------------------------------


def _compare_people(roster: Roster, here: Known, changes: Changes) -> None:
    open_units = {code for code, unit in here.units.items() if unit.closed_on is None}
    open_units |= {row.code for row in roster.units} | {code for _number, code, _parent in roster.half_units}
    for row in (*roster.half_people, *roster.people):
        account = here.people.get(row.username)
        reasons = list(_wrong_person(row, account, open_units))
        changes.faults += [Fault(PEOPLE, row.number, reason) for reason in reasons]
        if reasons or row in roster.half_people:
            continue
        _compare_person(row, account, changes)
        if row.unit:
            _compare_place(row, here.places.get((row.username, row.unit)), changes)


def _compare_person(row: PersonRow, account: Account | None, changes: Changes) -> None:
    if account is None:
        changes.new_people.setdefault(row.username, row)
    elif account.name != row.name and row.username not in changes.renamed:
        changes.renamed[row.username] = row
        what = f"{row.username} · {_('姓名')}"
        changes.details.append(Changed(row.number, what, account.name, row.name))
    elif not row.unit:
        changes.same += 1


def _wrong_person(row: PersonRow, account: Account | None, open_units: set[str]) -> Iterator[str]:
    if row.unit and row.unit not in open_units:
        yield _("单位编码“%(code)s”既不在本表里，也不是开放的单位", code=row.unit)
    if account is not None and account.administers and row.unit:
        yield _("%(name)s是管理员账号，不能是单位成员", name=account.name)


def _compare_place(row: PersonRow, place: Place | None, changes: Changes) -> None:
    if place is None:
        changes.new_places.append(row)
    elif (place.title, place.days) == (row.title, row.days):
        changes.same += 1
    else:
        changes.changed_places.append(row)
        what = f"{row.name} · {row.unit}"
        changes.details.append(
            Changed(row.number, what, _said(place.title, place.days), _said(row.title, row.days))
        )


def _said(title: str, days: Days) -> str:
    span = "" if days == ALWAYS else " — ".join(str(day or "") for day in days)
    return " ".join(filter(None, (title, span))) or "—"


# What the list leaves out ------------------------------------------------------------------------


def _find_absent(roster: Roster, here: Known, changes: Changes) -> None:
    """For information: an import takes nothing away."""
    codes = {row.code for row in roster.units}
    usernames = {row.username for row in roster.people}
    keys = {(row.username, row.unit) for row in roster.people}
    units = (unit for code, unit in here.units.items() if code not in codes and unit.closed_on is None)
    people = (person for person in listed_people(here) if person.username not in usernames)
    places = (
        place
        for key, place in here.places.items()
        if key not in keys and place.username in usernames and lasts(place)
    )
    changes.absent_units = [f"{unit.name} {unit.code}" for unit in units]
    changes.absent_people = [f"{person.name} {person.username}" for person in people]
    changes.absent_places = [
        f"{here.people[place.username].name} · {here.units[place.unit].name}" for place in places
    ]
