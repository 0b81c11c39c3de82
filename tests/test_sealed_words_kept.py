"""What is under a seal is nowhere else: not in rows, files, logs, nor in a backup opened with its own key."""
# ruff: noqa: E402, F811 - each of these folders may have been deleted; a fixture of one is taken over

import gzip
import logging
import os
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import func, select, text, update

from intranet import audit, clock, jobs, notices, search
from intranet.contracts import SearchEntry
from intranet.db import transaction
from intranet.extensions import db
from tests.crawler import content
from tests.fixtures import login, person, unit
from tests.sweeps.asking import readable

for _name in ("backups", "democratic_life", "talk_records"):
    pytest.importorskip(f"plugins.{_name}", reason="one of these folders was deleted")

from plugins.backups.archive import read_through
from plugins.democratic_life.models import Copy, Meeting, Minutes, Said, Submitted, Verdict
from plugins.democratic_life.services.reviews_judging import add, mark
from plugins.democratic_life.tests.conftest import make_meeting  # noqa: F401 - a fixture
from plugins.democratic_life.tests.reviewing import passed, seen_by
from plugins.democratic_life.wording import State as Step
from plugins.talk_records.models import Passed, Sealed
from plugins.talk_records.queries.talks import talk_or_404
from plugins.talk_records.services.passing import propose
from plugins.talk_records.tests.conftest import make_talk  # noqa: F401 - a fixture
from plugins.talk_records.wording import State

SIGN = "zqxjkept"
WORDS, LEAKED = f"密{SIGN}", "漏zqxjleak"
"""Two, for both are in the one log of a PostgreSQL server."""
READ = {
    "head": ["talk_records/talks/{talk}/text", "democratic_life/meetings/{meeting}/words"],
    "recorder": ["democratic_life/meetings/{meeting}/minutes"],
    "member": ["democratic_life/reviews/{review}/text", "democratic_life/reviews/{review}/compare"],
}
SEALED = (Sealed, Passed, Copy, Submitted, Verdict, Said, Minutes)


@pytest.fixture
def full(app, make_talk, make_meeting, caplog):
    """Every table with a seal holds the sign; it was read, taken away, indexed, and the jobs have run."""
    caplog.set_level(logging.INFO)
    ids = {"talk": make_talk(State.HELD, WORDS), "meeting": make_meeting(Step.ANNOUNCED, WORDS)}
    ids["review"] = passed(app, WORDS)
    with app.app_context(), transaction():
        member, recorder = person("member"), person("recorder")
        propose(talk_or_404(member, unit("nk1"), ids["talk"]), unit("nk1"), WORDS, [WORDS], by=member)
        mark(seen_by("recorder", ids["review"]), "read_out", version=5, by=recorder)
        add(seen_by("member", ids["review"]), WORDS, version=6, by=member)
        search.rebuild()
    with app.app_context():
        assert list(jobs.run_due())
        assert [table for table in SEALED if not db.session.scalar(select(func.count(table.sealed)))] == []
    for who, pages in READ.items():
        client = login(app, who)
        assert all(SIGN in client.get(f"/nk1/{page}".format(**ids)).text for page in pages), who
    for paper in ("talk_records/talks/{talk}/record.docx", "democratic_life/meetings/{meeting}/minutes.docx"):
        assert login(app, "recorder").post(f"/nk1/{paper}".format(**ids)).status_code == 200
    return app


def found_in(app, sign, caplog, folder):
    """Where the sign is: tables and files of the site as it runs, a backup opened with its key, the log."""
    rows = {f"row {name}" for name, found in content(app).items() if sign in repr(found)}
    backup = folder / "site.backup"
    backup.unlink(missing_ok=True)
    made = app.test_cli_runner().invoke(args=["backup", str(backup)])
    assert made.exit_code == 0, made.output
    key = bytes.fromhex((Path(app.instance_path) / "backup.key").read_text().strip())
    read_through(backup, key, into=folder / "opened")
    places = {"site": Path(app.instance_path), "backup": folder / "opened", "server": server_files(app)}
    files = {
        f"{name} {path.name}" for name, place in places.items() if place for path in holding(sign, place)
    }
    return rows | files | ({"log"} if sign in caplog.text else set())


def server_files(app):
    """PostgreSQL's own folder, where this account may read it."""
    with app.app_context():
        if db.engine.dialect.name != "postgresql":
            return None
        folder = Path(db.session.scalar(text("SHOW data_directory")))
    return folder / "pg_wal" if os.access(folder / "pg_wal", os.R_OK) else None


def holding(sign, folder):
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return [path for path in files if any(sign in words for words in readable(unpacked(path)))]


def unpacked(path):
    """A dump of PostgreSQL is packed in its own way."""
    content = path.read_bytes()
    if not content.startswith(b"PGDMP"):
        return content
    return subprocess.run(["pg_restore", "--file=-", str(path)], check=True, capture_output=True).stdout


def test_no_word_under_a_seal_is_anywhere_else(full, caplog, tmp_path):
    assert found_in(full, SIGN, caplog, tmp_path) == set()
    assert not list((tmp_path / "opened").rglob("*.key"))


def test_a_planted_leak_is_found_in_each_place(app, make_meeting, caplog, tmp_path):
    make_meeting()
    with app.app_context(), transaction():
        db.session.execute(update(Meeting).values(name=LEAKED))
        audit.record(person("head"), "core:enable", "", reason=LEAKED)
        notices.tell([person("head").id], "core:x", "/", unit("nk1"), once=1, words=LEAKED)
        search.put(SearchEntry("x", "1", unit("nk1").id, "", LEAKED, clock.now()))
    logging.getLogger("x").warning(LEAKED)
    (Path(app.instance_path) / "uploads").mkdir(exist_ok=True)
    (Path(app.instance_path) / "uploads" / "left").write_bytes(gzip.compress(LEAKED.encode()))

    found = found_in(app, LEAKED, caplog, tmp_path)

    tables = ("democratic_life_meeting", "core_audit_entry", "core_notice", "core_search_entry")
    assert {*(f"row {name}" for name in tables), "log", "site left"} <= found
    assert [place for place in found if place.startswith("backup ")]
    assert {"site intranet.sqlite-wal"} <= found or [place for place in found if place.startswith("server ")]
