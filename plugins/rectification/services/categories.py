"""The site's table of categories: add, rename, reorder, retire. Nothing is deleted."""

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from intranet.errors import Invalid
from intranet.extensions import db
from intranet.models import Unit, User
from plugins.rectification.models import CategoryRow
from plugins.rectification.services.naming import Naming

MOST_CATEGORIES = 40
NAMING = Naming(
    CategoryRow,
    deed="rectification:category",
    taken=_l("已经有叫“%(name)s”的类别。"),
    overtaken=_l("这个类别刚被他人改过，现在叫“%(name)s”，请看过再改。"),
)


def find_category(code: str) -> CategoryRow | None:
    return db.session.scalar(select(CategoryRow).where(CategoryRow.code == code))


def add_category(name: str, *, by: User, unit: Unit) -> CategoryRow:
    """The last of the table."""
    NAMING.record(f"category {name}", unit, by)
    number = db.session.scalar(select(func.count()).select_from(CategoryRow)) or 0
    if number >= MOST_CATEGORIES:
        raise Invalid(_("类别最多 40 个，请先改用已有的类别。"))
    NAMING.refuse_second(name)
    last = db.session.scalar(select(func.max(CategoryRow.position))) or 0
    row = CategoryRow(code=f"own_{number + 1}", name=name, position=last + 1, retired=False, version=1)
    db.session.add(row)
    db.session.flush()
    return row


def edit_category(
    row: CategoryRow, values: Mapping[str, object], *, version: int, by: User, unit: Unit
) -> None:
    """Raises Conflict when somebody was quicker."""
    NAMING.record(f"category {values['name']}", unit, by)
    NAMING.refuse_second(values["name"], but=row.id)
    NAMING.alter(row, version, **values)
