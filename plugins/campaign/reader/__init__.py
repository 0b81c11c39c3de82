"""The plan reader: what a campaign's plan, speech or ledger says, and when it says it.

It reads Word, Excel, PDF and text, writes nothing, and doubts aloud instead of guessing.
"""

from collections.abc import Sequence
from datetime import date

from .apart import read_apart
from .assemble import understand
from .dates import Span, understand_time
from .documents import parts_of
from .files import MAX_MB, lines_of
from .lines import Line
from .model import Document, Entry, Reading, Remark, Unreadable, remark_of
from .plaintext import read_text as _lines_of_text

__all__ = [
    "MAX_MB",
    "Document",
    "Entry",
    "Reading",
    "Remark",
    "Span",
    "Unreadable",
    "read_apart",
    "read_file",
    "read_text",
    "remark_of",
    "understand_time",
]

MAX_ENTRIES = 2_000  # the review shows them all on one page


def read_file(name: str, content: bytes, *, year: int | None = None) -> Reading:
    """Read a file; `name` tells its type and its content is checked against it. Uploads: `read_apart`."""
    return _read(lines_of(name, content), year)


def read_text(text: str, *, year: int | None = None) -> Reading:
    """Read text that was pasted into a form."""
    lines = _lines_of_text(text)
    if all(line.is_blank for line in lines):
        raise Unreadable("没有文字，请粘贴方案正文后重新读取。")
    return _read(lines, year)


def _read(lines: tuple[Line, ...], year: int | None) -> Reading:
    if year is not None and not date.min.year < year < date.max.year:
        raise Unreadable("指定的年份不对，请填写四位数的年份，例如 2014。")
    foreword, parts = parts_of(lines)
    documents: list[Document] = []
    for place, part in enumerate(parts):
        neighbour = documents[-1].year if documents else None
        shown = foreword if place == 0 else ()
        documents.append(understand(part, given=year, foreword=shown, neighbour=neighbour))
    _refuse_vast(documents)
    return Reading("\n".join(line.text for line in lines), tuple(documents))


def _refuse_vast(documents: Sequence[Document]) -> None:
    entries = sum(len(d.phases) + len(d.activities) + len(d.rectifications) for d in documents)
    if entries > MAX_ENTRIES:
        raise Unreadable(
            "读出了 {} 项，一个文件最多 {} 项，请只保留方案的安排表，或分成几个文件上传。",
            entries,
            MAX_ENTRIES,
        )
