"""Pages of talks. Importing this registers every route on the blueprint."""

from plugins.talk_records.views import commands, matrix, passing, roster, talks, texts
from plugins.talk_records.views.blueprint import bp

__all__ = ["bp", "commands", "matrix", "passing", "roster", "talks", "texts"]
