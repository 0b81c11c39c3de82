"""在办上限, lights and ageing as a unit sets them."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select, update

from intranet import clock
from intranet.db import transaction
from intranet.extensions import db
from plugins.rectification.lights import Light, light_of, shows
from plugins.rectification.models import Card, Tally
from plugins.rectification.queries.rules import Limit, Rule, rule_of
from plugins.rectification.services.boards import Setting, set_board
from plugins.rectification.stages import Stage
from tests.fixtures import HTMX, check_html, login, person, unit

HOSPITAL = "/hospital/rectification/"


@pytest.fixture
def set_for(app):
    """`set_for("nk1", amber_days=3)` as its own people would."""

    def make(code, version=0, **values):
        with app.app_context(), transaction():
            set_board(unit(code), Setting(**values), version=version, by=person("office"))

    return make


def approve(client, card_id, **headers):
    path = f"{HOSPITAL}cards/{card_id}/move"
    return client.post(path, data={"stage": "in_progress", "version": 2}, headers=headers)


def test_a_full_stage_refuses_one_more_and_takes_back_what_is_returned(set_for, make_card, card, client_for):
    set_for("nk1", limits={Stage.IN_PROGRESS: Limit(1, hard=True)})
    make_card(Stage.IN_PROGRESS)
    plan, asked = make_card(Stage.PLAN_PENDING), None
    office = client_for("office")

    refused = approve(office, plan)

    assert refused.status_code == 422
    assert "内一科的“整改中”最多 1 件，现有 1 件" in refused.text
    assert card(plan).stage is Stage.PLAN_PENDING
    set_for("nk1", version=1, limits={})
    asked = make_card(Stage.CLOSING_ASKED)
    set_for("nk1", version=2, limits={Stage.IN_PROGRESS: Limit(1, hard=True)})
    returned = {"stage": "in_progress", "version": 4, "note": "缺记录"}
    assert office.post(f"{HOSPITAL}cards/{asked}/move", data=returned).status_code == 303
    assert card(asked).stage is Stage.IN_PROGRESS


def test_a_soft_limit_only_warns_and_colours_the_head(set_for, make_card, client_for):
    set_for("hospital", limits={Stage.IN_PROGRESS: Limit(1, hard=False)})
    make_card(Stage.IN_PROGRESS)
    office = client_for("office")
    board = {**HTMX, "HX-Current-URL": f"http://localhost{HOSPITAL}"}

    moved = approve(office, make_card(Stage.PLAN_PENDING), **board)

    assert moved.status_code == 200
    assert "的“整改中”现有 2 件，超过上限 1 件" in moved.text
    assert "超限" in office.get(HOSPITAL).text


def test_of_two_who_fill_the_last_place_at_once_one_is_refused(app, set_for, make_card):
    set_for("nk1", limits={Stage.IN_PROGRESS: Limit(1, hard=True)})
    cards = {"office": make_card(Stage.PLAN_PENDING), "leader": make_card(Stage.PLAN_PENDING)}
    start, answers = Barrier(2), []

    def move(username):
        client = login(app, username)
        client.csrf_token()
        start.wait()
        answers.append(approve(client, cards[username]).status_code)

    threads = [Thread(target=move, args=[name]) for name in cards]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [303, 422]
    with app.app_context():
        assert db.session.scalar(select(Tally.cards).where(Tally.stage == Stage.IN_PROGRESS)) == 1


@pytest.mark.parametrize("days", [-1, 0, 2, 5, 9, 12])
def test_each_units_own_days_make_its_cards_amber(days, app, set_for, make_card):
    set_for("hospital", amber_days=10)
    set_for("nk1", amber_days=3)
    due = clock.today() + timedelta(days=days)
    here, there = make_card(Stage.IN_PROGRESS, due_on=due), make_card(Stage.IN_PROGRESS, due_on=due)

    with app.app_context():
        today, other = clock.today(), unit("wk1").id
        with transaction():
            db.session.execute(update(Card).where(Card.id == there).values(unit_id=other))
        assert rule_of(unit("nk1").id).amber_days == 3
        assert rule_of(other).amber_days == 10
        for card_id, unit_id in ((here, unit("nk1").id), (there, other)):
            expected = light_of(Stage.IN_PROGRESS, due, today, rule_of(unit_id))
            found = [light for light in Light if _count(card_id, light, today)]
            assert found == [expected]


def _count(card_id, light, today):
    return db.session.scalar(select(func.count()).where(Card.id == card_id, shows(light, today)))


def test_a_card_that_stays_is_marked_after_the_days_that_are_set(set_for, make_card, client_for):
    long_ago = clock.now() - timedelta(days=9)
    make_card(Stage.PLAN_PENDING, stage_since=long_ago)
    assert "久停" not in client_for("office").get(HOSPITAL).text

    set_for("hospital", stay_days=4)

    page = client_for("office").get(HOSPITAL).text
    assert 'class="card-item aged-2"' in page
    assert "久停 </span>9 天" in page


def test_a_closed_card_tells_no_stay(set_for, make_card, client_for):
    make_card(Stage.CLOSED, stage_since=clock.now() - timedelta(days=256))
    office = client_for("office")

    assert "256 天" not in office.get(f"{HOSPITAL}?unfold=closed").text
    assert "256 天" not in office.get(f"{HOSPITAL}cards").text


def test_settings_are_typed_by_head_and_office_and_kept_when_wrong(app, client_for):
    head, path = client_for("head"), "/nk1/rectification/settings"
    check_html(head.get(path))
    wrong = {"version": 0, "amber_days": "400", "most_in_progress": "8", "hard_in_progress": "y"}

    refused = head.post(path, data=wrong)

    assert refused.status_code == 422
    assert "请填 0 到 365 的整数。" in refused.text
    assert 'value="8"' in refused.text
    assert head.post(path, data=wrong | {"amber_days": "3"}).status_code == 303
    second = head.post(path, data=wrong | {"amber_days": "5"})
    assert second.status_code == 409
    assert 'value="5"' in second.text
    assert 'name="version" value="1"' in second.text
    with app.app_context():
        assert rule_of(unit("nk1").id) == Rule(3, 14)
    assert client_for("member").get(path).status_code == 403
    assert client_for("supervisor").get("/hospital/rectification/settings").status_code == 403


def test_a_head_tells_the_true_load_beside_what_a_filter_shows(set_for, make_card, client_for):
    set_for("hospital", limits={Stage.IN_PROGRESS: Limit(1, hard=False)})
    make_card(Stage.IN_PROGRESS)
    make_card(Stage.IN_PROGRESS, title="公务用车登记不全")
    office = client_for("office")

    assert '<span class="num">2</span><b class="limit full">/ 1 超限</b>' in office.get(HOSPITAL).text
    filtered = office.get(f"{HOSPITAL}?q=公务用车").text
    assert '<span class="num">1</span><b class="limit full">共 2 / 1 超限</b>' in filtered


def test_folded_columns_are_a_choice_that_stays(make_card, client_for):
    make_card(Stage.IN_PROGRESS)
    office = client_for("office")
    folded = 'class="column folded" id="column-{}"'.format

    at_first = office.get(HOSPITAL).text
    assert folded("closed") in at_first
    assert folded("unclaimed") in at_first
    assert folded("in_progress") not in at_first

    office.get(f"{HOSPITAL}?unfold=closed")
    piece = office.get(f"{HOSPITAL}?fold=in_progress", headers=HTMX).text
    assert folded("in_progress") in piece
    assert "column-closed" not in piece
    again = office.get(HOSPITAL).text
    assert folded("closed") not in again
    assert folded("in_progress") in again


def test_only_a_unit_below_another_is_told_what_that_one_sets(client_for):
    top = client_for("office").get(f"{HOSPITAL}settings").text
    below = client_for("head").get("/nk1/rectification/settings").text

    assert ("不填按 7 天" in top, "不填按上级单位" in top) == (True, False)
    assert "不填按上级单位：7 天" in below
