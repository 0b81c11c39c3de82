"""How much may be uploaded: said before a file is opened, and counted once more when the record is held."""

import shutil
import time
from threading import Barrier, Thread
from types import SimpleNamespace

import pytest

from intranet import attachments, clock
from intranet.db import transaction
from intranet.errors import Invalid
from intranet.extensions import db
from intranet.models import Attachment
from tests.files import sent
from tests.fixtures import person, unit
from tests.test_attachments import TEXT, files, remove, rows


def test_a_record_holds_so_many_files_and_so_many_megabytes(app, hang, monkeypatch):
    hang("hello:note:1", *(sent(TEXT, f"{number}.txt") for number in range(20)))
    hang("hello:note:2", sent(TEXT, "别处.txt"))
    with pytest.raises(Invalid, match="20 个"):
        hang("hello:note:1", sent(TEXT, "再来.txt"))

    monkeypatch.setitem(attachments.LIMITS, "mb", 1)
    hang("hello:note:3", sent(b"x" * 600_000, "一半.txt"))
    with pytest.raises(Invalid, match="1 MB"):
        hang("hello:note:3", sent(b"x" * 600_000, "一半.txt"))
    assert len(rows(app)) == 22


def test_a_unit_has_so_many_megabytes(app, hang):
    app.config["ATTACHMENT_QUOTA_MB"] = 1
    [first] = hang("hello:note:1", sent(b"x" * 600_000, "一.txt"))
    for change in (lambda: None, lambda: remove(app, first)):
        change()
        with pytest.raises(Invalid, match="内一科的文件最多 1 MB，已用 1 MB"):
            hang("hello:note:2", sent(b"y" * 600_000, "二.txt"))
    remove(app, first, days_ago=2)
    with app.app_context(), transaction():
        elsewhere = Attachment(subject="hello:note:9", unit_id=unit("wk1").id, name="三", size=2_000_000)
        elsewhere.content_type, elsewhere.sha256 = "text/plain", "0" * 64
        elsewhere.uploaded_by, elsewhere.uploaded_at = person("stranger").id, clock.now()
        db.session.add(elsewhere)

    hang("hello:note:2", sent(b"y" * 600_000, "二.txt"))
    app.config["ATTACHMENT_QUOTA_MB"] = 0
    hang("hello:note:3", sent(b"z" * 600_000, "三.txt"))


@pytest.mark.one_engine
def test_what_is_refused_by_its_size_is_neither_opened_nor_stored(app, hang):
    """Each file is damaged, which would be said if anything had looked inside."""
    hang("hello:note:1", *(sent(TEXT, f"{number}.txt") for number in range(19)))
    before = files(app)
    damaged = [sent(b"x" * 600_000, f"{number}.docx") for number in range(21)]

    for given, sentence in ((damaged[:2], "20 个"), (damaged, "合计超过 10 MB")):
        with pytest.raises(Invalid, match=sentence):
            hang("hello:note:1", *given)
    with pytest.raises(Invalid, match="20 个"):
        hang("hello:note:2", *(sent(b"x", f"{number}.png") for number in range(21)))
    app.config["ATTACHMENT_QUOTA_MB"] = 1
    with pytest.raises(Invalid, match="内一科的文件最多 1 MB"):
        hang("hello:note:2", *damaged[:2])
    assert files(app) == before


@pytest.mark.one_engine
def test_uploads_leave_room_on_the_disk(app, hang, monkeypatch):
    free = 200 * 1024 * 1024 + len(TEXT)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=free - 1))
    with pytest.raises(Invalid, match="磁盘快满了"):
        hang("hello:note:1", sent(TEXT, "巡查.txt"))
    assert files(app) == []

    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=free))
    hang("hello:note:1", sent(TEXT, "巡查.txt"))


def test_attaching_counts_again_what_came_in_between(app, hang):
    with app.test_request_context(), transaction(reads_first=True):
        received = attachments.receive([sent(TEXT, "我.txt")], "hello:note:1", unit("nk1"))
    hang("hello:note:1", *(sent(TEXT, f"{number}.txt") for number in range(20)))

    with app.test_request_context(), pytest.raises(Invalid, match="20 个"), transaction():
        attachments.attach(received, "hello:note:1", unit("nk1"), by=person("head"))


def test_of_two_uploads_at_once_that_fit_only_one_by_one_the_second_is_refused(app, monkeypatch):
    app.config["ATTACHMENT_QUOTA_MB"] = 1
    count, start, refused = attachments._refuse_without_room, Barrier(2), []

    def count_and_dawdle(*asked):
        count(*asked)
        time.sleep(0.3)

    def upload(subject):
        with app.test_request_context(), transaction(reads_first=True):
            received = attachments.receive([sent(b"x" * 600_000, "一.txt")], subject, unit("nk1"))
        start.wait()
        try:
            with app.test_request_context(), transaction():
                attachments.attach(received, subject, unit("nk1"), by=person("head"))
        except Invalid as refusal:
            refused.append(str(refusal))

    monkeypatch.setattr(attachments, "_refuse_without_room", count_and_dawdle)
    both = [Thread(target=upload, args=[f"hello:note:{number}"]) for number in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert len(rows(app)) == len(refused) == 1
    assert "已用 1 MB" in refused[0]
