"""Taking the results away is written down."""

from intranet import audit
from intranet.models import Unit, User
from plugins.knowledge_tests.models import Quiz
from plugins.knowledge_tests.services.quizzes import subject


def record_results(quiz: Quiz, unit: Unit, rows: int, *, by: User) -> None:
    """`unit`: on whose page."""
    audit.record(by, "knowledge_tests:export_results", subject(quiz), unit=unit, rows=rows)
