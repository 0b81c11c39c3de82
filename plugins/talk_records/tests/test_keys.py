"""A key that is not whole yet, and what the length of a sealed piece tells."""

from pathlib import Path

import pytest

from intranet.db import transaction
from intranet.extensions import db
from plugins.talk_records.models import Sealed
from plugins.talk_records.wording import State
from tests.fixtures import login

PAGE = "/nk1/talk_records/talks"


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
