"""The store of files: whole or not at all, once for the same content, gone a day after its last use."""

import hashlib
import os
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from filelock import FileLock
from sqlalchemy import select
from werkzeug.exceptions import NotFound

from intranet import attachments, clock, jobs, migrate
from intranet.db import transaction
from intranet.errors import Invalid
from intranet.extensions import db
from intranet.models import Attachment
from tests.files import picture, sent
from tests.fixtures import person, unit

TEXT = "每周巡查记录".encode()
TWO_DAYS = 2 * 24 * 3600


def files(app):
    """Everything that lies in the store, drafts too."""
    folder = Path(app.instance_path, "uploads")
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != ".lock")


def rows(app):
    with app.app_context():
        return db.session.scalars(select(Attachment).order_by(Attachment.id)).all()


def collect(app):
    with app.app_context():
        return attachments.collect()["files"]


def age(app, seconds=TWO_DAYS):
    then = clock.now().timestamp() - seconds
    for path in files(app):
        os.utime(path, (then, then))


def remove(app, attachment_id, *, days_ago=0):
    with app.app_context(), transaction():
        row = db.session.get_one(Attachment, attachment_id)
        attachments.remove(row, unit("nk1"), by=person("head"))
        row.removed_at -= timedelta(days=days_ago)


# Storing -------------------------------------------------------------------------------------------


def test_a_file_lies_under_its_hash_and_belongs_to_nobody_else(app, hang):
    hang("hello:note:1", sent(TEXT, "巡查.txt"))

    name = hashlib.sha256(TEXT).hexdigest()
    [path] = files(app)
    assert path == Path(app.instance_path, "uploads", name[:2], name[2:])
    assert path.read_bytes() == TEXT
    assert path.stat().st_mode & 0o777 == 0o640
    [row] = rows(app)
    assert (row.name, row.size, row.sha256) == ("巡查.txt", len(TEXT), name)


def test_the_same_content_is_stored_once(app, hang):
    hang("hello:note:1", sent(TEXT, "巡查.txt"), sent(TEXT, "又一份.md"))
    hang("hello:note:2", sent(TEXT, "第三份.csv"))

    assert len(files(app)) == 1
    assert len(rows(app)) == 3


def test_of_several_files_all_are_taken_or_none(app, hang):
    with pytest.raises(Invalid, match=r"坏的\.docx"):
        hang(
            "hello:note:1", sent(TEXT, "好的.txt"), sent(picture("JPEG"), "好的.jpg"), sent(b"x", "坏的.docx")
        )

    assert (files(app), rows(app)) == ([], [])


def test_many_pictures_each_keep_their_own_preview(app, hang):
    colours = [picture("PNG", (40 + number, 30)) for number in range(12)]

    hang("hello:note:1", *(sent(content, f"{number}.png") for number, content in enumerate(colours)))

    names = {path.name for path in files(app)}
    assert {f"{hashlib.sha256(each).hexdigest()[2:]}.preview" for each in colours} < names
    assert len(names) == 24


def test_no_file_is_said_so(app, hang):
    with pytest.raises(Invalid, match="请先选择文件"):
        hang("hello:note:1", sent(b"", ""))


def test_a_file_is_found_on_its_own_record_only(app, hang):
    [mine], [other] = hang("hello:note:1", sent(TEXT, "我.txt")), hang("hello:note:11", sent(TEXT, "他.txt"))

    with app.app_context():
        assert attachments.find_or_404("hello:note:1", mine).name == "我.txt"
        with pytest.raises(NotFound):
            attachments.find_or_404("hello:note:1", other)


def test_a_plugin_removed_for_good_leaves_no_files_to_the_next_record_of_that_number(hello_app):
    app = hello_app
    with app.test_request_context(), transaction():
        for subject in ("hello:note:1", "hello_2:note:1"):
            received = attachments.receive([sent(TEXT, "巡查.txt")], subject, unit("nk1"))
            attachments.attach(received, subject, unit("nk1"), by=person("head"))
    with app.app_context():
        migrate.uninstall("hello")

        assert attachments.of("hello:note:1") == []
        assert len(attachments.of("hello_2:note:1")) == 1


