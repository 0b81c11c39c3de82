"""What supervisors watch: stuck and late, a week beside the last, flow over time; all from the history."""

import html
import re
from datetime import date, timedelta

import pytest
from sqlalchemy import event, select

from intranet import clock
from intranet.db import transaction
from intranet.extensions import db
from plugins.rectification.filters import Past
from plugins.rectification.flow import WEEKS, Week, forecast, share, stays_of, weeks_of
from plugins.rectification.models import Card, Event
from plugins.rectification.progress import Part
from plugins.rectification.queries.flow import days_in_stages, moves, two_weeks
from plugins.rectification.queries.scope import scope_of
from plugins.rectification.stages import Stage
from plugins.rectification.weeks import monday, start_of
from tests.fixtures import check_html, login, person, unit

BOARD = "/hospital/rectification"


def age(app, days, *, only=None):
    """The history happened so many days earlier; with `only` just the moves to this stage."""
    with app.app_context(), transaction():
        for each in db.session.scalars(select(Event)):
            if only is None or each.to_stage is only:
                each.at -= timedelta(days=days)
        for card in db.session.scalars(select(Card)):
            card.stage_since -= timedelta(days=days)


def test_the_longest_late_and_the_longest_staying_are_listed_with_the_last_urging(app, make_card, client_for):
    late = make_card(Stage.IN_PROGRESS, title="早该改好", due_on=clock.today() - timedelta(days=4))
    make_card(title="刚刚登记")
    with app.app_context(), transaction():
        db.session.get_one(Card, late).stage_since -= timedelta(days=20)
    office = client_for("office")
    before = office.get(f"{BOARD}/overview/stuck")
    office.post(f"{BOARD}/cards/{late}/urge")

    page = office.get(f"{BOARD}/overview/stuck")

    check_html(page)
    assert page.text.count("早该改好") == 2
    assert "刚刚登记" not in page.text
    day = f"{clock.today().month}月{clock.today().day}日"
    assert day not in before.text.split('id="stuck"')[1]
    assert day in page.text.split('id="stuck"')[1]
    assert office.get(f"{BOARD}/overview/stuck?days=30").text.count("早该改好") == 1
    assert client_for("member").get("/nk1/rectification/overview/stuck").status_code == 403


def test_a_week_is_told_beside_the_last(app, make_card, client_for):
    make_card(Stage.PLAN_PENDING)
    age(app, clock.today().weekday() + 1)
    make_card(Stage.CLOSED)
    make_card(Stage.IN_PROGRESS, due_on=monday(clock.today()) - timedelta(days=3))

    with app.test_request_context():
        found = two_weeks(scope_of(unit("hospital"), person("office")))
    page = client_for("office").get(f"{BOARD}/overview/weekly")

    assert list(found) == [unit_id(app, "nk1")]
    this, last = found[unit_id(app, "nk1")]
    assert tuple(this) == (2, 2, 1, 0)
    assert tuple(last) == (1, 1, 0, 1)
    check_html(page)


CELL = re.compile(r'href="[^"]*/cards\?([^"]*then=[^"]*)">(\d+)</a>')


