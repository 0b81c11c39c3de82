"""One spelling for a text that may be Traditional, full-width or spaced out, and the way back.

The grammar reads the plain spelling; people are shown the source, verbatim.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from opencc import OpenCC

_SAME = (
    dict.fromkeys("—–―－−‐‑‒─━～〜~﹣", "-")
    | dict.fromkeys("○◯Ｏ〇", "〇")
    | dict.fromkeys("〔［【﹝〖", "[")
    | dict.fromkeys("〕］】﹞〗", "]")
    | dict.fromkeys("﹑､", "、")
    | dict.fromkeys("\u3000\xa0\u2002\u2003\u2009\u200b\ufeff", " ")
    | {"∶": ":", "．": "."}
)
_ENCLOSED = range(0x2460, 0x2500)  # ① stays ①: as "1" it would run into "1月"
_HAN = range(0x3400, 0xA000)
_DIGITS = {"〇": 0, "零": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7}
_DIGITS |= {"八": 8, "九": 9, "元": 1}
_TENS = {"十": 10, "廿": 20, "卅": 30}


# Some converted pages carry the reading of a glyph in brackets: 時(shí)間.
_PINYIN = re.compile(r"(?<=[\u4e00-\u9fff])\([a-zà-üāēīōūǎěǐǒǔǚǜ]{1,6}\)")


@cache
def _simplified() -> OpenCC:
    return OpenCC("t2s")


@cache
def _plain_glyph(glyph: str) -> str:
    if glyph in _SAME:
        return _SAME[glyph]
    if ord(glyph) in _ENCLOSED:
        return glyph
    folded = unicodedata.normalize("NFKC", glyph)
    folded = folded if len(folded) == 1 else glyph
    simple = _simplified().convert(folded) if ord(folded) in _HAN else folded
    return simple if len(simple) == 1 else folded


def fold(text: str) -> str:
    """Return the text in Simplified, half-width glyphs: as long as it was, place for place."""
    return "".join(map(_plain_glyph, text))


@dataclass(frozen=True, slots=True)
class Plain:
    """A folded text without its blanks, which knows where each glyph stood in the source."""

    text: str
    source: str
    places: tuple[int, ...]

    def verbatim(self, start: int, end: int) -> str:
        """Return the source between two places of the plain text."""
        if start >= end:
            return ""
        return self.source[self.places[start] : self.places[end - 1] + 1]


def plain(source: str) -> Plain:
    """Fold a text and take out blanks, but never one that keeps two numbers apart."""
    folded = fold(source)
    dropped = {place for match in _PINYIN.finditer(folded) for place in range(*match.span())}
    kept = [
        place
        for place, glyph in enumerate(folded)
        if place not in dropped and (glyph != " " or _separates_numbers(folded, place))
    ]
    return Plain("".join(folded[place] for place in kept), source, tuple(kept))


def _separates_numbers(folded: str, place: int) -> bool:
    before = folded[place - 1 : place]
    after = folded[place + 1 : place + 2]
    return before.isdigit() and after.isdigit()


def number(text: str) -> int:
    """Read 12, 十二, 二十五 or 二〇一四 (a year, digit by digit)."""
    if text.isdecimal():
        return int(text)
    if not any(glyph in _TENS for glyph in text):
        return int("".join(str(_DIGITS.get(glyph, glyph)) for glyph in text))
    total = 0
    for glyph in text:
        if glyph in _TENS:
            total = max(total, 1) * _TENS[glyph] if glyph == "十" else total + _TENS[glyph]
        else:
            total += _DIGITS[glyph]
    return total
