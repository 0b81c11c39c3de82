"""The seal around words that nobody may read in the database: AES-GCM with keys that lie in files beside it.

A sealed piece names its key and belongs to one row: copied to another row, or changed by a bit, it opens
nothing. Keys are read from their files each time, so that every process takes a new one at once.
"""

import json
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import LargeBinary, String, inspect
from sqlalchemy.orm import Mapped, mapped_column

from intranet import keys
from intranet.errors import Invalid

NONCE = 12
STEP = 512
"""Words are filled up with blanks to a multiple of this: 同意 is as long as 不同意."""
LOST = _l(
    "密钥不在或不对，密封的内容打不开。请信息科把另外保管的 sealing.key、sealing-*.key 放回原处；"
    "有同名文件的先改名，不要盖掉。"
)


class Sealable:
    """The columns of a table whose rows keep words under a seal. Both are empty where nothing is kept."""

    key_id: Mapped[str | None] = mapped_column(String(16), info={"words": False})
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


def ring() -> dict[str, bytes]:
    """By fingerprint; the last one seals."""
    return keys.sealing_ring(Path(current_app.instance_path))


def seal(row: Sealable, words: Mapping[str, object]) -> None:
    """Keeps the words in the row, which must have its key already."""
    key_id, key = list(ring().items())[-1]
    nonce = secrets.token_bytes(NONCE)
    plain = json.dumps(words, ensure_ascii=False).encode()
    plain += b" " * (-len(plain) % STEP)
    row.key_id, row.sealed = key_id, nonce + AESGCM(key).encrypt(nonce, plain, _owner(row))


def unseal(row: Sealable) -> dict[str, Any]:
    """Empty if nothing is kept. Raises Invalid when the key is not there, or the piece is another row's."""
    if row.sealed is None:
        return {}
    key = ring().get(row.key_id or "")
    if key is None:
        raise Invalid(LOST)
    try:
        plain = AESGCM(key).decrypt(row.sealed[:NONCE], row.sealed[NONCE:], _owner(row))
    except InvalidTag:
        raise Invalid(LOST) from None
    words: dict[str, Any] = json.loads(plain)
    return words


def _owner(row: Sealable) -> bytes:
    """What a seal is bound to: the table and the key of its row."""
    mapper = inspect(type(row))
    place = mapper.primary_key_from_instance(row)
    return " ".join([mapper.local_table.name, *map(str, place)]).encode()
