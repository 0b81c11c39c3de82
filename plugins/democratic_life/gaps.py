"""Holes in a draft: what nobody has written down yet, for people to fill before anything goes out."""

import re

GAP = re.compile(r"（待补充[：:][^（）]*）")


def gap(words: str) -> str:
    """As it stands in the text."""
    return f"（待补充：{words}）"


def gaps_in(text: str) -> list[str]:
    return GAP.findall(text)
