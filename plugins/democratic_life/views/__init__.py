"""Pages of meetings and self-reviews. Importing this registers every route on the blueprint."""

from plugins.democratic_life.views import (
    after,
    criticism,
    gates,
    handover,
    meetings,
    minutes,
    papers,
    proceedings,
    raised,
    reviews,
    reviews_reading,
    reviews_writing,
)
from plugins.democratic_life.views.blueprint import bp

__all__ = [
    "after",
    "bp",
    "criticism",
    "gates",
    "handover",
    "meetings",
    "minutes",
    "papers",
    "proceedings",
    "raised",
    "reviews",
    "reviews_reading",
    "reviews_writing",
]
