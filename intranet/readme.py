"""A plugin's README, shown as its help page."""

from functools import lru_cache
from pathlib import Path

from markdown_it import MarkdownIt
from markupsafe import Markup

from intranet.plugins import Plugin

# HTML inside the text stays text; links and pictures of other sites are not made.
RENDERER = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


def purpose_page(plugin: Plugin, language: str) -> Markup:
    """HTML of the README, of `README.en.md` in English if there is one; empty when there is none."""
    translated = plugin.path / f"README.{language}.md"
    return _page(translated if translated.exists() else plugin.path / "README.md")


@lru_cache(maxsize=64)
def _page(path: Path) -> Markup:
    if not path.exists():
        return Markup()
    text = path.read_text("utf-8")
    body = text.partition("\n")[2] if text.startswith("# ") else text  # the page has that heading already
    return Markup(RENDERER.render(body))  # noqa: S704 - made by us from our own file
