"""The site's table of categories: add, rename, reorder, retire. Nothing is deleted."""

from collections.abc import Mapping
from functools import partial

from flask_babel import gettext as _
from sqlalchemy import func, select

from intranet import audit
from intranet.db import change
from intranet.errors import Invalid
from intranet.extensions import db
from intranet.models import Unit, User
from plugins.rectification.models import CategoryRow
from plugins.rectification.queries.counting import forget

MOST_CATEGORIES = 40


def find_category(code: str) -> CategoryRow | None:
    return db.session.scalar(select(CategoryRow).where(CategoryRow.code == code))


def add_category(name: str, *, by: User, unit: Unit) -> CategoryRow:
    """The last of the table."""
    number = _record(name, by, unit)
    if number >= MOST_CATEGORIES:
        raise Invalid(_("类别最多 40 个，请先改用已有的类别。"))
    _refuse_second(name)
    last = db.session.scalar(select(func.max(CategoryRow.position))) or 0
    row = CategoryRow(code=f"own_{number + 1}", name=name, position=last + 1, retired=False, version=1)
    db.session.add(row)
    db.session.flush()
    return row


def edit_category(
    row: CategoryRow, values: Mapping[str, object], *, version: int, by: User, unit: Unit
) -> None:
    """Raises Conflict when somebody was quicker."""
    name = str(values["name"])
    _record(name, by, unit)
    _refuse_second(name, but=row.code)
    change(row, version, too_late=partial(_too_late, row), **values)
    forget()


def _too_late(row: CategoryRow) -> str:
    return str(_("这个类别刚被他人改过，现在叫“%(name)s”，请看过再改。", name=row.name))


def _record(name: str, by: User, unit: Unit) -> int:
    """The audit entry, whose lock makes two editors wait their turn; then how many there are."""
    audit.record(by, "rectification:category", f"category {name}", unit=unit)
    return db.session.scalar(select(func.count()).select_from(CategoryRow)) or 0


def _refuse_second(name: str, but: str = "") -> None:
    found = select(CategoryRow.code).where(CategoryRow.name == name, CategoryRow.code != but)
    if db.session.scalar(found):
        raise Invalid(_("已经有叫“%(name)s”的类别。", name=name))
