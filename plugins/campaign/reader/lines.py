"""The text of a file as lines; a line that is a table row keeps its cells."""

from dataclasses import dataclass
from functools import cached_property

from .glyphs import Plain, plain
from .model import Unreadable

MAX_LINES = 10_000
MAX_LINE = 20_000  # glyphs; a whole plan without a line break has fewer
MAX_CHARACTERS = 500_000


@dataclass(frozen=True)
class Line:
    """One line of the extracted text; `cells` only where the file itself has a table."""

    number: int
    text: str
    cells: tuple[str, ...] = ()

    @cached_property
    def plain(self) -> Plain:
        """The line in the spelling that the grammar reads."""
        return plain(self.text)

    @property
    def is_blank(self) -> bool:
        return not self.text.strip()


class LineBook:
    """Collects the lines of a file in reading order, and refuses what is no plan while it grows."""

    def __init__(self) -> None:
        self._lines: list[Line] = []
        self._characters = 0

    def add_text(self, text: str) -> None:
        """Add a paragraph, which may hold line breaks."""
        for part in text.split("\n"):
            self._add(part.rstrip())

    def add_row(self, cells: tuple[str, ...]) -> None:
        """Add a table row: its text shows the cells between tabs."""
        shown = "\t".join(" ".join(cell.split()) for cell in cells)
        self._add(shown, cells)

    def _add(self, text: str, cells: tuple[str, ...] = ()) -> None:
        number = len(self._lines) + 1
        self._characters += len(text)
        if len(text) > MAX_LINE:
            raise Unreadable(
                "第 {} 行有 {} 个字，一行最多 {} 个，请按段落分行后重新上传。", number, len(text), MAX_LINE
            )
        if number > MAX_LINES or self._characters > MAX_CHARACTERS:
            raise Unreadable(
                "文字太多（最多 {} 行、{} 字），不像一份方案，请只保留方案正文和安排表后重新上传。",
                MAX_LINES,
                MAX_CHARACTERS,
            )
        self._lines.append(Line(number, text, cells))

    def lines(self) -> tuple[Line, ...]:
        """Return everything collected."""
        return tuple(self._lines)
