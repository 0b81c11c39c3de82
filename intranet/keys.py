"""Keys of the site: made at first run, readable by the service account only, never in the database."""

import hashlib
import os
import secrets
from contextlib import suppress
from pathlib import Path

KEY_BYTES = 32
OWNER_ONLY = 0o600


def secret_key(folder: Path) -> bytes:
    """Signs cookies and CSRF tokens. Losing it ends every session, nothing else."""
    return _key(folder / "secret.key")


def sealing_key(folder: Path) -> bytes:
    """Opens sealed texts. Losing it loses those texts: back it up apart from the database."""
    return _key(folder / "sealing.key")


def sealing_ring(folder: Path) -> dict[str, bytes]:
    """Every key of sealed texts by its fingerprint, the oldest first: what is sealed anew takes the last.

    A later one that is not whole is just being copied here, and seals nothing.
    """
    later = (path for _number, path in _later(folder) if path.stat().st_size >= 2 * KEY_BYTES)
    ring = (_key(folder / "sealing.key"), *map(_key, later))
    return {hashlib.sha256(key).hexdigest()[:16]: key for key in ring}


def add_sealing_key(folder: Path) -> Path:
    """From now on texts are sealed with it. The others must stay until nothing is sealed with them."""
    path = folder / f"sealing-{max([1, *(number for number, _path in _later(folder))]) + 1}.key"
    _make(path)
    return path


def _later(folder: Path) -> list[tuple[int, Path]]:
    found = ((path.stem.partition("-")[2], path) for path in folder.glob("sealing-*.key"))
    return sorted((int(number), path) for number, path in found if number.isdecimal())


def kept_apart(folder: Path) -> dict[str, bytes]:
    """By file name those that are in no backup and that a restored site needs again."""
    files = (folder / "sealing.key", *(path for _number, path in _later(folder)), folder / "audit.key")
    return {path.name: _key(path) for path in files}


def audit_key(folder: Path) -> bytes:
    """Signs what is kept of the audit chains outside the database. Without it nothing signed holds."""
    return _key(folder / "audit.key")


def backup_key(folder: Path) -> bytes:
    """Opens backups: written on paper, for it burns with the machine."""
    return _key(folder / "backup.key")


def _key(path: Path) -> bytes:
    if not path.exists():
        _make(path)
    path.chmod(OWNER_ONLY)
    return bytes.fromhex(path.read_text("ascii").strip())


def _make(path: Path) -> None:
    """Written whole under another name first: of two processes starting together, one key wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "w") as file:
        file.write(secrets.token_hex(KEY_BYTES) + "\n")
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
