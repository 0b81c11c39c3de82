"""Taking something away is written down: who, of which unit, how many rows."""

from intranet import audit
from intranet.models import Unit, User
from plugins.knowledge_tests.models import Quiz
from plugins.knowledge_tests.services.quizzes import subject


def record_bank(unit: Unit, rows: int, *, by: User) -> None:
    """With all its answers."""
    bank = f"knowledge_tests_bank:{unit.id}"
    audit.record(by, "knowledge_tests:export_questions", bank, unit=unit, rows=rows)


def record_results(quiz: Quiz, unit: Unit, rows: int, *, by: User) -> None:
    """`unit`: on whose page."""
    audit.record(by, "knowledge_tests:export_results", subject(quiz), unit=unit, rows=rows)
