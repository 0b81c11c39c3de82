r"""The outside of a backup: AES-256-GCM in numbered frames, of which the last says that it is the last.

    "intranet backup 1\n"     18 bytes
    fingerprint of the key     8 bytes    HKDF-SHA256 of the key, no salt, info "intranet backup fingerprint"
    salt                      32 bytes
    frames                    1 MiB each, the last one shorter or equal; each followed by its tag, 16 bytes

The key of a file is HKDF-SHA256 of the site's backup key with the salt, info "intranet backup file". The
nonce of a frame is its number in eleven bytes, big-endian, and one byte: 1 for the last frame, else 0. So a
frame that is changed, missing, moved, added or cut off does not open. This is the STREAM construction.
"""

import hashlib
import io
import os
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask_babel import lazy_gettext as _l
from typing_extensions import Buffer, override

from plugins.backups.faults import Fault, Refused, damaged

MAGIC = b"intranet backup 1\n"
FINGERPRINT, SALT, TAG = 8, 32, 16
FRAME = 1024 * 1024


def fingerprint(key: bytes) -> bytes:
    """Tells keys apart and says nothing about them."""
    return _derived(key, b"", b"intranet backup fingerprint", FINGERPRINT)


def _derived(key: bytes, salt: bytes, purpose: bytes, length: int = 32) -> bytes:
    return HKDF(SHA256(), length, salt or None, purpose).derive(key)


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    return AESGCM(_derived(key, salt, b"intranet backup file"))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


class Sealer(io.RawIOBase):
    """Takes plain bytes, writes sealed ones. Without `finish` the file is not whole, and shows it."""

    def __init__(self, file: BinaryIO, key: bytes) -> None:
        super().__init__()
        salt = os.urandom(SALT)
        self._file, self._cipher = file, _cipher(key, salt)
        self._held, self._number = bytearray(), 0
        file.write(MAGIC + fingerprint(key) + salt)

    @override
    def writable(self) -> bool:
        return True

    @override
    def write(self, data: Buffer) -> int:
        plain = memoryview(data)
        self._held += plain
        while len(self._held) > FRAME:  # the last frame is not known before the end
            self._seal(bytes(self._held[:FRAME]), last=False)
            del self._held[:FRAME]
        return plain.nbytes

    def finish(self) -> None:
        """The last frame, even if it is empty."""
        self._seal(bytes(self._held), last=True)

    def _seal(self, plain: bytes, *, last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._number, last=last), plain, None))
        self._number += 1


class Opener(io.RawIOBase):
    """The plain bytes of a sealed file, frame by frame. Raises Refused at the first one that does not open.

    Read to the end, or a tail that was cut off is not noticed; `sha256` and `size` are of the sealed file.
    """

    def __init__(self, file: BinaryIO, key: bytes) -> None:
        super().__init__()
        self._file, self.sha256, self.size = file, hashlib.sha256(), 0
        salt = self._header(key)
        self._cipher = _cipher(key, salt)
        self._plain, self._number = b"", 0
        self._next = self._take(FRAME + TAG)
        if not self._next:  # even an empty backup has a last frame
            raise damaged()

    def _header(self, key: bytes) -> bytes:
        header = self._take(len(MAGIC) + FINGERPRINT + SALT)
        refuse_other_key(header, key)
        return header[-SALT:]

    def _take(self, length: int) -> bytes:
        data = self._file.read(length)
        self.sha256.update(data)
        self.size += len(data)
        return data

    @override
    def readable(self) -> bool:
        return True

    @override
    def readinto(self, buffer: Buffer) -> int:
        if not self._plain and self._next:
            self._plain = self._open()
        room = memoryview(buffer)
        given = self._plain[: room.nbytes]
        room[: len(given)] = given
        self._plain = self._plain[len(given) :]
        return len(given)

    def _open(self) -> bytes:
        sealed, self._next = self._next, self._take(FRAME + TAG)
        try:
            plain = self._cipher.decrypt(_nonce(self._number, last=not self._next), sealed, None)
        except InvalidTag as error:
            raise damaged() from error
        self._number += 1
        return plain


def header_of(file: BinaryIO) -> bytes:
    """The first bytes of a file that calls itself a backup; raises Refused for any other."""
    header = file.read(len(MAGIC) + FINGERPRINT + SALT)
    if not header.startswith(MAGIC):
        raise Refused(Fault.NOT_A_BACKUP, _l("这不是本系统的备份文件，或文件开头已损坏。"))
    return header


def refuse_other_key(header: bytes, key: bytes) -> None:
    """Says that it is the key, not the file."""
    wanted = header_of(io.BytesIO(header))[len(MAGIC) :][:FINGERPRINT]
    if len(header) != len(MAGIC) + FINGERPRINT + SALT:
        raise damaged()
    if wanted != fingerprint(key):
        sentence = _l(
            "密钥不对：这份备份要用指纹为 %(wanted)s 的恢复密钥，给出的是 %(given)s。"
            "请找出当时抄下的那一张。",
            wanted=wanted.hex(),
            given=fingerprint(key).hex(),
        )
        raise Refused(Fault.WRONG_KEY, sentence)
