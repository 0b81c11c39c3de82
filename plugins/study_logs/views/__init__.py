"""Pages of studying. Importing this registers every route on the blueprints."""

from plugins.study_logs.views import (
    makeups,
    making,
    moving,
    notes,
    papers,
    progress,
    quizzes,
    roster,
    rules,
    sessions,
    signing,
    targets,
)
from plugins.study_logs.views.blueprint import bp, door, makeup_bp, note_bp

BLUEPRINTS = (bp, makeup_bp, note_bp, door)

__all__ = [
    "BLUEPRINTS",
    "makeups",
    "making",
    "moving",
    "notes",
    "papers",
    "progress",
    "quizzes",
    "roster",
    "rules",
    "sessions",
    "signing",
    "targets",
]
