"""The tables of meetings and of self-reviews. Words that only some may read lie sealed in them."""

from plugins.democratic_life.models.meetings import Meeting, Seat
from plugins.democratic_life.models.raised import Raised
from plugins.democratic_life.models.reviews import Copy, Review, Reviewer, Submitted, Verdict

__all__ = ["Copy", "Meeting", "Raised", "Review", "Reviewer", "Seat", "Submitted", "Verdict"]
