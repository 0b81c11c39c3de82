"""Which part of a self-review each sentence of a remark speaks of, so that it stands beside that part."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from unicodedata import normalize

from plugins.democratic_life.review_parts import WORDS
from plugins.democratic_life.services.reviews_reading import Remark

GENERAL = ""
"""What names no part, or one this kind of self-review has not."""


@dataclass(frozen=True, slots=True)
class Note:
    """Lines of a remark with who said them."""

    title: str
    number: int
    words: str


def notes_by_part(remarks: Iterable[Remark], parts: Collection[str]) -> dict[str, list[Note]]:
    """Every line once, beside the part it names first; nothing of a remark is left out."""
    found: dict[str, list[Note]] = {}
    for remark in remarks:
        lines: dict[str, list[str]] = {}
        for line in filter(None, map(str.strip, remark.remarks.splitlines())):
            lines.setdefault(part_named(line, parts), []).append(line)
        for part, said in lines.items():
            note = Note(remark.verdict.title, remark.number, "\n".join(said))
            found.setdefault(part, []).append(note)
    return found


def part_named(line: str, parts: Collection[str]) -> str:
    """By the words people head a part with; of two that begin together the longer one."""
    text = normalize("NFKC", line)
    places = [
        (text.index(known), -len(known), part)
        for word, part in WORDS
        if part in parts and (known := normalize("NFKC", word)) in text
    ]
    return min(places)[2] if places else GENERAL