def test_every_number_of_a_report_is_the_length_of_the_list_behind_it(demo_app):
    office, seen = login(demo_app, "office"), {}
    for page in ("overview/weekly", "overview/flow"):
        answer = office.get(f"{BOARD}/{page}")
        for words, number in CELL.findall(answer.text):
            seen.setdefault(re.search(r"then=(\w+)", words)[1], []).append((html.unescape(words), number))

    assert set(seen) == set(Past)
    for cells in seen.values():
        for words, number in {cells[0], cells[len(cells) // 2], cells[-1]}:
            listed = office.get(f"{BOARD}/cards?{words}").text
            assert f"共 {number} 件" in listed, words


def test_a_card_closed_twice_in_a_week_counts_once(app, make_card, client_for):
    card_id = make_card(Stage.CLOSED)
    with app.app_context(), transaction():
        first = db.session.scalars(select(Event).where(Event.to_stage == Stage.CLOSED)).one()
        again = Event(card_id=card_id, at=first.at, user_id=first.user_id, kind=first.kind)
        again.from_stage, again.to_stage = Stage.PUBLISHED, Stage.CLOSED
        db.session.add(again)

    with app.test_request_context():
        [(this, _last)] = two_weeks(scope_of(unit("hospital"), person("office"))).values()

    assert tuple(this) == (1, 1, 1, 0)


def unit_id(app, code):
    with app.app_context():
        return unit(code).id


def test_what_stood_where_is_counted_backwards_from_the_history(app, make_card, client_for):
    make_card(Stage.CLOSED)
    age(app, 7)
    make_card(Stage.IN_PROGRESS)

    with app.test_request_context():
        scope = scope_of(unit("hospital"), person("office"))
        now, closed = {Stage.CLOSED: 1, Stage.IN_PROGRESS: 1}, [0] * (WEEKS - 2) + [1, 0]
        weeks = weeks_of(now, moves(scope), clock.today(), closed)
        stays = stays_of(days_in_stages(scope))
    page = client_for("supervisor").get(f"{BOARD}/overview/flow")

    check_html(page)
    assert [week.total for week in weeks[-3:]] == [0, 1, 2]
    assert (weeks[-2].parts[Part.CLOSED], weeks[-2].opened, weeks[-2].closed) == (1, 1, 1)
    assert (weeks[-1].parts[Part.WORKING], weeks[-1].closed) == (1, 0)
    assert weeks[-2].end == monday(clock.today()) - timedelta(days=1)
    assert {stay.stage for stay in stays} == set(Stage) - {Stage.CLOSED}
    assert client_for("member").get("/nk1/rectification/overview/flow").status_code == 403


def test_days_in_a_stage_are_those_between_two_moves(app, make_card):
    make_card(Stage.IN_PROGRESS)
    age(app, 5, only=Stage.UNCLAIMED)

    with app.test_request_context():
        days = days_in_stages(scope_of(unit("hospital"), person("office")))

    assert round(days[Stage.UNCLAIMED][0]) == 5
    assert round(days[Stage.PLAN_PENDING][0]) == 0


def test_the_number_of_queries_stays(demo_app, app, client_for):
    for path in ("overview/stuck", "overview/weekly", "overview/flow"):
        counted = []
        for each, client in ((app, client_for("office")), (demo_app, login(demo_app, "office"))):
            client.get("/")
            seen = []
            with each.app_context():
                event.listen(db.engine, "before_cursor_execute", lambda *one, seen=seen: seen.append(one[2]))
            client.get(f"{BOARD}/{path}")
            counted.append(len([query for query in seen if query.startswith("SELECT")]))
        assert max(counted) <= 12, (path, counted)


@pytest.mark.one_engine
def test_a_forecast_is_a_range_of_the_slow_and_the_fast_weeks():
    today = date(2026, 3, 11)
    closed = (9, 1, 1, 1, 3, 3, 3, 0)
    weeks = [Week(today, {Part.CLOSED: 4, Part.WORKING: 12}, 0, number) for number in closed]

    told = forecast(weeks, today)
    never = forecast([Week(today, {Part.CLOSED: 0, Part.WORKING: 1}, 0, 0)] * 8, today)

    assert (told.left, told.slow, told.fast) == (12, 1, 3)
    assert (told.soonest, told.latest) == (date(2026, 4, 8), date(2026, 6, 3))
    assert (never.soonest, never.latest) == (None, None)
    assert [share([1, 2, 3, 4, 100], percent) for percent in (50, 85)] == [3, 100]
    assert start_of(today).hour == 0


def test_the_flow_tells_its_days_and_its_height(demo_app):
    page = login(demo_app, "office").get(f"{BOARD}/overview/flow").text

    assert page.count("<text x=") == 4
    assert re.search(r'text-anchor="end">\d+月\d+日</text>', page)
    assert re.search(r'flow-most">\d+ 件', page)


@pytest.mark.parametrize("tab", ["", "stuck", "weekly", "flow"])
def test_the_menu_shows_that_one_is_at_the_overview(tab, demo_app):
    page = login(demo_app, "supervisor").get(f"{BOARD}/overview/{tab}").text

    assert re.findall(r'<li><a href="([^"]*)" aria-current="page">', page) == [f"{BOARD}/overview/"]
