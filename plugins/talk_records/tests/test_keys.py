"""Another key: everything is sealed anew while people go on writing, and a lost one is said."""

from pathlib import Path

import pytest
from flask.cli import ScriptInfo
from sqlalchemy import select

from intranet import resealing
from intranet.cli import group
from intranet.db import transaction
from intranet.extensions import db
from intranet.resealing import add_key, reseal, sealed_with
from intranet.sealing import ring
from plugins.talk_records.models import Sealed, Talk
from plugins.talk_records.tests.conftest import write
from plugins.talk_records.wording import State
from tests.fixtures import login

PAGE = "/nk1/talk_records/talks"


def command(app, name):
    return app.test_cli_runner().invoke(group, [name], obj=ScriptInfo(create_app=lambda: app)).output


def test_a_new_key_seals_all_that_is_there_and_loses_nothing(app, make_talk, monkeypatch):
    monkeypatch.setattr(resealing, "PIECES", 2)
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
        assert f"第{number}次" in login(app, "head").get(f"{PAGE}/{talk_id}/text").text


def test_what_is_written_meanwhile_is_not_overwritten(app, make_talk, monkeypatch):
    talk_id = make_talk(State.HELD, "以前写的")
    real = resealing.seal

    def slow(row, words):
        """Somebody saves between the reading and the writing of the job."""
        monkeypatch.setattr(resealing, "seal", real)
        write(db.session.get_one(Talk, talk_id), "head", "刚刚写的")
        real(row, words)

    monkeypatch.setattr(resealing, "seal", slow)
    with app.app_context():
        with transaction():
            add_key()
        assert reseal() == {"done": 0, "lost": 0}
        with transaction():
            assert list(sealed_with()) == [list(ring())[-1]]

    assert "刚刚写的" in login(app, "head").get(f"{PAGE}/{talk_id}/text").text


def test_a_lost_key_is_said_in_a_sentence_and_by_the_check(app, make_talk):
    talk_id = make_talk(State.HELD, "打不开的话")
    (Path(app.instance_path) / "sealing.key").unlink()

    answer = login(app, "head").get(f"{PAGE}/{talk_id}/text")

    assert answer.status_code == 422
    assert "请信息科把另外保管的 sealing.key" in answer.text
    said = command(app, "sealing-keys")
    assert "打不开 1 份" in said
    with app.app_context():
        assert reseal() == {"done": 0, "lost": 1}
        with transaction():
            assert db.session.scalar(select(Sealed.sealed)) is not None


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
    monkeypatch.setattr(resealing, "tables", list)

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
    assert login(app, "head").get(f"{PAGE}/{before}/text").status_code == 422

    (folder / "sealing.key").rename(folder / "sealing-2.key")
    (folder.parent / "safe").rename(folder / "sealing.key")

    for talk_id, words in ((before, "丢钥匙以前"), (between, "丢钥匙以后")):
        assert words in login(app, "head").get(f"{PAGE}/{talk_id}/text").text
    assert "打不开" not in command(app, "sealing-keys")


@pytest.mark.one_engine
def test_a_key_that_is_still_being_copied_seals_nothing(app, make_talk):
    half = Path(app.instance_path) / "sealing-2.key"
    half.write_text("0123456789abcdef0123456789abcdef")
    talk_id = make_talk(State.HELD, "照样写得进去")
    half.unlink()

    assert "照样写得进去" in login(app, "head").get(f"{PAGE}/{talk_id}/text").text


@pytest.mark.one_engine
def test_short_words_are_as_long_as_shorter_ones(app, make_talk):
    lengths = set()
    for words in ("同意", "不同意", "不"):
        talk_id = make_talk(State.HELD, words)
        with app.app_context(), transaction():
            lengths.add(len(db.session.get_one(Sealed, talk_id).sealed))
    assert len(lengths) == 1
