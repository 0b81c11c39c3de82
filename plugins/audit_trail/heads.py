"""The ends of the audit chains, kept outside the database: signed lines, each covering the one before it."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from hmac import compare_digest
from pathlib import Path

from filelock import FileLock
from flask import current_app

from intranet import clock
from intranet.audit import START, sign

OWNER_ONLY = 0o600
End = tuple[int, int, str]
"""Chain, number and hash of an entry."""


@dataclass(slots=True)
class Heads:
    """What the files say. A line behind a wrong one counts as well, if it is right by itself."""

    signatures: list[str] = field(default_factory=list)
    ends: dict[int, dict[int, str]] = field(default_factory=dict)
    """By chain: the hash of an entry by its number."""
    broken_at: int | None = None
    """The first line that is wrong."""
    fresh: list[str] = field(default_factory=list)
    """The lines just written."""


def folder() -> Path:
    """Made when first written to."""
    return Path(current_app.instance_path) / "audit-heads"


def read() -> Heads:
    """Every line of every year, the oldest first."""
    found, last = Heads(), START
    for path in sorted(folder().glob("*.log")):
        for line in path.read_text("utf-8", errors="replace").splitlines():
            words, _space, signature = line.rpartition(" ")
            found.signatures.append(signature)
            if compare_digest(signature.encode(), sign(last, words).encode()):
                _at, chain, number, end = words.split(" ")
                found.ends.setdefault(int(chain), {})[int(number)] = end
            else:
                found.broken_at = found.broken_at or len(found.signatures)
            last = signature
    return found


def write(ends: Sequence[End]) -> Heads:
    """Appends the ends that are not there yet. They must be committed: a file is not rolled back."""
    folder().mkdir(mode=0o700, exist_ok=True)
    with FileLock(folder() / "lock"):
        kept = read()
        for chain, number, end in ends:
            if kept.ends.get(chain, {}).get(number) != end:
                last = kept.signatures[-1] if kept.signatures else START
                words = f"{clock.now().isoformat(timespec='seconds')} {chain} {number} {end}"
                kept.signatures.append(sign(last, words))
                kept.fresh.append(f"{words} {kept.signatures[-1]}")
        _append(kept.fresh)
    return kept


def _append(lines: Sequence[str]) -> None:
    path = folder() / f"{clock.today().year}.log"
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, OWNER_ONLY)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)
        file.flush()
        os.fsync(file.fileno())
