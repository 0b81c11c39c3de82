"""Pages of the board. Importing this registers every route on the blueprint."""

from plugins.rectification.views import board, card, evidence, lists, measures, moving, problems
from plugins.rectification.views.blueprint import bp

__all__ = ["board", "bp", "card", "evidence", "lists", "measures", "moving", "problems"]
