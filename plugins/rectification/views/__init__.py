"""Pages of the board. Importing this registers every route on the blueprint."""

from plugins.rectification.views import (
    board,
    card,
    categories,
    commitments,
    deciding,
    evidence,
    fields,
    ledger_in,
    lists,
    measures,
    moving,
    problems,
    publications,
    taskbook,
    wall,
    watching,
)
from plugins.rectification.views.blueprint import bp

__all__ = [
    "board",
    "bp",
    "card",
    "categories",
    "commitments",
    "deciding",
    "evidence",
    "fields",
    "ledger_in",
    "lists",
    "measures",
    "moving",
    "problems",
    "publications",
    "taskbook",
    "wall",
    "watching",
]
