"""The tree: edit, move, close, reopen. Whoever changes it holds it, so that two changes follow each other."""

from datetime import date
from typing import cast

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, case, func, select, update

from intranet import audit, clock, units
from intranet.db import change
from intranet.errors import Conflict, Invalid
from intranet.extensions import db
from intranet.models import Grant, Membership, OrganisationRevision, Unit, UnitKind, User
from intranet.organisation import read_anew
from plugins.people.queries.units import not_over, standing

FIXED = {UnitKind.HOSPITAL, UnitKind.BUREAU}
LONGEST_PATH = 255


def record(by: User | None, deed: str, unit: Unit, **detail: object) -> None:
    """The audit entry, in the chain of the place where the unit is now; call it before anything changes."""
    audit.record(by, f"people:{deed}", f"core_unit:{unit.id}", unit=unit, **detail)


def add_unit(code: str, name: str, kind: UnitKind, parent: Unit | None, *, by: User | None) -> Unit:
    """The last below its parent."""
    position = last_position(parent.id if parent else None) + 1
    unit = units.add_unit(code, name, kind, parent, by=by)
    unit.position = position
    refuse_place(unit, parent)
    return unit


def last_position(parent_id: int | None) -> int:
    return db.session.scalar(select(func.max(Unit.position)).where(Unit.parent_id == parent_id)) or 0


def hold_tree() -> None:
    """Others who want to change the tree wait from here on; what they have changed is read again."""
    db.session.execute(select(OrganisationRevision.word).with_for_update())
    db.session.expire_all()
    read_anew()


def too_late() -> str:
    return str(_("这个单位刚刚被他人改动，请查看最新内容后再操作。"))


def edit_unit(unit: Unit, name: str, kind: UnitKind, position: int, *, version: int, by: User) -> None:  # noqa: PLR0913 - the three fields of one form
    """Another name, kind or place among its neighbours. A hospital stays one: it has an audit chain."""
    if kind != unit.kind and FIXED & {kind, unit.kind}:
        raise Invalid(_("医院和主管局的类型不能改：审计记录按医院分链。请新建单位。"))
    record(by, "edit-unit", unit, name=name, kind=kind, position=position)
    change(unit, version, too_late=too_late, name=name, kind=kind, position=position)


# Moving ------------------------------------------------------------------------------------------


def move_unit(unit: Unit, parent: Unit | None, *, version: int, by: User) -> None:
    """Takes the unit and all below it to another place, as the last one there."""
    record(by, "move-unit", unit, to=parent.code if parent else "-")
    hold_tree()
    refuse_place(unit, parent)
    parent_id = parent.id if parent else None
    position = last_position(parent_id) + 1
    change(unit, version, too_late=too_late, parent_id=parent_id, position=position)
    repath()


def refuse_place(unit: Unit, parent: Unit | None) -> None:
    """Raises Invalid where the unit cannot hang."""
    if parent is None:
        if unit.kind not in FIXED:
            raise Invalid(_("只有医院和主管局可以没有上级，请选一个上级单位。"))
        return
    if parent.is_under(unit.path):
        raise Invalid(_("不能把单位移到它自己或它的下级之下，请另选上级单位。"))
    if parent.closed_on:
        raise Invalid(_("%(name)s已关闭，下面不能再放单位。", name=parent.name))
    above = select(func.count()).where(Unit.id.in_(parent.line), Unit.kind == UnitKind.HOSPITAL)
    inside = select(func.count()).where(unit.subtree(), Unit.kind == UnitKind.HOSPITAL)
    if db.session.scalar(above) and db.session.scalar(inside):
        raise Invalid(_("医院不能放在另一家医院之下：审计记录按医院分链。"))


def repath() -> None:
    """Every path as the parents say. Units whose parents have changed bring all below them along."""
    rows = db.session.execute(select(Unit.id, Unit.parent_id, Unit.path)).all()
    parents = {unit_id: parent_id for unit_id, parent_id, _path in rows}
    right = {unit_id: _path_of(unit_id, parents) for unit_id in parents}
    wrong = [
        {"id": unit_id, "path": right[unit_id]} for unit_id, _parent, path in rows if path != right[unit_id]
    ]
    if any(len(path) > LONGEST_PATH for path in right.values()):
        raise Invalid(_("单位的层级太深，请减少上下级层数。"))
    if wrong:
        db.session.execute(update(Unit), wrong)
        db.session.expire_all()


def _path_of(unit_id: int, parents: dict[int, int | None]) -> str:
    path, above = "", cast("int | None", unit_id)
    while above is not None:
        path, above = f"{above}/{path}", parents[above]
    return path


# Closing -----------------------------------------------------------------------------------------


def close_unit(unit: Unit, day: date, *, whole: bool, version: int, by: User) -> None:
    """From this day on it is history. `whole`: with all below it, and everybody's place there ends."""
    record(by, "close-unit", unit, day=day, whole=whole)
    hold_tree()
    if unit.closed_on:
        raise Conflict(too_late())
    if day > clock.today():
        raise Invalid(_("关闭日期不能晚于今天。"))
    left = standing(unit, day)
    if left.administrators:
        raise Invalid(_("这里还有管理员的授权，关闭后无人能管理系统。请先由安全管理员改到上级单位。"))
    if left.any and not whole:
        raise Invalid(_("这里还有下级单位、成员或授权。请勾选“一并关闭并结束”，或先移走它们。"))
    change(unit, version, too_late=too_late)
    end_all(unit.subtree(), day)
    closed = update(Unit).where(unit.subtree(), Unit.closed_on.is_(None))
    closed = closed.values(closed_on=day, version=Unit.version + 1)
    db.session.execute(closed.execution_options(synchronize_session=False))
    db.session.expire_all()


def end_all(where: ColumnElement[bool], day: date) -> None:
    """Memberships and grants in these units end on this day; what begins later, on its first."""
    ids = select(Unit.id).where(where)
    for table in (Membership, Grant):
        last = case((table.starts_on > day, table.starts_on), else_=day)
        ended = update(table).where(table.unit_id.in_(ids), not_over(table, day))
        ended = ended.values(version=table.version + 1, ends_on=last)
        db.session.execute(ended.execution_options(synchronize_session=False))


def reopen_unit(unit: Unit, *, version: int, by: User) -> None:
    """It counts again, with its records; who works there is entered anew."""
    record(by, "reopen-unit", unit)
    hold_tree()
    if unit.closed_on is None:
        raise Conflict(too_late())
    if unit.parent_id and db.session.get_one(Unit, unit.parent_id).closed_on:
        raise Invalid(_("上级单位已关闭，请先重新启用上级单位。"))
    change(unit, version, too_late=too_late, closed_on=None, merged_into_id=None)
