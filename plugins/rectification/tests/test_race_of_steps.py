"""Every arrow of the table of steps, taken by two at once: exactly one takes it, whatever the step."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from intranet import clock
from intranet.db import transaction
from intranet.extensions import db
from plugins.rectification.models import Card, Event, Tally
from plugins.rectification.rights import Rights
from plugins.rectification.services.moving import move_card, step_to
from plugins.rectification.services.needs import Verdict, Words
from plugins.rectification.stages import Need
from plugins.rectification.steps import STEPS
from plugins.rectification.wording import CheckResult, Term
from tests.fixtures import person, unit
from tests.racing import EXACTLY_ONE, race
from tests.workers import ROUNDS

from .conftest import judge, words_to_publish
from .racing import copies

WHO = {
    "claim": "head",
    "ask_closing": "head",
    "report_stage": "head",
    "ask_extension": "head",
    "accept": "leader",
    "review": "supervisor",
}
"""The others are the office's."""


def words_of(card, step):
    """All that any step may ask for."""
    return Words(
        note="看过现场",
        measures=("合并窗口",),
        person_id=person("head").id,
        due_on=clock.today() + timedelta(days=99),
        result=CheckResult.HELD,
        no_files="改的是流程",
        draft=words_to_publish(card).draft if Need.ARTICLE in step.needs else None,
        verdict=Verdict("座谈会", 20, 5, 1),
    )


@pytest.fixture
def ready(app, make_card):
    """`ready(step)`: a card on which this step may be taken."""

    def make(step):
        with app.app_context():
            asked = {"extension_on": clock.today() + timedelta(days=60), "extension_by": person("head").id}
        changes = asked if step.name in {"extend", "refuse_extension"} else {}
        if step.name == "check":
            changes = {"term": Term.LASTING, "check_months": 3}
        card_id = make_card(step.start, done=step.name in {"ask_closing", "report_stage"}, **changes)
        if step.name == "close":
            with app.app_context(), transaction():
                judge(db.session.get_one(Card, card_id))
        return card_id

    return make


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_of_two_who_take_a_step_at_once_one_takes_it(app, ready, step):
    first = ready(step)
    cards = copies(app, first, ROUNDS)
    with app.app_context():
        version = db.session.get_one(Card, first).version
        before, told = tallies(), moves(step)

    def take(number):
        card = db.session.get_one(Card, cards[number], with_for_update=True)
        who = person(WHO.get(step.name, "office"))
        meant = step_to(card, step.end, step.deed, version=version, rights=Rights(who), unit=unit("nk1"))
        move_card(card, meant, words_of(card, step), by=who)

    assert race(app, ROUNDS, take) == [EXACTLY_ONE] * ROUNDS
    with app.app_context():
        facts = (Card.stage, Card.version, func.count())
        found = select(*facts).where(Card.id.in_(cards)).group_by(Card.stage, Card.version)
        assert [tuple(row) for row in db.session.execute(found)] == [(step.end, version + 1, ROUNDS)]
        assert moves(step) - told == ROUNDS
        moved = 0 if step.stays else ROUNDS
        assert tallies().get(step.start) == before[step.start] - moved
        assert tallies().get(step.end, 0) == before.get(step.end, 0) + moved


def tallies():
    return dict(db.session.execute(select(Tally.stage, Tally.cards)).all())


def moves(step):
    """How often the history says that this step was taken."""
    here = (Event.from_stage == step.start, Event.to_stage == step.end, Event.deed == step.deed)
    return db.session.scalar(select(func.count()).select_from(Event).where(*here))
