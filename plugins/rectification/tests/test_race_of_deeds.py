"""What else two may do at once with a card, a board or what hangs on them: exactly one does it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from intranet import clock
from intranet.contracts import Problem
from intranet.db import transaction
from intranet.errors import Conflict
from intranet.extensions import db
from plugins.rectification.filters import Filters
from plugins.rectification.models import (
    Beginning,
    Card,
    CategoryRow,
    Comment,
    Commitment,
    Drive,
    Field,
    Measure,
    Outcome,
    SavedFilter,
    Template,
)
from plugins.rectification.queries.scope import scope_of
from plugins.rectification.queries.templates import kit_of, round_of
from plugins.rectification.rights import Rights
from plugins.rectification.services import comments, committing, deciding, drives, fields, filters, measures
from plugins.rectification.services.boards import Setting, set_board
from plugins.rectification.services.cards import Facts, edit_card, open_from
from plugins.rectification.services.categories import edit_category
from plugins.rectification.services.moving import move_card, step_to
from plugins.rectification.services.needs import Words
from plugins.rectification.services.templates import begin, keep_template, remove_template
from plugins.rectification.services.undoing import undo
from plugins.rectification.stages import Stage
from plugins.rectification.wording import FieldKind, SourceKind
from tests.fixtures import person, unit
from tests.racing import EXACTLY_ONE, race
from tests.workers import ROUNDS

from .racing import copies

FACTS = Facts("取药排队久", "other", SourceKind.PLAN)
FEW = 10
"""Where a unit may have only so many."""


def held(table, key):
    """The row as a page that changes it holds it."""
    return db.session.get(table, key, with_for_update=True, populate_existing=True)


@pytest.fixture
def at_once(app):
    """Two do the same as often as there are rounds, and each time one of them does it."""

    def run(act, rival=None, rounds=ROUNDS):
        assert race(app, rounds, act, rival) == [EXACTLY_ONE] * rounds

    return run


@pytest.fixture
def put(app):
    """Writes one row by a service or by hand, and gives its id."""

    def write(make):
        with app.app_context(), transaction():
            made = make()
            db.session.add(made)
            db.session.flush()
            return made.id

    return write


# A card --------------------------------------------------------------------------------------------


def test_the_same_words_are_changed_by_one_and_the_drives_by_the_other(app, make_card, put, at_once):
    """Two deeds with one version: the words of the card, and what it belongs to."""
    card_id = make_card()
    drive_id = put(lambda: _drive("医疗收费专项"))

    def edit(number):
        card = held(Card, card_id)
        edit_card(card, {"goal": f"第 {number} 次"}, version=number + 1, by=person("head"))

    def group(number):
        wanted = [] if drives.drives_of([card_id]) else [drive_id]
        choice = {"version": number + 1, "by": person("office")}
        drives.choose_drives(held(Card, card_id), unit("nk1"), wanted, **choice)

    at_once(edit, group)
    at_once(lambda number: edit(number + ROUNDS))
    with app.app_context():
        assert db.session.get_one(Card, card_id).version == 2 * ROUNDS + 1


def _drive(name):
    facts = {"name": name, "basis": "", "starts_on": clock.today(), "ends_on": None}
    return drives.add_drive(unit("hospital"), facts | {"leading_id": unit("nk1").id}, by=person("office"))


def test_a_move_is_taken_back_once(app, make_card, at_once):
    cards = copies(app, make_card(Stage.PLAN_PENDING), ROUNDS)
    with app.app_context(), transaction():
        for card_id in cards:
            card, who = held(Card, card_id), person("office")
            step = step_to(card, Stage.IN_PROGRESS, version=2, rights=Rights(who), unit=unit("nk1"))
            move_card(card, step, Words(), by=who)

    def take_back(number):
        undo(held(Card, cards[number]), 3, Rights(person("office")), unit("nk1"))

    at_once(take_back)
    with app.app_context():
        assert set(db.session.scalars(select(Card.stage).where(Card.id.in_(cards)))) == {Stage.PLAN_PENDING}


def test_a_measure_is_ticked_reworded_and_removed_by_one(app, make_card, at_once):
    card_id, planned = make_card(Stage.IN_PROGRESS), make_card()
    with app.app_context(), transaction():
        measure = db.session.scalars(select(Measure.id).where(Measure.card_id == card_id)).first()
        measures.add_measures(db.session.get_one(Card, planned), [f"措施 {n}" for n in range(ROUNDS)])
        doomed = db.session.scalars(select(Measure.id).where(Measure.card_id == planned)).all()

    def tick(number):
        card, found = held(Card, card_id), held(Measure, measure)
        done = {"done": found.done_on is None, "version": number + 1}
        measures.set_done(card, found, **done, by=person("head"))

    def adjust(number):
        wording = measures.Wording(f"第 {number} 次", reason="分工有变")
        card, found = held(Card, card_id), held(Measure, measure)
        measures.edit_measure(card, found, wording, version=number + 1, by=person("head"))

    def remove(number):
        card, found = held(Card, planned), held(Measure, doomed[number])
        if found is None:
            raise Conflict("gone")
        measures.remove_measure(card, found, version=1, by=person("head"))

    at_once(tick)
    with app.app_context(), transaction():
        found = db.session.get_one(Measure, measure)
        found.done_on = found.done_by = None
    at_once(lambda number: adjust(number + ROUNDS))
    at_once(remove)


def test_a_comment_is_changed_by_one(make_card, put, at_once):
    card_id = make_card()
    facts = {"card_id": card_id, "text": "请补照片", "at": clock.now()}
    comment = put(lambda: Comment(user_id=person("head").id, **facts))

    def edit(number):
        found = held(Comment, comment)
        comments.edit_comment(
            held(Card, card_id), found, f"第 {number} 次", version=number + 1, by=person("head")
        )

    at_once(edit)


def test_a_measure_is_promised_once(app, make_card, at_once):
    cards = copies(app, make_card(Stage.IN_PROGRESS), ROUNDS)

    def promise(number):
        card, who = held(Card, cards[number]), person("office")
        chosen = [measure.id for measure in committing.to_promise(card)]
        committing.commit(card, chosen, committing.digest(committing.articles(card, chosen, by=who)), by=who)

    at_once(promise)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Commitment)) == 2 * ROUNDS


# Problems from elsewhere ---------------------------------------------------------------------------


def _problem(number):
    return Problem("campaign", str(number), "取药排队久", "/hospital/campaign/rectifications", clock.today())


def test_a_problem_becomes_a_card_or_is_declined_or_merged_once(app, make_card, at_once):
    card_id = make_card()

    def register(number):
        made = open_from(_problem(number), unit("nk1"), FACTS, by=person("office"))
        deciding.refuse_decided(made.source, made.source_key, unit("nk1"))

    def decline(number):
        deciding.decline(_problem(number), "不属实", unit("nk1"), by=person("office"))

    def merge(number):
        deciding.merge(_problem(number), held(Card, card_id), unit("nk1"), by=person("office"))

    at_once(register, decline)
    at_once(lambda number: merge(number + ROUNDS), lambda number: decline(number + ROUNDS))
    at_once(lambda number: register(number + 2 * ROUNDS))
    with app.app_context():
        made, left = (
            db.session.scalar(select(func.count()).select_from(table).where(column == "campaign"))
            for table, column in ((Card, Card.source), (Outcome, Outcome.source))
        )
        assert made + left == 3 * ROUNDS


# A board -------------------------------------------------------------------------------------------


def test_a_board_its_fields_and_its_filters_are_changed_by_one(put, at_once):
    field = put(lambda: fields.add_field(unit("nk1"), "病区", FieldKind.TEXT, [], by=person("head")))
    view = put(lambda: filters.save_filter("红灯", Filters(), unit("nk1"), shared=True, by=person("head")))

    def setting(number):
        set_board(unit("nk1"), Setting(number % 30), version=number, by=person("head"))

    def rename(number):
        found, words = held(Field, field), {"name": f"栏目 {number}", "position": 1}
        fields.edit_field(found, words, version=number + 1, by=person("head"), unit=unit("nk1"))

    def title(number):
        words = {"version": number + 1, "by": person("head")}
        filters.rename_filter(held(SavedFilter, view), f"筛选 {number}", unit("nk1"), **words)

    for deed in (setting, rename, title):
        at_once(deed)


def test_a_special_campaign_and_a_category_are_changed_by_one(put, at_once):
    drive = put(lambda: _drive("医疗收费专项"))
    category = put(lambda: CategoryRow(code="own_9", name="服务态度", position=9))

    def close(number):
        words = {"version": number + 1, "by": person("office"), "unit": unit("hospital")}
        drives.close_drive(held(Drive, drive), closed=number % 2 == 0, **words)

    def sort(number):
        words = {"version": number + 1, "by": person("office"), "unit": unit("hospital")}
        edit_category(held(CategoryRow, category), {"name": f"类别 {number}"}, **words)

    for deed in (close, sort):
        at_once(deed)


def test_of_two_with_one_name_the_second_is_refused(app, at_once):
    at_once(lambda number: _drive(f"专项 {number}"))
    at_once(
        lambda number: fields.add_field(
            unit("wk1"), f"栏目 {number}", FieldKind.TEXT, [], by=person("office")
        ),
        rounds=FEW,
    )
    at_once(
        lambda number: filters.save_filter(
            f"筛选 {number}", Filters(), unit("wk1"), shared=True, by=person("office")
        ),
        rounds=FEW,
    )
    at_once(lambda number: _kept(f"模板 {number}"), rounds=FEW)
    with app.app_context():
        ids = db.session.scalars(select(Template.id)).all()

    def remove(number):
        remove_template(Template(id=ids[number]), unit("nk1"), by=person("office"))

    at_once(remove, rounds=FEW)


def _kept(name):
    office, here = person("office"), unit("nk1")
    kit = kit_of(here, scope_of(here, office), (name, Filters()))
    return keep_template(here, name, kit, [], shared=False, by=office)


def test_a_round_of_a_template_begins_once_on_a_day(app, put, at_once):
    template_id = put(lambda: _kept("红包回扣整治"))

    def start(number):
        office, here = person("office"), unit("nk1")
        day, template = clock.today() + timedelta(number), db.session.get_one(Template, template_id)
        scope = scope_of(here, office)
        seen = round_of(template, here, scope, day, office).digest
        begin(template, here, scope, day, seen=seen, by=office)

    at_once(start)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Beginning)) == ROUNDS
