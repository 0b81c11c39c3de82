"""Files on records. A plugin answers for them under its own addresses: they are as visible as the record."""

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from random import sample
from tempfile import TemporaryDirectory

from filelock import FileLock
from flask import Response, abort, current_app, send_file
from flask_babel import gettext as _
from sqlalchemy import Row, bindparam, func, or_, select
from werkzeug.datastructures import FileStorage

from intranet import audit, clock, filetypes
from intranet.db import reads_first
from intranet.errors import Invalid
from intranet.extensions import db
from intranet.models import Attachment, Unit, User

KEPT = timedelta(days=1)
"""Longer than a backup takes: it copies the database first, the files afterwards."""
SAMPLE, SHOWN = 100, 5
LIMITS = {"files": 20, "mb": 100}  # of one record
FREE_MB = 200
"""What uploads leave on the disk, for the database and its log."""


OF_SUBJECT = (
    select(Attachment, User.name)
    .join(User, User.id == Attachment.uploaded_by)
    .where(Attachment.subject == bindparam("subject"), Attachment.removed_at.is_(None))
    .order_by(Attachment.id)
)


def _place(*parts: str) -> Path:
    return Path(current_app.instance_path, "uploads", *parts)


def of(subject: str) -> Sequence[Row[Attachment, str]]:
    """The files of a record, oldest first, with the names of those who uploaded them."""
    return db.session.execute(OF_SUBJECT, {"subject": subject}).all()


def find_or_404(subject: str, attachment_id: int) -> Attachment:
    """One of them. Another record's file is not found here."""
    return next((file for file, _name in of(subject) if file.id == attachment_id), None) or abort(404)


def attach(files: Sequence[Attachment], subject: str, unit: Unit, *, by: User) -> None:
    """Hangs received files on a record, whose row the caller holds. Raises Invalid when it has too many."""
    audit.wait_turn(unit)  # of two that together are beyond the quota the second counts the first
    _refuse_without_room([file.size for file in files], subject, unit)
    for file in files:
        file.subject, file.unit_id, file.uploaded_by, file.uploaded_at = subject, unit.id, by.id, clock.now()
        db.session.add(file)
        db.session.flush()
        detail = {"of": subject, "sha256": file.sha256}
        audit.record(by, "core:attach", f"core_attachment:{file.id}", unit=unit, **detail)


def _refuse_without_room(more: Sequence[int], subject: str, unit: Unit) -> None:
    sizes = [*more, *(file.size for file, _name in of(subject))]
    if len(sizes) > LIMITS["files"] or sum(sizes) > LIMITS["mb"] * filetypes.MB:
        raise Invalid(_("这里最多放 %(files)s 个文件、共 %(mb)s MB，没有上传。请先删除用不着的。", **LIMITS))
    _refuse_beyond_quota(sum(more), unit)


