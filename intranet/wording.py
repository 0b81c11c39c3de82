"""How words stand together: Chinese and English put different signs between them."""

from collections.abc import Iterable
from datetime import date

from flask_babel import gettext as _


def listed(words: Iterable[object]) -> str:
    """内一科、外一科: names side by side."""
    return str(_("、")).join(map(str, words))


def spelt(day: date | None) -> str:
    """2026年3月5日, as papers write it in every language of the page."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def sentences(whole: Iterable[object]) -> str:
    """Whole sentences one after another: only English puts a space between."""
    text = ""
    for sentence in map(str, whole):
        text = _("%(before)s%(sentence)s", before=text, sentence=sentence) if text else sentence
    return text
