"""Addresses in what people typed: found, so that the page can make links of them and of nothing else."""

import re
from collections.abc import Iterator

ADDRESS = re.compile(r"https?://[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+", re.IGNORECASE)
BEHIND = ".,;:!?'()[]"
"""What at the end of an address belongs to the sentence."""


def addresses(text: str) -> Iterator[tuple[str, str]]:
    """The text piece by piece, each with its address; empty for plain words."""
    end = 0
    for found in ADDRESS.finditer(text):
        url = found[0].rstrip(BEHIND)
        yield text[end : found.start()], ""
        yield url, url
        end = found.start() + len(url)
    yield text[end:], ""
