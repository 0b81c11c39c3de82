"""Merging one unit into another: people, grants, switches and the units below go over, records stay."""

from datetime import date, timedelta
from typing import TypeVar

from flask_babel import gettext as _
from sqlalchemy import select

from intranet import clock
from intranet.db import change
from intranet.errors import Conflict, Invalid
from intranet.extensions import db
from intranet.models import Grant, Membership, Unit, UnitPlugin, User
from plugins.people.queries.units import not_over
from plugins.people.services.units import FIXED, hold_tree, record, repath, too_late

Row = TypeVar("Row", Membership, Grant)
A_DAY = timedelta(days=1)
COPIED = {Membership: ("user_id", "title"), Grant: ("user_id", "role", "for_user_id", "administers")}


def merge_unit(unit: Unit, into: Unit, *, version: int, by: User) -> None:
    """The unit is closed today and says where it went. Its records keep their unit: see docs/decisions.md."""
    record(by, "merge-unit", unit, into=into.code)
    record(by, "merge-unit", into, of=unit.code)
    hold_tree()
    _refuse(unit, into)
    today = clock.today()
    change(unit, version, too_late=too_late, closed_on=today, merged_into_id=into.id)
    _hand_over(Membership, unit, into, today)
    _hand_over(Grant, unit, into, today)
    _hand_over_switches(unit, into)
    for child in db.session.scalars(select(Unit).where(Unit.parent_id == unit.id)):
        child.parent_id = into.id
    db.session.flush()
    repath()


def _refuse(unit: Unit, into: Unit) -> None:
    if unit.closed_on or into.closed_on:
        raise Conflict(too_late())
    if into.is_under(unit.path):
        raise Invalid(_("不能并入自己或自己的下级，请先把那个单位移出来。"))
    if FIXED & {unit.kind, into.kind}:
        raise Invalid(_("医院和主管局不能合并：审计记录按医院分链。请移动下级单位。"))


def _hand_over(table: type[Row], unit: Unit, into: Unit, today: date) -> None:
    """Each ends here yesterday and begins there today; who is there already stays, as long as the longer."""
    there = {_key(row): row for row in db.session.scalars(select(table).where(table.unit_id == into.id))}
    here = select(table).where(table.unit_id == unit.id, not_over(table, today - A_DAY))
    for row in db.session.scalars(here).all():
        known = there.get(_key(row))
        if known is None:
            db.session.add(_copy(row, table(unit_id=into.id), today))
        elif _counts_no_more(known, today):
            _copy(row, known, today).version += 1
        elif known.ends_on and (row.ends_on is None or row.ends_on > known.ends_on):
            known.ends_on = row.ends_on
            known.version += 1
        _end(row, today)
    db.session.flush()


def _counts_no_more(known: Membership | Grant, today: date) -> bool:
    """Over; or held only while somebody is away, and the right that comes is another one."""
    return bool((known.ends_on and known.ends_on < today) or getattr(known, "for_user_id", None))


def _copy(row: Row, onto: Row, today: date) -> Row:
    for name in COPIED[type(row)]:
        setattr(onto, name, getattr(row, name))
    onto.starts_on, onto.ends_on = max(row.starts_on or today, today), row.ends_on
    return onto


def _key(row: Membership | Grant) -> tuple[int, object]:
    return row.user_id, getattr(row, "role", None)


def _end(row: Membership | Grant, today: date) -> None:
    """What was to begin today or later never was here."""
    if row.starts_on is not None and row.starts_on >= today:
        db.session.delete(row)
    else:
        row.ends_on = today - A_DAY
        row.version += 1


def _hand_over_switches(unit: Unit, into: Unit) -> None:
    """What the other unit has said itself counts; where it was silent, it says what this one said."""
    words = list(db.session.scalars(select(UnitPlugin).where(UnitPlugin.unit_id.in_((unit.id, into.id)))))
    own = {word.plugin for word in words if word.unit_id == into.id}
    for word in words:
        if word.plugin not in own:
            fields = ("plugin", "enabled", "locked", "changed_by", "changed_at")
            db.session.add(UnitPlugin(unit_id=into.id, **{name: getattr(word, name) for name in fields}))