# Collecting ----------------------------------------------------------------------------------------


def test_what_a_record_names_stays_and_what_none_names_goes_after_a_day(app, hang):
    hang("hello:note:1", sent(picture("PNG"), "留.png"))
    kept = files(app)
    with app.test_request_context(), transaction():
        attachments.receive([sent(picture("PNG", (9, 9)), "没有记录.png")], "hello:note:1", unit("nk1"))

    assert collect(app) == 0
    age(app)
    assert collect(app) == 2
    assert files(app) == kept


def test_a_removed_file_stays_a_day_for_the_backups_sake(app, hang):
    [first] = hang("hello:note:1", sent(TEXT, "甲.txt"))
    age(app)

    remove(app, first)
    assert (collect(app), len(files(app))) == (0, 1)
    remove(app, first, days_ago=2)
    assert (collect(app), len(files(app))) == (1, 0)


def test_what_another_record_still_names_stays(app, hang):
    [first] = hang("hello:note:1", sent(TEXT, "甲.txt"))
    hang("hello:note:2", sent(TEXT, "乙.txt"))
    remove(app, first, days_ago=2)
    age(app)

    assert (collect(app), len(files(app))) == (0, 1)


def test_what_a_stopped_process_left_goes_too(app, hang):
    hang("hello:note:1", sent(TEXT, "甲.txt"))
    left = Path(app.instance_path, "uploads", "new", "tmpabc", "0000")
    left.parent.mkdir()
    left.write_bytes(b"half")

    assert (collect(app), left.exists()) == (0, True)
    os.utime(left, (0, 0))
    assert (collect(app), left.exists()) == (1, False)


def test_an_upload_of_the_same_content_at_that_moment_keeps_its_file(app, hang):
    """The collector has read the rows and waits for the lock while the upload makes the file young again."""
    [first] = hang("hello:note:1", sent(TEXT, "甲.txt"))
    remove(app, first, days_ago=2)
    age(app)
    [path] = files(app)
    collected = []
    collector = Thread(target=lambda: collected.append(collect(app)))

    with FileLock(Path(app.instance_path, "uploads", ".lock")):
        collector.start()
        collector.join(0.5)
        path.write_bytes(TEXT)
    collector.join()

    assert collected == [0]
    assert path.read_bytes() == TEXT


def test_the_job_runs_and_says_how_many(app, hang):
    hang("hello:note:1", sent(TEXT, "甲.txt"))
    remove(app, 1, days_ago=2)
    age(app)

    with app.app_context():
        assert dict(jobs.run_due())["core:collect-files"] == "清理文件 1 个"


def test_the_check_names_files_that_are_lost_cut_changed_or_left_over(app, hang, monkeypatch):
    texts = [f"第 {n} 份".encode() for n in range(4)]
    hang("hello:note:1", *(sent(text, f"{n}.txt") for n, text in enumerate(texts)))
    paths = [store_path(app, text) for text in texts]
    well, young = found(app), Path(app.instance_path, "uploads", "new", "tmpabc", "0000")
    young.parent.mkdir()
    young.write_bytes(b"half")

    paths[0].unlink()
    paths[1].write_bytes(texts[1][:-1])
    paths[2].write_bytes(texts[2][::-1])
    ill = found(app)
    monkeypatch.setattr(attachments, "SAMPLE", 0)
    unread = found(app)
    os.utime(young, (0, 0))

    assert well == []
    [sentence] = ill
    assert [path for path in paths if str(path) in unread[0]] == paths[:2]
    assert sentence.startswith("3 个附件文件缺失或被改动")
    assert [path for path in paths if str(path) in sentence] == paths[:3]
    assert "有 1 个没有记录的附件文件早该清理" in found(app)[-1]


def store_path(app, content):
    name = hashlib.sha256(content).hexdigest()
    return Path(app.instance_path, "uploads", name[:2], name[2:])


def found(app):
    with app.app_context():
        return attachments.faults()
