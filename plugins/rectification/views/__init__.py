"""Pages of the board. Importing this registers every route on the blueprint."""

from plugins.rectification.views import (
    board,
    bulk,
    card,
    categories,
    evidence,
    fields,
    filters,
    lists,
    measures,
    moving,
    problems,
    publications,
    settings,
    stamps,
)
from plugins.rectification.views.blueprint import bp

__all__ = [
    "board",
    "bp",
    "bulk",
    "card",
    "categories",
    "evidence",
    "fields",
    "filters",
    "lists",
    "measures",
    "moving",
    "problems",
    "publications",
    "settings",
    "stamps",
]
