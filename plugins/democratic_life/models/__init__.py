"""The tables of meetings and of self-reviews. Words that only some may read lie sealed in them."""

from plugins.democratic_life.models.meetings import Mark, Meeting, Seat
from plugins.democratic_life.models.raised import Raised
from plugins.democratic_life.models.reviews import Copy, Review, Reviewer, Submitted, Verdict
from plugins.democratic_life.models.said import Minutes, Paper, Said

__all__ = [
    "Copy",
    "Mark",
    "Meeting",
    "Minutes",
    "Paper",
    "Raised",
    "Review",
    "Reviewer",
    "Said",
    "Seat",
    "Submitted",
    "Verdict",
]
