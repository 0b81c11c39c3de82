"""The tables of meetings and of self-reviews. Words that only some may read lie sealed in them."""

from plugins.democratic_life.models.meetings import Mark, Meeting, Seat
from plugins.democratic_life.models.reviews import Review
from plugins.democratic_life.models.said import Minutes, Paper, Said

__all__ = ["Mark", "Meeting", "Minutes", "Paper", "Review", "Said", "Seat"]
