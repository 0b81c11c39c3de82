"""Questions from a file: a draft, its review, then all of them or none."""

from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import delete

from intranet import audit, clock
from intranet.db import rows_changed
from intranet.errors import Conflict
from intranet.extensions import db
from intranet.models import Unit, User
from plugins.knowledge_tests.models import Draft
from plugins.knowledge_tests.queries.bank import Changes, changes_of, rows_of
from plugins.knowledge_tests.services import bank
from plugins.knowledge_tests.workbook import Row

KEPT = timedelta(days=1)
LONGEST_NAME = 255


def start_draft(unit: Unit, file_name: str, rows: list[Row], *, by: User) -> Draft:
    """Keeps what was read for its review. The bank is not touched."""
    cells = [{"number": row.number, **row.question.values()} for row in rows]
    draft = Draft(unit_id=unit.id, file_name=file_name[-LONGEST_NAME:], rows=cells)
    draft.created_by_id, draft.created_at = by.id, clock.now()
    db.session.add(draft)
    db.session.flush()
    return draft


def take_in(draft: Draft, digest: str, unit: Unit, *, by: User) -> Changes:
    """Does what the review showed. Raises Conflict, with nothing written, when it would do anything else."""
    bank.hold_all(unit)
    audit.wait_turn(unit)
    changes = changes_of(unit, rows_of(draft))
    if changes.digest != digest:
        raise Conflict(_("核对之后题库有了变动，没有导入。请按最新的对照再确认一次。"))
    for words in changes.new:
        bank.insert(unit, words, by=by)
    for question, words in changes.changed:
        bank.put(question, unit, words, by=by, version=question.version)
    if not rows_changed(delete(Draft).where(Draft.id == draft.id)):
        raise Conflict(_("这份题目已经导入或已被清理。需要时请重新上传。"))
    counts = {"added": len(changes.new), "changed": len(changes.changed)}
    audit.record(
        by, "knowledge_tests:import_questions", f"knowledge_tests_bank:{unit.id}", unit=unit, **counts
    )
    return changes


def drop_old_drafts() -> int:
    return rows_changed(delete(Draft).where(Draft.created_at < clock.now() - KEPT))