def _refuse_beyond_quota(more: int, unit: Unit) -> None:
    """What was removed counts as long as it lies on the disk."""
    quota = current_app.config["ATTACHMENT_QUOTA_MB"]
    kept = or_(Attachment.removed_at.is_(None), Attachment.removed_at > clock.now() - KEPT)
    query = select(func.sum(Attachment.size)).where(Attachment.unit_id == unit.id, kept)
    used = db.session.scalar(query) or 0
    if quota and used + more > quota * filetypes.MB:
        said = {"unit": unit.name, "quota": quota, "used": -(-used // filetypes.MB)}
        sentence = _(
            "%(unit)s的文件最多 %(quota)s MB，已用 %(used)s MB，没有上传。"
            "请先删一些；删除的文件一天后才腾出空间。",
            **said,
        )
        raise Invalid(sentence)


def remove(file: Attachment, unit: Unit, *, by: User) -> None:
    """Nobody sees it from now on; a day later it is gone from the disk too."""
    file.removed_at = clock.now()
    audit.record(by, "core:detach", f"core_attachment:{file.id}", unit=unit, of=file.subject)


def answer(file: Attachment, *, preview: bool = False) -> Response:
    """The file, to be saved and never opened here; or our own small drawing of a picture."""
    path = _place(file.sha256[:2], file.sha256[2:] + (".preview" if preview else ""))
    if not path.exists():
        abort(404)
    kind = "image/jpeg" if preview else file.content_type
    response = send_file(path, kind, not preview, file.name, etag=False, last_modified=file.uploaded_at)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def receive(files: Iterable[FileStorage], subject: str, unit: Unit) -> list[Attachment]:
    """Checks what was sent and stores it, all or nothing. Slow: call it before `start_writing`.

    Whatever a look at the sizes refuses is refused before any file is opened or stored.
    """
    sent = [file for file in files if file.filename]
    _place("new").mkdir(parents=True, exist_ok=True)
    _refuse_by_size([_size(file) for file in sent], subject, unit)
    with TemporaryDirectory(dir=_place("new")) as folder:
        allowance = filetypes.Allowance()
        drafts = {Path(folder, f"{number:04}"): file for number, file in enumerate(sent)}
        made = {draft: _checked(draft, file, allowance) for draft, file in drafts.items()}
        for draft, file in made.items():
            _store(draft, file.sha256)
    return list(made.values())


def _size(file: FileStorage) -> int:
    file.stream.seek(0, os.SEEK_END)
    size = file.stream.tell()
    file.stream.seek(0)
    return size


def _refuse_by_size(sizes: Sequence[int], subject: str, unit: Unit) -> None:
    if not sizes:
        raise Invalid(_("请先选择文件。"))
    limit = current_app.config["UPLOAD_MB"]
    if sum(sizes) > limit * filetypes.MB:
        raise Invalid(_("一次上传的文件合计超过 %(limit)s MB，没有上传。请分几次上传。", limit=limit))
    _refuse_without_room(sizes, subject, unit)
    if shutil.disk_usage(_place()).free - sum(sizes) < FREE_MB * filetypes.MB:
        raise Invalid(_("服务器的磁盘快满了，没有上传。请告诉系统管理员，腾出空间后再上传。"))


def _checked(draft: Path, file: FileStorage, allowance: filetypes.Allowance) -> Attachment:
    name = filetypes.clean(file.filename or "")
    with draft.open("xb+") as copy:
        shutil.copyfileobj(file.stream, copy)
        copy.seek(0)
        sha256 = hashlib.file_digest(copy, "sha256").hexdigest()
    content_type = filetypes.check(draft, name, allowance)
    return Attachment(name=name, content_type=content_type, size=draft.stat().st_size, sha256=sha256)


def _store(draft: Path, sha256: str) -> None:
    """On the disk first, then renamed: whole or not there. What was there becomes young again."""
    for path in draft.parent.glob(f"{draft.name}*"):
        with path.open("rb+") as file:
            os.fsync(file.fileno())
        path.chmod(0o640)
        _place(sha256[:2]).mkdir(exist_ok=True)
        with FileLock(_place(".lock")):
            path.replace(_place(sha256[:2], sha256[2:] + path.suffix))


@reads_first
def collect() -> dict[str, int]:
    """Removes what no record has named for a day, and what uploads cut short have left."""
    removed = 0
    for path in _left_over(clock.now() - KEPT):
        with FileLock(_place(".lock")):  # an upload of the same file may be just making it young again
            if path.stat().st_mtime < (clock.now() - KEPT).timestamp():
                path.unlink()
                removed += 1
    return {"files": removed}


def _left_over(since: datetime) -> Iterator[Path]:
    """Files older than this that no record has named since."""
    wanted = or_(Attachment.removed_at.is_(None), Attachment.removed_at > since)
    named = set(db.session.scalars(select(Attachment.sha256).where(wanted)))
    for path in (*_place().glob("??/*"), *_place().glob("new/*/*")):
        with suppress(FileNotFoundError):  # an upload has just given it its name
            if path.parent.name + path.stem not in named and path.stat().st_mtime < since.timestamp():
                yield path


def faults() -> list[str]:
    """Where rows and files differ, for `intranet check`: every size, and the contents of a sample."""
    rows = db.session.execute(
        select(Attachment.sha256, Attachment.size).where(Attachment.removed_at.is_(None))
    )
    known = {_place(sha256[:2], sha256[2:]): (sha256, size) for sha256, size in rows}
    lost = [path for path, (_hash, size) in known.items() if not path.exists() or path.stat().st_size != size]
    whole = sorted(set(known) - set(lost))
    some = sample(whole, min(SAMPLE, len(whole)))
    lost += [path for path in some if hashlib.sha256(path.read_bytes()).hexdigest() != known[path][0]]
    names = "、".join(map(str, lost[:SHOWN]))
    found = [f"{len(lost)} 个附件文件缺失或被改动，请从备份中找回：{names}"] if lost else []
    if late := len(list(_left_over(clock.now() - 3 * KEPT))):
        found.append(f"有 {late} 个没有记录的附件文件早该清理，请看定时任务“清理附件”是否在运行。")
    return found
