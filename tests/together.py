"""Which process of a run gets which tests."""

from functools import cache
from pathlib import Path

from typing_extensions import override
from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).parents[1]


class Together(LoadScopeScheduling):
    """A file whose tests share something stays with one process, the longest first; other tests go alone."""

    @override
    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file if shares(ROOT / file) else nodeid


@cache
def shares(file: Path) -> bool:
    """Whether a fixture of this file or its folder is made once for the whole file."""
    texts = [path.read_text("utf-8") for path in (file, file.parent / "conftest.py") if path.exists()]
    return any('scope="module"' in text or "shared_demo" in text for text in texts)
