"""读书笔记 and 心得体会: saved while they are written, by their owner alone."""

from functools import partial

from flask_babel import gettext as _

from intranet import attachments, audit, clock
from intranet.db import change
from intranet.errors import Invalid
from intranet.extensions import db
from intranet.models import Unit, User
from plugins.study_logs.models import Note
from plugins.study_logs.queries.notes import lets_others_read, subject_of
from plugins.study_logs.queries.scope import rules_for
from plugins.study_logs.wording import NoteKind, Sharing


def begin_note(unit: Unit, kind: NoteKind, title: str, *, by: User) -> Note:
    """An empty one, so that whatever is typed has a place from the first second."""
    note = Note(unit_id=unit.id, owner_id=by.id, kind=kind, title=title, changed_at=clock.now())
    db.session.add(note)
    db.session.flush()
    _record(note, unit, "note", by)
    return note


def save_note(note: Note, words: dict[str, object], *, version: int) -> None:
    """What stands in the form. Raises Conflict when it was changed elsewhere: neither side is lost."""
    change(note, version, too_late=partial(_too_late, note), changed_at=clock.now(), **words)


def finish_note(note: Note, unit: Unit, *, done: bool, by: User) -> None:
    """完稿: from today it counts; who reads it is settled by now. Taken back, it is a draft again."""
    if done and not (note.title and note.text.strip()):
        raise Invalid(_("请写好题目和正文，再完稿。"))
    values = {
        "done_on": clock.today() if done else None,
        "others_read": done and lets_others_read(note, unit),
    }
    change(note, note.version, too_late=partial(_too_late, note), **values)
    _record(note, unit, "note", by)


def remove_note(note: Note, unit: Unit, *, by: User) -> None:
    """With its files."""
    for file, _name in attachments.of(subject_of(note.id)):
        attachments.remove(file, unit, by=by)
    _record(note, unit, "remove_note", by)
    db.session.delete(note)


def may_share(unit: Unit) -> bool:
    """Whether the owner decides."""
    return rules_for(unit).sharing is Sharing.CHOICE


def _record(note: Note, unit: Unit, deed: str, by: User) -> None:
    audit.record(by, f"study_logs:{deed}", f"study_logs_note:{note.id}", unit=unit)


def _too_late(note: Note) -> str:
    at = f"{clock.local(note.changed_at):%H:%M}"
    return str(_("这篇在别处改过（%(at)s 保存），没有覆盖。两边的内容都在下面，请核对后再存。", at=at))
