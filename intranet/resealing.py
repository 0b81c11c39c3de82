"""A new key: what is sealed with an older one is sealed anew, piece by piece, while people go on writing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import TableClause, column, func, inspect, select, union_all, update
from sqlalchemy.orm import InstrumentedAttribute

from intranet import audit, keys
from intranet.db import reads_first, rows_changed, transaction
from intranet.errors import Invalid
from intranet.extensions import Base, db
from intranet.plugins import loaded
from intranet.sealing import Sealable, ring, seal, unseal

PIECES = 100
Table = type[Any]
"""A mapped class with the columns of `Sealable`, and one column as its key."""


def tables() -> list[Table]:
    """Of the plugins that are loaded: the tables of others may not be there."""
    mapped = {str(mapper.local_table): mapper.class_ for mapper in Base.registry.mappers}
    ours = tuple(f"{plugin}_" for plugin in loaded().working)
    named = sorted(name for name in mapped if name.startswith(ours))
    return [mapped[name] for name in named if issubclass(mapped[name], Sealable)]


def add_key() -> str:
    """Makes a key; returns the name of its file. Its copy outside is the first thing to do."""
    path = keys.add_sealing_key(Path(current_app.instance_path))
    audit.record(None, "core:new-sealing-key", "core_seal")
    return path.name


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


@reads_first
def reseal() -> dict[str, int]:
    """Everything under the newest key; what no key opens stays as it is and is counted."""
    results = [result for table in tables() for pieces in _older(table) for result in _anew(table, pieces)]
    done = results.count(True)
    if done:
        with transaction():
            audit.record(None, "core:reseal", "core_seal", count=done)
    return {"done": done, "lost": results.count(False)}


def _older(table: Table) -> Iterator[list[Any]]:
    """What another than the newest key seals, a hundred at a time."""
    key, last, newest = _key(table), 0, list(ring())[-1]
    query = select(table).where(table.key_id != newest).order_by(key).limit(PIECES)
    while True:
        with transaction():
            pieces = list(db.session.scalars(query.where(key > last)))
            db.session.expunge_all()
        if not pieces:
            return
        last = getattr(pieces[-1], key.key)
        yield pieces


def _key(table: Table) -> InstrumentedAttribute[int]:
    column: InstrumentedAttribute[int] = getattr(table, inspect(table).primary_key[0].key)
    return column


def _anew(table: Table, pieces: list[Any]) -> list[bool | None]:
    """True: sealed anew. None: somebody wrote meanwhile, with the newest key. False: no key opens it."""
    with transaction():
        return [_one(table, piece) for piece in pieces]


def _one(table: Table, piece: Any) -> bool | None:  # noqa: ANN401 - a row of the table
    was = piece.sealed
    try:
        seal(piece, unseal(piece))
    except Invalid:
        return False
    key = _key(table)
    same = update(table).where(key == getattr(piece, key.key), table.sealed == was)
    return True if rows_changed(same.values(key_id=piece.key_id, sealed=piece.sealed)) else None
