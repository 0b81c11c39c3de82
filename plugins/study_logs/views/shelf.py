"""Files on a record: the four views `ui.files` asks for, the same for sessions, make-ups and notes."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet import attachments
from intranet.db import reads_first, start_writing
from intranet.errors import Forbidden, Invalid
from intranet.extensions import db
from intranet.htmx import done, wants_fragment
from intranet.models import Attachment, Unit
from intranet.permissions import for_members, me

Files = list[tuple[Attachment, str, bool]]


@dataclass(frozen=True, slots=True)
class Record:
    """What files hang on: how it is named, whose it is, and who may add to it (raises if not)."""

    subject: str
    unit: Unit
    check: Callable[[], None]
    may_remove_all: bool = False


Find = Callable[..., Record]
Section = Callable[[int, int, str], ResponseReturnValue]
"""Draws the files of the record with this id: status, and why nothing was saved."""


def files_of(record: Record) -> Files:
    """Each with who uploaded it and whether this person may take it away."""
    may_add = allows(record.check)
    rows = attachments.of(record.subject)
    return [(file, name, may_add and _may_remove(record, file)) for file, name in rows]


def allows(check: Callable[[], None]) -> bool:
    try:
        check()
    except (Forbidden, Invalid):
        return False
    return True


def _may_remove(record: Record, file: Attachment) -> bool:
    return record.may_remove_all or file.uploaded_by == me().id


@dataclass(frozen=True)
class Shelf:
    """`find(record_id, hold=…)` answers 404 for who may not see the record; `page` shows it whole."""

    find: Find
    section: Section
    page: str

    def add_files(self, record_id: int) -> ResponseReturnValue:
        """The files are read before the writing begins; then the record is asked for once more."""
        record = self.find(record_id)
        record.check()
        try:
            files = attachments.receive(request.files.getlist("files"), record.subject, record.unit)
            start_writing()
            record = self.find(record_id, hold="change")
            record.check()
            attachments.attach(files, record.subject, record.unit, by=me())
        except Invalid as refusal:
            return self.section(record_id, 422, str(refusal.message))
        return self._changed(record_id, _("已上传 %(n)s 个文件。", n=len(files)))

    def file(self, record_id: int, file_id: int) -> ResponseReturnValue:
        """To be saved, never opened in the page."""
        return attachments.answer(attachments.find_or_404(self.find(record_id).subject, file_id))

    def file_preview(self, record_id: int, file_id: int) -> ResponseReturnValue:
        """Of a picture, small."""
        found = attachments.find_or_404(self.find(record_id).subject, file_id)
        return attachments.answer(found, preview=True)

    def remove_file(self, record_id: int, file_id: int) -> ResponseReturnValue:
        """Takes one away."""
        record = self.find(record_id, hold="change")
        record.check()
        found = attachments.find_or_404(record.subject, file_id)
        if not _may_remove(record, found):
            raise Forbidden(_("只有上传的人和登记单位的干事可以删除文件。"))
        attachments.remove(found, record.unit, by=me())
        return self._changed(record_id, _("文件已删除。"))

    def _changed(self, record_id: int, notice: str) -> ResponseReturnValue:
        """The section anew; without htmx the whole page."""
        if wants_fragment():
            db.session.flush()
            return self.section(record_id, 200, "")
        where: dict[str, Any] = {f"{self.page.rpartition('.')[2]}_id": record_id}
        return done(notice, self.page, **where)


def hang_files(blueprint: Blueprint, rule: str, shelf: "Shelf") -> None:
    """`rule` has `record_id`."""
    _route(blueprint, f"{rule}/files", shelf.add_files, "POST")
    _route(blueprint, f"{rule}/files/<int:file_id>", shelf.file, "GET")
    _route(blueprint, f"{rule}/files/<int:file_id>/preview", shelf.file_preview, "GET")
    _route(blueprint, f"{rule}/files/<int:file_id>/remove", shelf.remove_file, "POST")


def _route(blueprint: Blueprint, rule: str, view: Callable[..., ResponseReturnValue], method: str) -> None:
    """Through a function of its own: marks are attributes, and a method has none."""
    blueprint.add_url_rule(rule, view_func=_marked(view), methods=[method])


def _marked(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    @wraps(view)
    def shown(**values: int) -> ResponseReturnValue:
        return view(**values)

    return for_members(reads_first(shown) if view.__name__ == "add_files" else shown)
