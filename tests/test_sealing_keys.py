"""Another key: everything is sealed anew while people go on writing, and a lost one is said."""
# ruff: noqa: E402, F811 - each of these folders may have been deleted; a fixture of one is taken over

from pathlib import Path

import pytest
from flask.cli import ScriptInfo
from sqlalchemy import select

from intranet import jobs
from intranet.cli import group
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import AuditEntry
from intranet.sealing import ring
from tests.fixtures import login

for _name in ("democratic_life", "sealing_keys", "talk_records"):
    pytest.importorskip(f"plugins.{_name}", reason="one of these folders was deleted")

from plugins.democratic_life.models import Copy, Submitted, Verdict
from plugins.democratic_life.tests.reviewing import PAGE as REVIEWS
from plugins.democratic_life.tests.reviewing import passed
from plugins.sealing_keys import queries, services
from plugins.sealing_keys.queries import sealed_with
from plugins.sealing_keys.services import add_key, reseal
from plugins.talk_records.models import Sealed, Talk
from plugins.talk_records.tests.conftest import make_talk, write  # noqa: F401 - a fixture
from plugins.talk_records.wording import State

SECRET = "密写zqxjreview"
TALKS = "/nk1/talk_records/talks"


def command(app, name):
    return app.test_cli_runner().invoke(group, [name], obj=ScriptInfo(create_app=lambda: app)).output


def test_a_new_key_seals_all_that_is_there_and_loses_nothing(app, make_talk, monkeypatch):
    monkeypatch.setattr(services, "PIECES", 2)
    talks = [make_talk(State.HELD, f"第{number}次") for number in range(5)]
    with app.app_context():
        with transaction():
            add_key()
        newest = list(ring())[-1]
        outcome = reseal()
        assert outcome == {"done": 5, "lost": 0}
        with transaction():
            assert sealed_with() == {newest: 5}
        assert reseal() == {"done": 0, "lost": 0}
    (Path(app.instance_path) / "sealing.key").rename(Path(app.instance_path) / "away")
    for number, talk_id in enumerate(talks):
        assert f"第{number}次" in login(app, "head").get(f"{TALKS}/{talk_id}/text").text


def test_what_is_written_meanwhile_is_not_overwritten(app, make_talk, monkeypatch):
    talk_id = make_talk(State.HELD, "以前写的")
    real = services.seal

    def slow(row, words):
        """Somebody saves between the reading and the writing of the job."""
        monkeypatch.setattr(services, "seal", real)
        write(db.session.get_one(Talk, talk_id), "head", "刚刚写的")
        real(row, words)

    monkeypatch.setattr(services, "seal", slow)
    with app.app_context():
        with transaction():
            add_key()
        assert reseal() == {"done": 0, "lost": 0}
        with transaction():
            assert list(sealed_with()) == [list(ring())[-1]]

    assert "刚刚写的" in login(app, "head").get(f"{TALKS}/{talk_id}/text").text


def test_a_lost_key_is_said_in_a_sentence_and_by_the_check(app, make_talk):
    talk_id = make_talk(State.HELD, "打不开的话")
    (Path(app.instance_path) / "sealing.key").unlink()

    answer = login(app, "head").get(f"{TALKS}/{talk_id}/text")

    assert answer.status_code == 422
    assert "请信息科把另外保管的 sealing.key" in answer.text
    said = command(app, "sealing-keys")
    assert "打不开 1 份" in said
    with app.app_context():
        assert reseal() == {"done": 0, "lost": 1}
        with transaction():
            assert db.session.scalar(select(Sealed.sealed)) is not None
    assert "1 份密封内容的密钥不在" in command(app, "check")


@pytest.mark.one_engine
def test_the_command_makes_a_key_for_the_owner_only(app, make_talk):
    make_talk(State.HELD)

    said = command(app, "new-sealing-key")

    made = Path(app.instance_path) / "sealing-2.key"
    assert "sealing-2.key" in said
    assert "重新密封 1 份" in said
    assert made.stat().st_mode & 0o777 == 0o600


def test_what_a_plugin_that_is_not_loaded_keeps_is_counted(app, make_talk, monkeypatch):
    make_talk(State.HELD)
    monkeypatch.setattr(queries, "tables", list)

    said = command(app, "new-sealing-key")

    assert "重新密封 0 份" in said
    assert "talk_records_sealed" in said
    said = command(app, "sealing-keys").splitlines()
    assert [line.endswith("密封 1 份") for line in said[:2]] == [True, False]
    assert "talk_records_sealed" in said[2]


def test_a_key_put_back_beside_the_one_made_meanwhile_loses_nothing(app, make_talk):
    """As docs/operations.md has it: what is there gets the next number first."""
    folder = Path(app.instance_path)
    before = make_talk(State.HELD, "丢钥匙以前")
    (folder / "sealing.key").rename(folder.parent / "safe")
    between = make_talk(State.HELD, "丢钥匙以后")
    assert login(app, "head").get(f"{TALKS}/{before}/text").status_code == 422

    (folder / "sealing.key").rename(folder / "sealing-2.key")
    (folder.parent / "safe").rename(folder / "sealing.key")

    for talk_id, words in ((before, "丢钥匙以前"), (between, "丢钥匙以后")):
        assert words in login(app, "head").get(f"{TALKS}/{talk_id}/text").text
    assert "打不开" not in command(app, "sealing-keys")


def test_a_new_key_seals_copies_versions_and_remarks_and_loses_nothing(app):
    review_id = passed(app, SECRET)
    with app.app_context():
        with transaction():
            pieces = sum(
                len(db.session.scalars(select(table.key_id).where(table.key_id.is_not(None))).all())
                for table in (Copy, Submitted, Verdict)
            )
            add_key()
        assert reseal() == {"done": pieces, "lost": 0}
    assert pieces == 5
    (Path(app.instance_path) / "sealing.key").rename(Path(app.instance_path) / "away")
    text = login(app, "member").get(f"{REVIEWS}/{review_id}/text").text
    assert text.count(SECRET) > 3


def test_what_was_done_to_keys_is_in_the_audit_log(app, make_talk):
    make_talk(State.HELD)
    command(app, "new-sealing-key")

    with app.app_context():
        newest = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(2)).all()

    assert [entry.action for entry in newest] == ["sealing_keys:reseal", "sealing_keys:new-key"]


def test_the_hourly_job_is_the_plugins(app, make_talk):
    make_talk(State.HELD)
    with app.app_context():
        with transaction():
            add_key()
        assert dict(jobs.run_due())["sealing_keys:reseal"] == "重新密封 1 份，打不开 0 份"
