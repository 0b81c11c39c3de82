"""Files on sessions, make-ups and notes: who may add them and take them away."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet import attachments
from intranet.errors import Forbidden, Invalid
from intranet.models import Attachment, Unit
from intranet.permissions import me
from intranet.shelf import Shelf

Files = list[tuple[Attachment, str, bool]]


@dataclass(frozen=True, slots=True)
class Record:
    """What files hang on: how it is named, whose it is, and who may add to it (raises if not)."""

    subject: str
    unit: Unit
    check: Callable[[], None]
    may_remove_all: bool = False

    def may_remove(self, file: Attachment) -> bool:
        return self.may_remove_all or file.uploaded_by == me().id

    def attach(self, files: Sequence[Attachment]) -> None:
        self.check()
        attachments.attach(files, self.subject, self.unit, by=me())

    def remove(self, file: Attachment) -> None:
        self.check()
        if not self.may_remove(file):
            raise Forbidden(_("只有上传的人和登记单位的干事可以删除文件。"))
        attachments.remove(file, self.unit, by=me())


def files_of(record: Record) -> Files:
    """Each with who uploaded it and whether this person may take it away."""
    may_add = allows(record.check)
    rows = attachments.of(record.subject)
    return [(file, name, may_add and record.may_remove(file)) for file, name in rows]


def allows(check: Callable[[], None]) -> bool:
    try:
        check()
    except (Forbidden, Invalid):
        return False
    return True


def shelf_of(
    record: Record, section: Callable[[int, str], ResponseReturnValue], endpoint: str, **values: int
) -> Shelf:
    """`section` draws its files; `endpoint` is its page."""
    page = endpoint, values
    return Shelf(record.subject, record.unit, page, section, record.check, record.attach, record.remove)
