"""Which files of the instance folder a backup holds: all but those named here."""

import os
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from flask import current_app

from intranet.config import DEFAULTS, Value, load

HALF = (".*", "*.part", "*.tmp", "*.lock")
"""Half-written files and locks, wherever they lie."""
UPLOADS = "uploads"
NEVER = (
    "*.key",
    "*.pem",
    "demo-password",
    "config.py",
    "config.restored.py",
    "__pycache__",
    "intranet.sqlite*",
    "*.backup",
)
"""Keys, passwords and what is taken in another way. An uploaded file may have any name."""
OTHER_COPIES = ("backups", "before-upgrade", "backup-work", "restoring")
SECRET = ("*_URL", "*_URLS", "*PASSWORD*", "*SECRET*", "*TOKEN*", "*KEY*", "*CREDENTIAL*")
"""Settings whose values stay out: an address may hold a password too."""


def instance() -> Path:
    return Path(current_app.instance_path)


def backup_folder() -> Path:
    """Where scheduled backups lie; made when missing."""
    folder = Path(current_app.config["BACKUP_FOLDER"] or instance() / "backups")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def kept_files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Name and place of every file a backup holds. A folder at the top may be a link to another disk."""
    for top in sorted(folder.iterdir()):
        if top.name in OTHER_COPIES or _is_left_out(top.name) or top.resolve() == backup_folder().resolve():
            continue
        if top.is_dir():
            yield from ((f"{top.name}/{name}", path) for name, path in _below(top, top.name == UPLOADS))
        elif top.is_file() and not top.is_symlink():
            yield top.name, top


def _below(top: Path, uploads: bool) -> Iterator[tuple[str, Path]]:  # noqa: FBT001 - two kinds of folder
    for where, folders, files in os.walk(top.resolve()):
        folders[:] = sorted(name for name in folders if not _is_left_out(name, uploads=uploads))
        for name in sorted(files):
            path = Path(where) / name
            if not path.is_symlink() and path.is_file() and not _is_left_out(name, uploads=uploads):
                yield path.relative_to(top.resolve()).as_posix(), path


def _is_left_out(name: str, *, uploads: bool = False) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in (HALF if uploads else (*HALF, *NEVER)))


# Settings ----------------------------------------------------------------------------------------


def own_settings(folder: Path) -> dict[str, Value | None]:
    """What config.py says: values, neither its comments nor its code. None: a secret, to be typed again."""
    said = load(folder, {})
    changed = {name: value for name, value in said.items() if value != DEFAULTS[name]}
    return {name: None if is_secret(name) else value for name, value in changed.items()}


def is_secret(name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in SECRET)


def as_config(settings: dict[str, object]) -> str:
    """A config.py with these settings. A secret, and a name this version does not know, become remarks."""
    lines = ["# Written by intranet restore. Secrets are not in a backup: fill them in again.\n"]
    for name, value in sorted(settings.items()):
        plain = tuple(value) if isinstance(value, list) else value
        known = name in DEFAULTS and value is not None
        lines.append(f"{name} = {plain!r}\n" if known else f"# {name} =\n")
    return "".join(lines)
