"""What two versions of a text have in common, sentence by sentence, side by side."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

SENTENCE = re.compile(r"[^。！？；!?;\n]*(?:[。！？；!?;]+|\n|$)")
SHORTEST = 8
"""Shorter pieces go with the next, so that thousands of single signs are not compared each with each."""


@dataclass(frozen=True, slots=True)
class Pair:
    """What stands side by side; either may be empty."""

    before: str
    after: str

    @property
    def is_same(self) -> bool:
        return self.before == self.after


def sentences(text: str) -> list[str]:
    """All of the text: put together again they are it."""
    found: list[str] = []
    held = ""
    for piece in SENTENCE.findall(text):
        held += piece
        if len(held) >= SHORTEST or held.endswith("\n"):
            found.append(held)
            held = ""
    return [*found, held] if held else found


def differences(before: str, after: str) -> list[Pair]:
    """Runs of sentences that are the same, and those that are not with what stands in their place."""
    first, second = sentences(before), sentences(after)
    matcher = SequenceMatcher(None, first, second)
    return [
        Pair("".join(first[a:b]).strip("\n"), "".join(second[c:d]).strip("\n"))
        for _tag, a, b, c, d in matcher.get_opcodes()
    ]


def compared(
    before: Mapping[str, str], after: Mapping[str, str], parts: Sequence[str]
) -> Iterator[tuple[str, list[Pair], bool]]:
    """By part that either has: its pairs, and whether it changed."""
    for name in parts:
        old, new = before.get(name, ""), after.get(name, "")
        if old or new:
            yield name, differences(old, new), old != new
