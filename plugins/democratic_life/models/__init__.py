"""The tables of meetings and of self-reviews. Words that only some may read lie sealed in them."""

from plugins.democratic_life.models.meetings import Meeting, Seat
from plugins.democratic_life.models.reviews import Review

__all__ = ["Meeting", "Review", "Seat"]
