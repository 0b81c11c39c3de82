"""Pages of the board. Importing this registers every route on the blueprint."""

from plugins.rectification.views import (
    board,
    card,
    categories,
    comments,
    evidence,
    fields,
    links,
    lists,
    measures,
    moving,
    own_fields,
    problems,
    publications,
)
from plugins.rectification.views.blueprint import bp

__all__ = [
    "board",
    "bp",
    "card",
    "categories",
    "comments",
    "evidence",
    "fields",
    "links",
    "lists",
    "measures",
    "moving",
    "own_fields",
    "problems",
    "publications",
]
