"""The backup key as people write it on paper: fourteen groups of four signs, with a check against slips."""

import base64
import binascii
import hashlib
import re

from flask_babel import lazy_gettext as _l

from intranet.keys import KEY_BYTES
from plugins.backups.faults import Fault, Refused

CHECK = 3
GROUP = 4
LOOKS_LIKE = str.maketrans("018", "OIB")
"""Signs the alphabet does not have, and what somebody meant by them."""


def written(key: bytes) -> str:
    """`ABCD-EFGH-…`: letters and the digits 2 to 7."""
    text = base64.b32encode(key + _check(key)).decode()
    return "-".join(text[start : start + GROUP] for start in range(0, len(text), GROUP))


def read(text: str) -> bytes:
    """The key, from paper or from a copied backup.key. Raises Refused when a sign is wrong."""
    plain = re.sub(r"[\s-]", "", text)
    if re.fullmatch(r"[0-9a-f]{64}", plain):
        return bytes.fromhex(plain)
    try:
        whole = base64.b32decode(plain.upper().translate(LOOKS_LIKE))
    except (binascii.Error, ValueError):
        whole = b""
    key, check = whole[:KEY_BYTES], whole[KEY_BYTES:]
    if len(whole) != KEY_BYTES + CHECK or check != _check(key):
        raise Refused(
            Fault.WRONG_KEY,
            _l("恢复密钥抄写有误：应是 14 组、每组 4 个字母或数字，请对照纸上逐组核对后重输。"),
        )
    return key


def _check(key: bytes) -> bytes:
    return hashlib.sha256(b"recovery key" + key).digest()[:CHECK]
