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


MOST = 1_000_000
"""So many pairs of sentences are compared with each other; of more only both ends are told apart."""


def differences(before: str, after: str) -> list[Pair]:
    """Runs of sentences that are the same, and those that are not with what stands in their place.

    The last line ends like the others: one more behind it does not change it.
    """
    first, second = sentences(f"{before}\n"), sentences(f"{after}\n")
    if len(first) * len(second) > MOST:
        return _ends(first, second)
    matcher = SequenceMatcher(None, first, second)
    pairs = [_pair(first[a:b], second[c:d]) for _tag, a, b, c, d in matcher.get_opcodes()]
    return [pair for pair in pairs if pair.before or pair.after]


def _ends(first: Sequence[str], second: Sequence[str]) -> list[Pair]:
    """Of texts in very many pieces: what both begin and end with, and all between as one change."""
    most = min(len(first), len(second))
    head = next((at for at in range(most) if first[at] != second[at]), most)
    tail = next((at for at in range(most - head) if first[-1 - at] != second[-1 - at]), most - head)
    cuts = [(0, head, 0, head), (head, len(first) - tail, head, len(second) - tail)]
    cuts.append((len(first) - tail, len(first), len(second) - tail, len(second)))
    pairs = [_pair(first[a:b], second[c:d]) for a, b, c, d in cuts]
    return [pair for pair in pairs if pair.before or pair.after]


def _pair(first: Sequence[str], second: Sequence[str]) -> Pair:
    return Pair("".join(first).strip("\n"), "".join(second).strip("\n"))


def compared(
    before: Mapping[str, str], after: Mapping[str, str], parts: Sequence[str]
) -> Iterator[tuple[str, list[Pair], bool]]:
    """By part that either has: its pairs, and whether it changed."""
    for name in parts:
        old, new = before.get(name, ""), after.get(name, "")
        if old or new:
            yield name, differences(old, new), old != new
