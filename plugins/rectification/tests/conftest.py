"""A card in any stage, brought there by the people whose work it is."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from intranet import clock
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import Attachment
from plugins.rectification.models import Card
from plugins.rectification.queries.details import measures_of
from plugins.rectification.queries.publications import current
from plugins.rectification.rights import Rights
from plugins.rectification.services.cards import Facts, open_card
from plugins.rectification.services.measures import set_done
from plugins.rectification.services.moving import move_card, step_to
from plugins.rectification.services.needs import Draft, Verdict, Words
from plugins.rectification.services.publishing import article, digest, keep_verdict
from plugins.rectification.stages import Need, Stage
from plugins.rectification.steps import Step
from plugins.rectification.tests.evidence import NK1, TEXT, send
from plugins.rectification.wording import Category, SourceKind, Term
from tests.fixtures import ClientFor, person, unit

TITLE = "出院结算需往返两处窗口"
MAIN_LINE = {
    Stage.PLAN_PENDING: "head",
    Stage.IN_PROGRESS: "office",
    Stage.CLOSING_ASKED: "head",
    Stage.ACCEPTED: "leader",
    Stage.REVIEWED: "supervisor",
    Stage.PUBLISHED: "office",
    Stage.CLOSED: "office",
}


def words_for(stage: Stage) -> Words:
    """What the step into this stage needs."""
    if stage is Stage.PLAN_PENDING:
        due = clock.today() + timedelta(days=30)
        return Words(measures=("合并窗口", "公布时限"), person_id=person("head").id, due_on=due)
    return (
        Words(note="窗口已合并", no_files="改的是流程，没有照片") if stage is Stage.CLOSING_ASKED else Words()
    )


def words_to_publish(card: Card, days: int = 7) -> Words:
    """As the office has previewed them."""
    until = clock.today() + timedelta(days=days)
    draft = Draft(unit("hospital").id, until, card.title, "窗口已合并")
    return Words(draft=replace(draft, seen=digest(article(card, draft, by=person("office")))))


def walk(card: Card, end: Stage) -> None:
    """Along the main line, inside a writing transaction. What is closed was published and judged before."""
    for stage, username in MAIN_LINE.items():
        if card.stage is end:
            return
        if stage is Stage.CLOSING_ASKED:
            tick(card)
        if stage is Stage.CLOSED:
            judge(card)
        words = words_to_publish(card) if stage is Stage.PUBLISHED else words_for(stage)
        take(card, stage, username, words)


def take(card: Card, stage: Stage, username: str, words: Words, deed: str = "") -> None:
    """One step by one person, inside a writing transaction."""
    who, home = person(username), unit("nk1")
    step = step_to(card, stage, deed, version=card.version, rights=Rights(who), unit=home)
    move_card(card, step, words, by=who)


def judge(card: Card, counts: tuple[int, int, int] = (20, 5, 1)) -> None:
    """The verdict of the people on what is published; its days have run out."""
    shown = current(card)
    assert shown is not None
    shown.starts_on, shown.ends_on = (clock.today() - timedelta(days=days) for days in (9, 2))
    keep_verdict(card, Verdict("职工代表座谈会", *counts))


def tick(card: Card) -> None:
    """Every measure is done."""
    for measure, _doer, _owner in measures_of(card):
        set_done(card, measure, done=True, version=measure.version, by=person("head"))


@pytest.fixture
def make_card(app: Flask) -> Callable[..., int]:
    """`make_card(Stage.IN_PROGRESS)` → the id of a card of nk1."""

    def make(
        stage: Stage = Stage.UNCLAIMED, *, title: str = TITLE, done: bool = False, **changes: object
    ) -> int:
        with app.app_context(), transaction():
            facts = Facts(title, Category.BUREAUCRACY, SourceKind.MASSES)
            card = open_card(unit("nk1"), facts, by=person("office"))
            walk(card, stage)
            if done:
                tick(card)
            for name, value in changes.items():
                setattr(card, name, value)
            db.session.flush()
            return card.id

    return make


@pytest.fixture
def card(app: Flask) -> Callable[[int], Card]:
    """The card as the database has it now."""

    def read(card_id: int) -> Card:
        with app.app_context():
            found = db.session.get_one(Card, card_id)
            db.session.expunge(found)
            return found

    return read


SETUP: dict[str, dict[str, object]] = {
    "extend": {"extension": True},
    "refuse_extension": {"extension": True},
    "check": {"term": Term.LASTING, "check_months": 3},
}


@pytest.fixture
def ready(app: Flask, make_card: Callable[..., int]) -> Callable[[Step], int]:
    """`ready(step)`: a card on which only the form of this step is lacking."""

    def make(step: Step) -> int:
        facts = dict(SETUP.get(step.name, {}))
        if facts.pop("extension", False):
            with app.app_context():
                facts = {
                    "extension_on": clock.today() + timedelta(days=60),
                    "extension_by": person("head").id,
                }
        card_id = make_card(step.start, done={Need.ALL_DONE, Need.SOME_DONE} & set(step.needs), **facts)
        if {Need.SATISFIED, Need.PUBLIC_LONG_ENOUGH} & set(step.needs):
            with app.app_context(), transaction():
                judge(db.session.get_one(Card, card_id))
        return card_id

    return make


@pytest.fixture
def rows(app: Flask) -> Callable[[], list[Attachment]]:
    """`rows()`: every file there is."""

    def read() -> list[Attachment]:
        with app.app_context():
            return list(db.session.scalars(select(Attachment).order_by(Attachment.id)))

    return read


@pytest.fixture
def filed(make_card: Callable[..., int], client_for: ClientFor) -> Callable[[], tuple[int, str]]:
    """`filed()`: a card with one text, uploaded by the recorder, and the path of the file."""

    def make() -> tuple[int, str]:
        card_id = make_card(Stage.IN_PROGRESS)
        send(client_for("recorder"), card_id, (TEXT, "巡查.txt"))
        page = client_for("head").get(f"{NK1}/{card_id}").text
        file_id = re.search(rf"/cards/{card_id}/files/(\d+)", page)[1]
        return card_id, f"{NK1}/{card_id}/files/{file_id}"

    return make
