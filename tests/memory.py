"""Where the files of a test run lie."""

import shutil
from pathlib import Path

MEMORY, ROOM = Path("/dev/shm"), 2 * 1024**3  # noqa: S108 - the folders in it have names of their own


def place() -> Path | None:
    """In memory where there is plenty, for no test outlives the machine; else where temporary files lie."""
    return MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM else None
