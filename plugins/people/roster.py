"""What the rows of the two sheets say, as far as they can be understood without the database."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, TypeVar

from flask_babel import gettext as _

from intranet.documents import excel
from intranet.forms import FIRST_YEAR, LAST_YEAR
from intranet.models import UnitKind
from intranet.units import CODE, Days, core_words
from intranet.wording import listed
from plugins.people.models import Rows
from plugins.people.wording import KIND_WORDS
from plugins.people.workbook import PEOPLE, UNITS

Key = TypeVar("Key")
NUMBER = re.compile(r"\S{1,64}")
POSITION = re.compile(r"[0-9]{0,6}")
LONGEST_NAME, LONGEST_PERSON, LONGEST_TITLE = 100, 50, 50


class UnitRow(NamedTuple):
    """A unit as the file has it. `position` None: the file does not say."""

    number: int
    code: str
    name: str
    kind: UnitKind
    parent: str
    position: int | None


class PersonRow(NamedTuple):
    """A person in one unit; without a unit, the person alone."""

    number: int
    username: str
    name: str
    unit: str
    title: str
    days: Days


class Fault(NamedTuple):
    """A row that cannot be taken, and why."""

    sheet: str
    number: int
    reason: str


@dataclass(slots=True)
class Roster:
    """The rows that were understood, and the faults of the others."""

    units: list[UnitRow] = field(default_factory=list)
    people: list[PersonRow] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    half_units: list[tuple[int, str, str]] = field(default_factory=list)
    """Of rows with a fault what may have others: number, code and parent."""
    half_people: list[PersonRow] = field(default_factory=list)


def understand(units: Rows, people: Rows) -> Roster:
    """Both sheets. A row with a fault is in none of the lists."""
    roster = Roster()
    for number, cells in units:
        reasons = list(_wrong_unit(cells))
        code, name, kind, parent, position = cells
        roster.faults += [Fault(UNITS, number, reason) for reason in reasons]
        if reasons:
            roster.half_units.append((number, code, parent))
        else:
            place = int(position) if position else None
            roster.units.append(UnitRow(number, code, name, KIND_WORDS[kind], parent, place))
    for number, cells in people:
        reasons = list(_wrong_person(cells))
        username, name, unit, title, start, end = cells
        row = PersonRow(number, username, name, unit, title, (_day(start), _day(end)))
        roster.faults += [Fault(PEOPLE, number, reason) for reason in reasons]
        (roster.half_people if reasons else roster.people).append(row)
    _refuse_twice(roster)
    return roster


# One row -----------------------------------------------------------------------------------------


def _wrong_unit(cells: list[str]) -> Iterator[str]:
    """What is wrong with it, the gravest first."""
    code, name, kind, _parent, position = cells
    if not CODE.fullmatch(code):
        yield _("编码“%(code)s”只能用小写字母、数字和短横线，以字母开头，最多 32 位", code=code)
    if code in core_words():
        yield _("编码“%(code)s”是系统页面的地址，请换一个", code=code)
    if not 0 < len(name) <= LONGEST_NAME:
        yield _("名称空着或超过 %(longest)s 字", longest=LONGEST_NAME)
    if kind not in KIND_WORDS:
        yield _("类型“%(kind)s”不认识，请填：%(kinds)s", kind=kind, kinds=listed(KIND_WORDS))
    if not POSITION.fullmatch(position):
        yield _("排序“%(position)s”不是 0 到 999999 的整数", position=position)


def _wrong_person(cells: list[str]) -> Iterator[str]:
    username, name, unit, title, *dates = cells
    if not username:
        yield _("工号空着")
    elif not NUMBER.fullmatch(username):
        yield _("工号“%(username)s”超过 64 位或含有空格", username=username)
    if not 0 < len(name) <= LONGEST_PERSON:
        yield _("姓名空着或超过 %(longest)s 字", longest=LONGEST_PERSON)
    if len(title) > LONGEST_TITLE:
        yield _("职务超过 %(longest)s 字", longest=LONGEST_TITLE)
    if not unit and any((title, *dates)):
        yield _("填了职务或日期，却没有填单位编码")
    yield from _wrong_dates(*dates)


def _wrong_dates(*dates: str) -> Iterator[str]:
    for text in dates:
        if text and _day(text) is None:
            yield _("日期“%(text)s”不认识，请写成 2026-03-01", text=text)
    first, last = map(_day, dates)
    if first and last and last < first:
        yield _("结束日期早于开始日期")


def _day(text: str) -> date | None:
    found = excel.day_of(text)
    return found if found and FIRST_YEAR <= found.year <= LAST_YEAR else None


# Rows among themselves ---------------------------------------------------------------------------


def _refuse_twice(roster: Roster) -> None:
    """The first of two rows counts, the second is a fault."""
    codes: dict[str, int] = {}
    places: dict[tuple[str, str], int] = {}
    names: dict[str, str] = {}
    roster.units = [row for row in roster.units if _first(roster, UNITS, codes, row.code, row.number)]
    roster.people = [
        row for row in roster.people if _first(roster, PEOPLE, places, (row.username, row.unit), row.number)
    ]
    for row in list(roster.people):
        if names.setdefault(row.username, row.name) != row.name:
            reason = _("同一工号有两个姓名：%(one)s、%(other)s", one=names[row.username], other=row.name)
            roster.faults.append(Fault(PEOPLE, row.number, reason))
            roster.people.remove(row)


def _first(roster: Roster, sheet: str, seen: dict[Key, int], key: Key, number: int) -> bool:
    before = seen.setdefault(key, number)
    if before != number:
        roster.faults.append(Fault(sheet, number, _("与第 %(number)s 行重复", number=before)))
    return before == number
