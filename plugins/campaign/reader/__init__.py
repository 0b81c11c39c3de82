"""The plan reader: what a campaign's plan, speech or ledger says, and when it says it.

It reads Word, Excel, PDF and text, writes nothing, and doubts aloud instead of guessing.
"""

from datetime import date

from .assemble import understand
from .dates import Span, understand_time
from .documents import parts_of
from .files import lines_of
from .lines import Line
from .model import Document, Entry, Reading, Remark, Unreadable
from .plaintext import read_text as _lines_of_text

__all__ = [
    "Document",
    "Entry",
    "Reading",
    "Remark",
    "Span",
    "Unreadable",
    "read_file",
    "read_text",
    "understand_time",
]

MAX_LINES = 20_000
MAX_CHARACTERS = 2_000_000


def read_file(name: str, content: bytes, *, year: int | None = None) -> Reading:
    """Read an uploaded file; `name` tells its type and its content is checked against it."""
    return _read(lines_of(name, content), year)


def read_text(text: str, *, year: int | None = None) -> Reading:
    """Read text that was pasted into a form."""
    lines = _lines_of_text(text)
    if all(line.is_blank for line in lines):
        raise Unreadable("没有文字，请粘贴方案正文后重新读取。")
    return _read(lines, year)


def _read(lines: tuple[Line, ...], year: int | None) -> Reading:
    if len(lines) > MAX_LINES or sum(len(line.text) for line in lines) > MAX_CHARACTERS:
        raise Unreadable("文字太多，不像一份方案，请只保留方案本身后重新上传。")
    if year is not None and not date.min.year < year < date.max.year:
        raise Unreadable("指定的年份不对，请填写四位数的年份，例如 2014。")
    foreword, parts = parts_of(lines)
    documents: list[Document] = []
    for place, part in enumerate(parts):
        neighbour = documents[-1].year if documents else None
        shown = foreword if place == 0 else ()
        documents.append(understand(part, given=year, foreword=shown, neighbour=neighbour))
    return Reading("\n".join(line.text for line in lines), tuple(documents))
