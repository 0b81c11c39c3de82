"""The tables of the board, a file a subject."""

from plugins.rectification.models.around import Comment, Field, Link, Value, Watch
from plugins.rectification.models.boards import Board, SavedFilter
from plugins.rectification.models.cards import (
    Card,
    CategoryRow,
    Event,
    Helper,
    Measure,
    Tally,
)
from plugins.rectification.models.drafts import Cells, LedgerDraft
from plugins.rectification.models.drives import Drive, DriveCard
from plugins.rectification.models.outcomes import Outcome
from plugins.rectification.models.presses import Press
from plugins.rectification.models.publications import Commitment, Publication
from plugins.rectification.models.templates import Beginning, Template

__all__ = [
    "Beginning",
    "Board",
    "Card",
    "CategoryRow",
    "Cells",
    "Comment",
    "Commitment",
    "Drive",
    "DriveCard",
    "Event",
    "Field",
    "Helper",
    "LedgerDraft",
    "Link",
    "Measure",
    "Outcome",
    "Press",
    "Publication",
    "SavedFilter",
    "Tally",
    "Template",
    "Value",
    "Watch",
]
