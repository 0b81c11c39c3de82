"""The seal around what is said in a talk: AES-GCM with keys that lie in files outside the database.

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

from intranet import keys
from intranet.errors import Invalid

NONCE = 12
LOST = _l("密钥不在或不对，密封的内容打不开。请信息科把另外保管的 sealing.key、sealing-*.key 放回原处。")


def ring() -> dict[str, bytes]:
    """By fingerprint; the last one seals."""
    return keys.sealing_ring(Path(current_app.instance_path))


def seal(words: Mapping[str, object], row: str) -> dict[str, Any]:
    """The columns `key_id` and `sealed` of this row, such as `talk 7`."""
    key_id, key = list(ring().items())[-1]
    nonce = secrets.token_bytes(NONCE)
    plain = json.dumps(words, ensure_ascii=False).encode()
    return {"key_id": key_id, "sealed": nonce + AESGCM(key).encrypt(nonce, plain, _owner(row))}


def unseal(key_id: str | None, sealed: bytes | None, row: str) -> dict[str, Any]:
    """Raises Invalid when the key is not there, or the piece is another row's. Says no word of it."""
    key = ring().get(key_id or "")
    if key is None or sealed is None:
        raise Invalid(LOST)
    try:
        plain = AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], _owner(row))
    except InvalidTag:
        raise Invalid(LOST) from None
    words: dict[str, Any] = json.loads(plain)
    return words


def _owner(row: str) -> bytes:
    return f"talk_records {row}".encode()
