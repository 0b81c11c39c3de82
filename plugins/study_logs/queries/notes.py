"""Notes: one condition says who reads one, for lists, pages, files and counts alike."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Row, and_, false, or_, select

from intranet.extensions import db
from intranet.models import Unit, User
from intranet.organisation import organisation
from plugins.study_logs.models import Note
from plugins.study_logs.queries.scope import ids_here, rules_for
from plugins.study_logs.words import Sharing

PAGE = 50


def readable(unit: Unit, user: User) -> ColumnElement[bool]:
    """The owner always; others a finished one, where the unit's rules or its owner let them."""
    known = organisation().by_id
    rules = {unit_id: rules_for(known[unit_id]).sharing for unit_id in ids_here(unit, user)}
    by_choice = [key for key, sharing in rules.items() if sharing is Sharing.CHOICE]
    always = [key for key, sharing in rules.items() if sharing is Sharing.SHARED]
    theirs = or_(and_(Note.unit_id.in_(by_choice), Note.shared.is_(True)), Note.unit_id.in_(always))
    here = Note.unit_id.in_(list(rules)) if rules else false()
    return here & or_(Note.owner_id == user.id, and_(Note.done_on.is_not(None), theirs))


def notes_here(unit: Unit, user: User, page: int, *, mine: bool) -> Sequence[Row[Note, str]]:
    """One's own, drafts too, or those of others; with the names of their owners, the newest first."""
    whose = Note.owner_id == user.id if mine else Note.owner_id != user.id
    query = select(Note, User.name).join(User, User.id == Note.owner_id).where(readable(unit, user), whose)
    ordered = query.order_by(Note.changed_at.desc(), Note.id.desc())
    return db.session.execute(ordered.limit(PAGE).offset(page * PAGE)).all()


def find_note(unit: Unit, user: User, note_id: int, *, to_change: bool = False) -> Row[Note, str] | None:
    query = select(Note, User.name).join(User, User.id == Note.owner_id)
    query = query.where(Note.id == note_id, readable(unit, user))
    if to_change:
        query = query.where(Note.owner_id == user.id).with_for_update(of=Note)
        query = query.execution_options(populate_existing=True)
    return db.session.execute(query).first()


def subject_of(note_id: int) -> str:
    """The note as its attachments know it."""
    return f"study_logs:note:{note_id}"
