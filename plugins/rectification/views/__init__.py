"""Pages of the board. Importing this registers every route on the blueprint."""

from plugins.rectification.views import (
    board,
    bulk,
    card,
    categories,
    comments,
    evidence,
    fields,
    filters,
    links,
    lists,
    measures,
    moving,
    own_fields,
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
    "comments",
    "evidence",
    "fields",
    "filters",
    "links",
    "lists",
    "measures",
    "moving",
    "own_fields",
    "problems",
    "publications",
    "settings",
    "stamps",
]
