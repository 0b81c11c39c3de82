"""HTML that is kept until something it shows changes: of each app on each database, bounded in bytes."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

from flask import current_app
from markupsafe import Markup

from intranet.extensions import db

MOST_BYTES = 16 * 1024 * 1024
"""A drawn card takes about 2 KB, a whole board up to 250."""
NAME = "rectification.kept"


class Kept:
    """Pieces of HTML by what they show; those not asked for longest go first."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes, self.bytes = most_bytes, 0
        self._pieces: OrderedDict[Hashable, tuple[tuple[Markup, ...], int]] = OrderedDict()
        self._lock = Lock()

    def get(self, shown: Hashable, draw: Callable[[], tuple[Markup, ...]]) -> tuple[Markup, ...]:
        """The pieces for what is shown, drawn if they are not there. Two may draw the same at once."""
        with self._lock:
            if shown in self._pieces:
                self._pieces.move_to_end(shown)
                return self._pieces[shown][0]
        drawn = draw()
        with self._lock:
            self._keep(shown, drawn)
        return drawn

    def _keep(self, shown: Hashable, drawn: tuple[Markup, ...]) -> None:
        _before, replaced = self._pieces.pop(shown, ((), 0))
        size = _size(shown, drawn)
        self._pieces[shown] = drawn, size
        self.bytes += size - replaced
        while self.bytes > self.most_bytes:
            _oldest, (_gone, size) = self._pieces.popitem(last=False)
            self.bytes -= size


def _size(shown: Hashable, pieces: tuple[Markup, ...]) -> int:
    """About: HTML with Chinese takes two bytes a character, small objects four times what they print."""
    return 2 * sum(map(len, pieces)) + 4 * len(repr(shown))


def kept_html() -> Kept:
    """Of this app and its database: a process that serves another one never shows its cards."""
    databases: dict[object, Kept] = current_app.extensions.setdefault(NAME, {})
    return databases.setdefault(db.engine.url, Kept(MOST_BYTES))
