"""HTML that is kept until something it shows changes: of each app on each database, bounded in bytes."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from threading import Lock
from typing import TypeVar

from flask import current_app
from markupsafe import Markup

from intranet.extensions import db

MOST_BYTES = 16 * 1024 * 1024
"""A drawn card takes about 2 KB, a column up to 40."""
KEY = 1_000
NAME = "rectification.kept"
Shown = TypeVar("Shown", bound=Hashable)


class Kept:
    """Pieces of HTML by what they show; those not asked for longest go first."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes, self.bytes = most_bytes, 0
        self._pieces: OrderedDict[Hashable, tuple[Markup, int]] = OrderedDict()
        self._lock = Lock()

    def all(self, shown: Sequence[Shown], draw: Callable[[list[Shown]], Iterable[Markup]]) -> list[Markup]:
        """A piece for each; `draw` makes those that are not there. Two may draw the same at once."""
        with self._lock:
            found = [self._found(each) for each in shown]
        missing = [each for each, piece in zip(shown, found, strict=True) if piece is None]
        drawn = dict(zip(missing, draw(missing), strict=True)) if missing else {}
        with self._lock:
            for each, piece in drawn.items():
                self._keep(each, piece)
        return [drawn[each] if piece is None else piece for each, piece in zip(shown, found, strict=True)]

    def _found(self, shown: Hashable) -> Markup | None:
        known = self._pieces.get(shown)
        if known is None:
            return None
        self._pieces.move_to_end(shown)
        return known[0]

    def _keep(self, shown: Hashable, drawn: Markup) -> None:
        _before, replaced = self._pieces.pop(shown, (drawn, 0))
        size = _size(drawn)
        self._pieces[shown] = drawn, size
        self.bytes += size - replaced
        while self.bytes > self.most_bytes:
            _oldest, (_gone, size) = self._pieces.popitem(last=False)
            self.bytes -= size


def _size(piece: Markup) -> int:
    """About: HTML with Chinese takes two bytes a character, and what it is kept by about a thousand."""
    return 2 * len(piece) + KEY


def kept_html() -> Kept:
    """Of this app and its database: a process that serves another one never shows its cards."""
    databases: dict[object, Kept] = current_app.extensions.setdefault(NAME, {})
    return databases.setdefault(db.engine.url, Kept(MOST_BYTES))
