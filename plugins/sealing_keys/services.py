"""A new key: what is sealed with an older one is sealed anew, piece by piece, while people go on writing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import inspect, select, update
from sqlalchemy.orm import InstrumentedAttribute

from intranet import audit, keys
from intranet.db import reads_first, rows_changed, transaction
from intranet.errors import Invalid
from intranet.extensions import db
from intranet.sealing import ring, seal, unseal
from plugins.sealing_keys import queries
from plugins.sealing_keys.queries import Table

PIECES = 100


def add_key() -> str:
    """Makes a key; returns the name of its file. Its copy outside is the first thing to do."""
    path = keys.add_sealing_key(Path(current_app.instance_path))
    audit.record(None, "sealing_keys:new-key", "sealing_keys")
    return path.name


@reads_first
def reseal() -> dict[str, int]:
    """Everything under the newest key; what no key opens stays as it is and is counted."""
    older = ((table, pieces) for table in queries.tables() for pieces in _older(table))
    results = [result for table, pieces in older for result in _anew(table, pieces)]
    done = results.count(True)
    if done:
        with transaction():
            audit.record(None, "sealing_keys:reseal", "sealing_keys", count=done)
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
