"""A backup of the whole site, opened with its own key, holds no word of a talk."""

from pathlib import Path

import pytest

from intranet.db import transaction
from plugins.backups.archive import read_through
from plugins.talk_records.models import Talk
from plugins.talk_records.queries.talks import mine, talks
from plugins.talk_records.services.texts import open_texts, write_texts
from plugins.talk_records.wording import State
from tests.fixtures import person
from tests.sweeps.asking import readable

SIGN = "zqxjbackup"

pytestmark = pytest.mark.one_engine


def test_no_word_of_a_talk_is_in_a_backup(demo_app, tmp_path):
    with demo_app.app_context(), transaction():
        head = person("head")
        found = talks(head, mine(head.id), Talk.state == State.HELD)[0]
        texts = open_texts(found, by=head) | {"content": SIGN, "place": SIGN}
        write_texts(found, texts, version=found.talk.version, by=head)
    made = demo_app.test_cli_runner().invoke(args=["backup", str(tmp_path / "site.backup")])
    assert made.exit_code == 0, made.output
    key = bytes.fromhex((Path(demo_app.instance_path) / "backup.key").read_text().strip())

    read_through(tmp_path / "site.backup", key, into=tmp_path / "opened")

    files = [path for path in (tmp_path / "opened").rglob("*") if path.is_file()]
    assert files
    assert [path.name for path in files if any(SIGN in words for words in readable(path.read_bytes()))] == []
    assert not [path for path in files if path.suffix == ".key"]
