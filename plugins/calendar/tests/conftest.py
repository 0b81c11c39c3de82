"""A Wednesday that stands still, and cards of the board: deadlines as people have them."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from flask import Flask

from intranet import clock
from intranet.db import transaction
from intranet.extensions import db
from plugins.rectification.models import Card
from plugins.rectification.stages import Stage
from plugins.rectification.words import Category, SourceKind
from tests.fixtures import person, unit

MORNING = "2026-11-25T02:00:00Z"


@pytest.fixture
def stopped() -> Iterator[Any]:
    """Ten o'clock in Shanghai on the 25th; `stopped.shift(600)` moves it."""
    with time_machine.travel(MORNING, tick=False) as now:
        yield now


@pytest.fixture
def put(app: Flask, stopped: Any) -> Callable[..., int]:
    """`put("标题", 26, code="nk1", owner="head")`: a card due on that day of November. Returns its id."""

    def make(
        title: str,
        day: int,
        code: str = "nk1",
        owner: str | None = None,
        leader: str | None = None,
        *,
        done: bool = False,
        asked: bool = False,
    ) -> int:
        with app.app_context(), transaction():
            office, now = person("office").id, clock.now()
            card = Card(unit_id=unit(code).id, title=title, category=Category.FORMALISM)
            card.source_kind, card.due_on = SourceKind.MASSES, date(2026, 11, day)
            card.opened_by, card.opened_at, card.stage_since = office, now, now
            card.user_id = person(owner).id if owner else None
            card.leader_id = person(leader).id if leader else None
            if owner:
                card.stage, card.claimed_by = Stage.IN_PROGRESS, card.user_id
            if asked:
                card.stage, card.asked_by = Stage.CLOSING_ASKED, card.user_id
            if done:
                card.stage, card.asked_by, card.accepted_by = Stage.CLOSED, card.user_id, card.user_id
            db.session.add(card)
            db.session.flush()
            return card.id

    return make
