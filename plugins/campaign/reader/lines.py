"""The text of a file as lines; a line that is a table row keeps its cells."""

from dataclasses import dataclass
from functools import cached_property

from .glyphs import Plain, plain


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
    """Collects the lines of a file in reading order."""

    def __init__(self) -> None:
        self._lines: list[Line] = []

    def add_text(self, text: str) -> None:
        """Add a paragraph, which may hold line breaks."""
        for part in text.split("\n"):
            self._lines.append(Line(len(self._lines) + 1, part.rstrip()))

    def add_row(self, cells: tuple[str, ...]) -> None:
        """Add a table row: its text shows the cells between tabs."""
        shown = "\t".join(" ".join(cell.split()) for cell in cells)
        self._lines.append(Line(len(self._lines) + 1, shown, cells))

    def lines(self) -> tuple[Line, ...]:
        """Return everything collected."""
        return tuple(self._lines)
