"""Saved filters: of a person, or of all of the unit. Named, used, renamed and deleted."""

from functools import partial

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, select

from intranet import audit
from intranet.db import change
from intranet.errors import Conflict, Forbidden, Invalid
from intranet.extensions import db
from intranet.models import Unit, User
from plugins.rectification import stages
from plugins.rectification.filters import Filters
from plugins.rectification.models import SavedFilter
from plugins.rectification.queries.saved import is_mine_or_shared
from plugins.rectification.rights import Rights

MOST = 30
LONGEST = 2000


def save_filter(name: str, filters: Filters, unit: Unit, *, shared: bool, by: User) -> SavedFilter:
    """A second one of the same name and owner is refused."""
    row = SavedFilter(unit_id=unit.id, user_id=None if shared else by.id, name=name, version=1)
    row.words = filters.query_string()
    if len(row.words) > LONGEST:
        raise Invalid(_("选的条件太多，存不下，请少选几项。"))
    check_may_change(row, unit, by)
    _record(row, name, unit, by)
    _refuse_second(row, name)
    if _number(row) >= MOST:
        raise Invalid(_("最多存 %(n)s 个筛选，请先删掉不用的。", n=MOST))
    db.session.add(row)
    db.session.flush()
    return row


def find_filter(filter_id: int, unit: Unit, user: User) -> SavedFilter | None:
    query = select(SavedFilter).where(SavedFilter.id == filter_id, is_mine_or_shared(unit, user))
    return db.session.scalar(query)


def rename_filter(row: SavedFilter, name: str, unit: Unit, *, version: int, by: User) -> None:
    check_may_change(row, unit, by)
    _record(row, name, unit, by)
    _refuse_second(row, name)
    change(row, version, too_late=partial(_too_late, row), name=name)


def remove_filter(row: SavedFilter, unit: Unit, *, version: int, by: User) -> None:
    check_may_change(row, unit, by)
    if row.version != version:
        raise Conflict(_too_late(row))
    _record(row, row.name, unit, by)
    db.session.delete(row)


def check_may_change(row: SavedFilter, unit: Unit, user: User) -> None:
    """One's own; those of the unit by head and office."""
    if row.user_id != user.id and not Rights(user).may(stages.SETTINGS, unit):
        raise Forbidden(_("本单位共用的筛选由负责人和活动办设置，您可以存一个自己用的。"))


def _record(row: SavedFilter, name: str, unit: Unit, by: User) -> None:
    """Its lock makes two who save at once wait their turn."""
    audit.record(by, "rectification:filter", f"filter {name}", unit=unit, shared=row.user_id is None)


def _same_owner(row: SavedFilter) -> ColumnElement[bool]:
    owner = SavedFilter.user_id
    return owner.is_(None) if row.user_id is None else owner == row.user_id


def _refuse_second(row: SavedFilter, name: str) -> None:
    here = (SavedFilter.unit_id == row.unit_id, _same_owner(row), SavedFilter.name == name)
    if db.session.scalar(select(SavedFilter.id).where(*here, SavedFilter.id != (row.id or 0))):
        raise Invalid(_("已经有叫“%(name)s”的筛选，请换个名称。", name=name))


def _number(row: SavedFilter) -> int:
    query = select(func.count()).where(SavedFilter.unit_id == row.unit_id, _same_owner(row))
    return db.session.scalar(query) or 0


def _too_late(row: SavedFilter) -> str:
    return str(_("这个筛选刚被他人改过，现在叫“%(name)s”，请看过再改。", name=row.name))
