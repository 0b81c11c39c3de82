"""A talk in any state, brought there by its own people."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from intranet import clock
from intranet.db import transaction
from plugins.talk_records.models import Talk
from plugins.talk_records.queries.talks import talk_or_404
from plugins.talk_records.services.talks import Days, Plan, plan_talk, take
from plugins.talk_records.services.texts import write_texts
from plugins.talk_records.wording import TEXTS, Kind, State, Way
from tests.fixtures import person, unit


def step(talk: Talk, name: str, who: str, **days: object) -> None:
    """One step by one person, inside a writing transaction."""
    by = person(who)
    found = talk_or_404(by, unit("nk1"), talk.id)
    take(found, name, Days(**days), version=talk.version, by=by)


def write(talk: Talk, who: str, words: str) -> None:
    """The same words in every field."""
    by = person(who)
    texts = dict.fromkeys(TEXTS, words)
    write_texts(talk_or_404(by, unit("nk1"), talk.id), texts, version=talk.version, by=by)


@pytest.fixture
def make_talk(app: Flask) -> Callable[..., int]:
    """`make_talk(State.HELD, "secret")`: of head and member in nk1, the recorder at the table."""

    def make(state: State = State.PLANNED, words: str = "谈得坦诚", *, code: str = "nk1") -> int:
        with app.app_context(), transaction():
            host, subject = person("head"), person("member")
            plan = Plan(Kind.STAFF, Way.PHONE, host.id, (subject.id,), person("recorder").id)
            talk = plan_talk(unit(code), plan, by=host)
            if state is not State.PLANNED:
                step(talk, "hold", "head", held_on=clock.today() - timedelta(1))
                write(talk, "head", words)
            if state in {State.CONFIRMED, State.ARCHIVED}:
                step(talk, "confirm", "head")
                step(talk, "confirm", "member")
            if state is State.ARCHIVED:
                step(talk, "archive", "head")
            return talk.id

    return make
