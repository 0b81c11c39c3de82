"""A new key: what is sealed with an older one is sealed anew, piece by piece, while people go on writing."""

from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import func, select, union_all, update

from intranet import audit, keys
from intranet.db import reads_first, rows_changed, transaction
from intranet.errors import Invalid
from intranet.extensions import db
from plugins.talk_records.models import Passed, Sealed
from plugins.talk_records.sealing import ring, seal, unseal

PIECES = 100
Piece = tuple[int, str, bytes]
TABLES: tuple[tuple[type[Sealed | Passed], Any, str], ...] = (
    (Sealed, Sealed.talk_id, "talk"),
    (Passed, Passed.id, "passed"),
)
"""Each with its key and the word its seals are bound to."""


def add_key() -> str:
    """Makes a key; returns the name of its file. Its copy outside is the first thing to do."""
    path = keys.add_sealing_key(Path(current_app.instance_path))
    audit.record(None, "talk_records:new-key", "talk_records_seal")
    return path.name


def sealed_with() -> dict[str, int]:
    """How many pieces each key seals, by fingerprint."""
    found = union_all(*(select(table.key_id) for table, _id, _word in TABLES)).subquery()
    query = select(found.c.key_id, func.count()).where(found.c.key_id.is_not(None)).group_by(found.c.key_id)
    return {row[0]: row[1] for row in db.session.execute(query)}


@reads_first
def reseal() -> dict[str, int]:
    """Everything under the newest key; what no key opens stays as it is and is counted."""
    done = lost = 0
    for table, key, word in TABLES:
        last = 0
        while pieces := _older(table, key, last):
            last = pieces[-1][0]
            results = _anew(table, key, word, pieces)
            done, lost = done + results.count(True), lost + results.count(False)
    if done:
        with transaction():
            audit.record(None, "talk_records:reseal", "talk_records_seal", count=done)
    return {"done": done, "lost": lost}


def _older(table: Any, key: Any, last: int) -> list[Piece]:  # noqa: ANN401 - a column
    newest = list(ring())[-1]
    query = select(key, table.key_id, table.sealed).where(key > last, table.key_id != newest)
    with transaction():
        rows = db.session.execute(query.order_by(key).limit(PIECES))
        return [(row[0], row[1], row[2]) for row in rows]


def _anew(table: Any, key: Any, word: str, pieces: list[Piece]) -> list[bool | None]:  # noqa: ANN401
    """True: sealed anew. None: somebody wrote meanwhile, with the newest key. False: no key opens it."""
    with transaction():
        return [_one(table, key, word, piece) for piece in pieces]


def _one(table: Any, key: Any, word: str, piece: Piece) -> bool | None:  # noqa: ANN401
    row_id, key_id, sealed = piece
    try:
        fresh = seal(unseal(key_id, sealed, f"{word} {row_id}"), f"{word} {row_id}")
    except Invalid:
        return False
    same = update(table).where(key == row_id, table.key_id == key_id, table.sealed == sealed)
    return True if rows_changed(same.values(**fresh)) else None
