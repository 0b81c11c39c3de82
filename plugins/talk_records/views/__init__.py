"""Pages of talks. Importing this registers every route on the blueprint."""

from plugins.talk_records.views import matrix, passing, roster, roster_in, talks, texts, waiving
from plugins.talk_records.views.blueprint import bp

__all__ = ["bp", "matrix", "passing", "roster", "roster_in", "talks", "texts", "waiving"]
