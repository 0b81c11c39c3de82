"""Entries by any of their sides, newest first: every way has an index that ends in the time.

A page is fifty rows of a window, however long the log is: each person, unit or deed asked for is its own
short walk down an index, and the walks are merged. A subtree of many units is looked for down the time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true, union

from intranet.extensions import db
from intranet.models import AuditEntry, Unit, User
from intranet.organisation import organisation
from plugins.audit_trail.filters import Filters
from plugins.audit_trail.wording import objects, refusals, sealed_reads

PAGE = 50
CHUNK = 500
MOST_WALKS = 50
Row = tuple[AuditEntry, str | None, str | None]
"""An entry, who it was by, and where."""


@dataclass(frozen=True, slots=True)
class Search:
    """Conditions ready for a query: `walks` are alternatives, each with an index; `all` hold in each."""

    walks: tuple[ColumnElement[bool], ...]
    all: tuple[ColumnElement[bool], ...]


def search_for(filters: Filters) -> Search:
    """The narrowest side becomes the walks, the others are looked at on the way."""
    walks, *others = [*_ways(filters), [true()]]
    return Search(tuple(walks), (*(or_(*way) for way in others), *_period(filters)))


def _ways(filters: Filters) -> Iterator[list[ColumnElement[bool]]]:
    """The narrow ones first."""
    if filters.subject:
        yield [AuditEntry.subject == each for each in _subjects(filters.subject)] or [false()]
    if filters.person:
        yield _of_people(filters.person)
    if filters.address:
        yield [AuditEntry.address == filters.from_where]
    for deeds in _deeds(filters):
        yield [AuditEntry.action == deed for deed in deeds] or [false()]
    if filters.unit:
        yield _of_units(filters.unit)


def _deeds(filters: Filters) -> Iterator[list[str]]:
    if filters.deed:
        yield [filters.deed]
    if filters.sealed:
        yield sealed_reads()
    if filters.result == "refused":
        yield refusals()


def _subjects(asked: str) -> list[str]:
    """As entries point at it: asked for as 附件 12, 账号 张三 or 单位 内一科, or as it is stored."""
    found = [asked]
    for kind, word in objects().items():
        if asked.startswith(str(word)):
            key = asked.removeprefix(str(word)).strip()
            found += [f"{kind} {each}" for each in _keys(kind, key)] + [
                f"{kind}:{each}" for each in _keys(kind, key)
            ]
    return found[:MOST_WALKS]


def _keys(kind: str, key: str) -> list[str]:
    """People and units are asked for by name."""
    if kind == "core_user":
        return [str(user_id) for user_id in people_called(key)]
    if kind == "core_unit":
        return [str(unit.id) for unit in organisation().by_id.values() if key in {unit.name, unit.code}]
    return [key]


def _of_people(name: str) -> list[ColumnElement[bool]]:
    """What they did, and what was done to their accounts."""
    ids = people_called(name)
    did = [AuditEntry.actor_id == user_id for user_id in ids]
    return [*did, *(AuditEntry.subject == f"core_user:{user_id}" for user_id in ids)] or [false()]


def people_called(name: str) -> list[int]:
    """By user name or name; several people may share one."""
    here = or_(User.username == name, User.name == name)
    return list(db.session.scalars(select(User.id).where(here).limit(MOST_WALKS // 2)))


def _of_units(code: str) -> list[ColumnElement[bool]]:
    top = organisation().by_code.get(code)
    ids = [unit.id for unit in organisation().under(top.path)] if top else []
    if len(ids) > MOST_WALKS:
        return [(AuditEntry.unit_id + 0).in_(ids)]  # a sum has no index: down the time, not by unit
    return [AuditEntry.unit_id == unit_id for unit_id in ids] or [false()]


def _period(filters: Filters) -> list[ColumnElement[bool]]:
    found = []
    if filters.since:
        found.append(AuditEntry.at >= filters.since)
    if filters.until:
        found.append(AuditEntry.at < filters.until)
    if filters.result == "done":
        found.append(AuditEntry.action.not_in(refusals()))
    return found


# Rows --------------------------------------------------------------------------------------------


def page_of(filters: Filters, before: int) -> list[Row]:
    """One row more than a page when there are more. `before`: the id of the last row already seen."""
    last = db.session.get(AuditEntry, before) if before else None
    behind = _behind(last) if last else true()
    return _rows(_ids(search_for(filters), behind, PAGE + 1))


def all_of(filters: Filters, most: int) -> list[Row]:
    """As the pages one after another, `most` at most."""
    ids = _ids(search_for(filters), true(), most)
    chunks = (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))
    return [row for chunk in chunks for row in _rows(chunk)]


def _behind(last: AuditEntry) -> ColumnElement[bool]:
    return and_(AuditEntry.at <= last.at, or_(AuditEntry.at < last.at, AuditEntry.id < last.id))


def _ids(search: Search, behind: ColumnElement[bool], most: int) -> list[int]:
    """Newest first, of all walks together."""
    walks = [_walk(and_(walk, behind, *search.all), most) for walk in search.walks]
    if len(walks) == 1:
        return [row.id for row in db.session.execute(walks[0])]
    found = union(*(select(*walk.subquery().c) for walk in walks)).subquery()
    query = select(found.c.id).order_by(found.c.at.desc(), found.c.id.desc())
    return list(db.session.scalars(query.limit(most)))


def _walk(condition: ColumnElement[bool], most: int) -> Select[int, datetime]:
    query = select(AuditEntry.id, AuditEntry.at).where(condition)
    return query.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(most)


def _rows(ids: Sequence[int]) -> list[Row]:
    """Sorted here: asked to sort, a database may walk the whole log in search of these few."""
    query = (
        select(AuditEntry, User.name, Unit.name)
        .outerjoin(User, User.id == AuditEntry.actor_id)
        .outerjoin(Unit, Unit.id == AuditEntry.unit_id)
        .where(AuditEntry.id.in_(ids))
    )
    rows = [(entry, person, unit) for entry, person, unit in db.session.execute(query)]
    return sorted(rows, key=lambda row: (row[0].at, row[0].id), reverse=True)


def names_in(rows: Sequence[Row]) -> dict[str, str]:
    """The people whose accounts the entries speak of, by `core_user:id`."""
    subjects = {word for entry, _person, _unit in rows for word in (entry.subject, *entry.detail.values())}
    parts = [subject.partition(":") for subject in subjects]
    ids = [int(key) for kind, _colon, key in parts if kind == "core_user" and key.isdecimal()]
    people = db.session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    return {f"core_user:{user_id}": name for user_id, name in people}
