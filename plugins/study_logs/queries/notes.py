"""Notes: one condition says who reads one, for lists, pages, files and counts alike."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Row, and_, or_, select

from intranet.extensions import db
from intranet.models import Unit, User
from intranet.organisation import organisation
from plugins.study_logs.models import Note
from plugins.study_logs.queries.scope import ids_here, rules_for
from plugins.study_logs.wording import Sharing

PAGE = 50


def readable(unit: Unit, user: User) -> ColumnElement[bool]:
    """The owner always; others what was finished for them too, unless the rules now forbid it."""
    known = organisation().by_id
    ids = list(ids_here(unit, user))
    open_units = [key for key in ids if rules_for(known[key]).sharing is not Sharing.PRIVATE]
    theirs = and_(Note.done_on.is_not(None), Note.others_read.is_(True), Note.unit_id.in_(open_units))
    return and_(Note.unit_id.in_(ids), or_(Note.owner_id == user.id, theirs))


def lets_others_read(note: Note, unit: Unit) -> bool:
    """Whether others read it, were it finished now; a finished one: whether they do."""
    sharing = rules_for(unit).sharing
    if note.done_on:
        return note.others_read and sharing is not Sharing.PRIVATE
    return sharing is Sharing.SHARED or (sharing is Sharing.CHOICE and note.shared)


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
