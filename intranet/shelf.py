"""Files on a record: the four views `ui.files` asks for, the same whatever the files hang on."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet import attachments
from intranet.db import reads_first, start_writing
from intranet.errors import Invalid
from intranet.extensions import db
from intranet.htmx import done, wants_fragment
from intranet.models import Attachment, Unit
from intranet.permissions import for_members


class Shelf(NamedTuple):
    """The files of one record, as one person may use them: the last three raise what refuses them."""

    subject: str
    unit: Unit
    page: tuple[str, Mapping[str, Any]]
    """Endpoint and values of the record's page, for a browser without htmx."""
    section: Callable[[int, str], ResponseReturnValue]
    """Draws the files alone: status, and why nothing was saved."""
    check: Callable[[], None]
    """Whether more may come, before a file is looked at."""
    attach: Callable[[Sequence[Attachment]], None]
    remove: Callable[[Attachment], None]

    def changed(self, notice: str) -> ResponseReturnValue:
        """The section anew; without htmx the whole page."""
        if not wants_fragment():
            return done(notice, self.page[0], **self.page[1])
        db.session.flush()
        return self.section(200, "")


Find = Callable[..., Shelf]
"""`find(record_id, to_change=…)`: the record is held if it is; 404 for who may not see it."""


def hang_files(blueprint: Blueprint, rule: str, find: Find) -> None:
    """Below a record's page; `rule` has `record_id`."""
    _hang_changes(blueprint, f"{rule}/files", find)

    @blueprint.get(f"{rule}/files/<int:file_id>")
    @for_members
    def file(record_id: int, file_id: int) -> ResponseReturnValue:
        """To be saved, never opened in the page."""
        return attachments.answer(attachments.find_or_404(find(record_id).subject, file_id))

    @blueprint.get(f"{rule}/files/<int:file_id>/preview")
    @for_members
    def file_preview(record_id: int, file_id: int) -> ResponseReturnValue:
        """Of a picture, small."""
        return attachments.answer(attachments.find_or_404(find(record_id).subject, file_id), preview=True)


def _hang_changes(blueprint: Blueprint, rule: str, find: Find) -> None:
    @blueprint.post(rule)
    @for_members
    @reads_first
    def add_files(record_id: int) -> ResponseReturnValue:
        """The files are read and checked before the writing begins; then the record is found once more."""
        shelf = find(record_id)
        shelf.check()
        try:
            files = attachments.receive(request.files.getlist("files"), shelf.subject, shelf.unit)
            start_writing()
            shelf = find(record_id, to_change=True)
            shelf.attach(files)
        except Invalid as refusal:
            return shelf.section(422, str(refusal.message))
        return shelf.changed(_("已上传 %(n)s 个文件。", n=len(files)))

    @blueprint.post(f"{rule}/<int:file_id>/remove")
    @for_members
    def remove_file(record_id: int, file_id: int) -> ResponseReturnValue:
        """Takes one away."""
        shelf = find(record_id, to_change=True)
        shelf.remove(attachments.find_or_404(shelf.subject, file_id))
        return shelf.changed(_("文件已删除。"))
