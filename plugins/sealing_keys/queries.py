"""What is sealed, and with which key: in every table with the columns of `Sealable`, whosever it is."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import TableClause, column, func, inspect, select, union_all

from intranet.extensions import Base, db
from intranet.plugins import loaded
from intranet.sealing import Sealable, ring

Table = type[Any]
"""A mapped class with the columns of `Sealable`, and one column as its key."""


def tables() -> list[Table]:
    """Of the plugins that are loaded: the tables of others may not be there."""
    mapped = {str(mapper.local_table): mapper.class_ for mapper in Base.registry.mappers}
    ours = tuple(f"{plugin}_" for plugin in loaded().working)
    named = sorted(name for name in mapped if name.startswith(ours))
    return [mapped[name] for name in named if issubclass(mapped[name], Sealable)]


def sealed_with() -> dict[str, int]:
    """How many pieces each key seals, by fingerprint: those of plugins that are not loaded too."""
    kept = [TableClause(name, column("key_id")) for name in _names()]
    if not kept:
        return {}
    found = union_all(*(select(each.c.key_id) for each in kept)).subquery()
    query = select(found.c.key_id, func.count()).where(found.c.key_id.is_not(None)).group_by(found.c.key_id)
    return {row[0]: row[1] for row in db.session.execute(query)}


def not_loaded() -> list[str]:
    """Tables with sealed pieces whose plugin is not loaded: they keep the key they have."""
    ours = {str(inspect(each).local_table) for each in tables()}
    return [name for name in _names() if name not in ours]


def _names() -> list[str]:
    """Of every table of the database that has the columns of `Sealable`."""
    columns = inspect(db.session.connection()).get_multi_columns()
    wanted = set(Sealable.__annotations__)
    return sorted(key[1] for key, found in columns.items() if wanted <= {each["name"] for each in found})


def faults() -> list[str]:
    """Pieces whose key is not there: said before somebody needs them."""
    lost = sum(count for key_id, count in sealed_with().items() if key_id not in ring())
    said = _("%(n)s 份密封内容的密钥不在，打不开；请放回另外保管的密钥，有同名文件的先改名。", n=lost)
    return [str(said)] if lost else []
