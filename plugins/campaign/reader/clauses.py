"""Sentences and clauses of prose, kept with their places; brackets and titles hold together."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST = 1_000  # glyphs of one sentence; what is longer is no prose and is cut for speed
_OPENING, _CLOSING = "(《“[", ")》”]"
_ENDS = "。；;！!"  # not ?: in damaged texts it stands for 《 and 》
_NUMBERING = re.compile(
    r"\s{0,8}(?:第[一二三四五六七八九十\d]{1,3}[条项、,.]|\(?[一二三四五六七八九十]{1,3}\)|[一二三四五六七八九十]{1,3}[、.,]"
    r"|\(\d{1,2}\)[、.]?|\d{1,2}\)|\d{1,2}[.、](?!\d)|\d{1,2}[.、](?=\d{1,2}月)|[①-⑳]|[●■◆★▲•◎]|[·\-*](?!\d))\s{0,8}"
)
_CHAPTER = re.compile(r"\s{0,8}(?:[一二三四五六七八九十]{1,3}[、.,]|第[一二三四五六七八九十]{1,3}[章部])")
_STYLES = (
    _CHAPTER,
    re.compile(r"\s{0,8}\([一二三四五六七八九十]{1,3}\)"),
    re.compile(r"\s{0,8}\d{1,2}[.、](?!\d)|\s{0,8}\d{1,2}[.、](?=\d{1,2}月)"),
    re.compile(r"\s{0,8}\(\d{1,2}\)"),
)
_ORDER = re.compile(r"[一二三四五六七八九十]{1,2}是(?!否)|(?:首先|其次|再次|最后|同时|此外|另外|其中)[,:]?")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a plain text and where it stands."""

    start: int
    end: int
    text: str


def sentences(text: str) -> Iterator[Piece]:
    """Cut at 。；！ outside brackets and quotes."""
    yield from _cut(text, 0, len(text), _ENDS)


def clauses(text: str, sentence: Piece) -> list[Piece]:
    """Cut a sentence at its commas."""
    return list(_cut(text, sentence.start, sentence.end, ",，"))


def _cut(text: str, start: int, end: int, marks: str) -> Iterator[Piece]:
    depth, begun = 0, start
    for place in range(start, end):
        glyph = text[place]
        depth = max(depth + (glyph in _OPENING) - (glyph in _CLOSING), 0)
        is_end = glyph in marks and (depth == 0 or glyph == "。")
        if is_end or place - begun >= LONGEST:
            yield Piece(begun, place, text[begun:place])
            begun, depth = place + is_end, 0
    if begun < end:
        yield Piece(begun, end, text[begun:end])


def numbering(text: str) -> int:
    """Tell how many glyphs at the head only number the paragraph: （一）, 1., 一是."""
    length = 0
    for pattern in (_NUMBERING, _NUMBERING, _ORDER):
        match = pattern.match(text, length)
        length = match.end() if match else length
    return length


def is_numbered(text: str) -> bool:
    """Tell whether a line begins like a heading or a list item."""
    return _NUMBERING.match(text) is not None


def numbering_style(text: str) -> int | None:
    """Tell the order of a heading by its number: 一、 0, （一） 1, 1. 2, （1） 3; else None."""
    return next((order for order, style in enumerate(_STYLES) if style.match(text)), None)


def is_chapter(text: str) -> bool:
    """Tell a heading of the first order: 一、 or 第一章."""
    return _CHAPTER.match(text) is not None


def in_title(text: str, at: int) -> bool:
    """Tell whether a place stands inside 《》."""
    return text.rfind("《", 0, at) > text.rfind("》", 0, at)
