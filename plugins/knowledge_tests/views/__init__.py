"""Pages of the quizzes: the bank, the quizzes, taking one, its results."""

from flask import Blueprint

from plugins.knowledge_tests.models import LETTERS
from plugins.knowledge_tests.wording import COUNTS, KINDS, LIGHTS, NO_TOPIC, SHOWS, STATES

bp = Blueprint("knowledge_tests", __name__, template_folder="../templates")


@bp.context_processor
def words() -> dict[str, object]:
    """What the templates need to name kinds and states."""
    return {
        "KINDS": KINDS,
        "STATES": STATES,
        "LIGHTS": LIGHTS,
        "COUNTS": COUNTS,
        "SHOWS": SHOWS,
        "NO_TOPIC": NO_TOPIC,
        "LETTERS": LETTERS,
    }


from plugins.knowledge_tests.views import (  # noqa: E402, F401 - they hang their routes on bp
    bank,
    exchange,
    quizzes,
    results,
    taking,
)
