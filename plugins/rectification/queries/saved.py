"""Filters kept on a board."""

from sqlalchemy import ColumnElement, and_, or_, select

from intranet.extensions import db
from intranet.models import Unit, User
from plugins.rectification.models import SavedFilter


def saved_filters(unit: Unit, user: User) -> list[SavedFilter]:
    """The unit's first, then the person's own, by name."""
    order = (SavedFilter.user_id.is_not(None), SavedFilter.name)
    return list(db.session.scalars(select(SavedFilter).where(is_mine_or_shared(unit, user)).order_by(*order)))


def is_mine_or_shared(unit: Unit, user: User) -> ColumnElement[bool]:
    mine = or_(SavedFilter.user_id == user.id, SavedFilter.user_id.is_(None))
    return and_(SavedFilter.unit_id == unit.id, mine)
