import re
from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import event, func, select

from intranet import clock, units
from intranet.db import transaction
from intranet.extensions import db
from plugins.rectification import lights
from plugins.rectification.models import Card, Tally
from plugins.rectification.queries.listing import WINDOW
from plugins.rectification.queries.rules import Rule
from plugins.rectification.stages import Stage
from plugins.rectification.views import lists
from tests.fixtures import HTMX, check_html, login, person, unit

pytestmark = pytest.mark.one_engine

HOSPITAL = "/hospital/rectification/"
NK1 = "/nk1/rectification/"
PAGES = (
    "",
    "cards",
    "cards?list=problems",
    "cards?list=tasks",
    "cards?list=duties",
    "published",
    "cards/1",
    "cards/1/move",
    "overview/",
    "?light=red",
    "?q=药",
    "cards?print=1",
)
MOST_QUERIES = 12
MOST_BYTES = 150 * 1024


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("who", ["office", "supervisor", "leader"])
def test_pages_are_valid_html_in_few_queries(who, page, demo_app):
    client, queries = login(demo_app, who), []
    client.get(HOSPITAL)  # a process reads the picture of the units once, and what is kept with it
    with demo_app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *seen: queries.append(seen[2]))

    answer = client.get(HOSPITAL + page)

    assert answer.status_code == 200
    check_html(answer)
    asked = [query for query in queries if query.startswith("SELECT")]
    assert len(asked) <= MOST_QUERIES, "\n".join(asked)
    assert len(answer.data) <= MOST_BYTES


def test_a_department_sees_its_own_cards_only(demo_app):
    page = login(demo_app, "head").get(NK1 + "cards?print=1").text

    with demo_app.app_context():
        own = db.session.scalar(select(func.count()).where(Card.unit_id == unit("nk1").id))
    assert page.count('class="title"') == own
    assert login(demo_app, "head").get("/wk1/rectification/").status_code == 404
    assert login(demo_app, "head").get(HOSPITAL).status_code == 404


def test_a_membership_in_the_hospital_does_not_open_its_departments(app, make_card, client_for):
    card_id = make_card()
    with app.app_context(), transaction():
        guest = units.add_person("guest", "客人", "", hashed="x")
        units.join(guest, unit("hospital"))

    guest_client = client_for("guest")

    assert guest_client.get(HOSPITAL).status_code == 200
    assert f"card-{card_id}" not in guest_client.get(HOSPITAL).text
    assert guest_client.get(f"{HOSPITAL}cards/{card_id}").status_code == 404


def test_every_number_opens_the_list_behind_it(demo_app):
    client = login(demo_app, "office")
    for page in ("", "overview/"):
        text = client.get(HOSPITAL + page).text
        links = re.findall(r'href="([^"]*rectification/cards[^"]*)">(?:<b>)?(\d+)<', text)
        assert links
        for url, number in links:
            listed = client.get(url.replace("&amp;", "&"))
            assert f"共 {number} 件" in listed.text, url


def test_red_cards_of_three_departments_are_one_list(demo_app):
    page = login(demo_app, "supervisor").get(HOSPITAL + "cards?unit=nk1&unit=wk1&unit=hlb&light=red&print=1")

    rows = re.findall(r"<tr>.*?</tr>", page.text, re.DOTALL)[1:]
    assert {name for row in rows for name in ("内一科", "外一科", "护理部") if name in row} == {
        "内一科",
        "外一科",
        "护理部",
    }
    assert all("逾期" in row for row in rows)


@pytest.mark.parametrize(
    ("page", "before"),
    [("cards?sort=unit&print=1", "<td[^>]*>"), ("cards", "> "), ("overview/", ">"), ("cards/new", ">")],
)
def test_units_stand_in_the_order_of_the_tree(page, before, demo_app):
    with demo_app.app_context(), transaction():
        unit("nk1").position = 99

    shown = login(demo_app, "office").get(HOSPITAL + page).text.partition("<main")[2]

    names = re.findall(f"{before}(内一科|外一科|护理部)</", shown)
    assert list(dict.fromkeys(names)) == ["外一科", "护理部", "内一科"]


@pytest.mark.parametrize("start", [{}, {"unit": ["nk1"]}, {"category": ["bureaucracy"]}])
def test_windows_of_a_column_follow_each_other_without_gap_or_repeat(start, app, make_card, client_for):
    for number in range(45):
        make_card(due_on=clock.today() + timedelta(days=number % 7) if number % 3 else None)
    office = client_for("office")

    seen, url = [], HOSPITAL + "?" + "&".join(f"{name}={word[0]}" for name, word in start.items())
    while url:
        answer = office.get(url, headers=HTMX if seen else {})
        column = answer.text.split("column-plan_pending")[0]
        seen += re.findall(r'id="card-(\d+)"', column)
        more = re.search(r'class="more" href="([^"]+)"', column)
        url = more[1].replace("&amp;", "&") if more else ""

    assert len(seen) == len(set(seen)) == 45


def test_the_way_on_works_without_a_script(app, make_card, client_for):
    for _number in range(25):
        make_card()
    office = client_for("office")
    more = re.search(r'class="more" href="([^"]+)"', office.get(HOSPITAL).text)[1].replace("&amp;", "&")

    answer = office.get(more)

    check_html(answer)
    assert len(re.findall(r'id="card-\d+"', answer.text)) == 25 - WINDOW


@pytest.mark.parametrize(
    ("stage", "days"),
    [
        (Stage.UNCLAIMED, None),
        *product([Stage.UNCLAIMED, Stage.IN_PROGRESS, Stage.CLOSED], [-400, -1, 0, 1, 7, 8, 400]),
    ],
)
def test_the_light_is_the_same_in_the_program_and_in_the_database(stage, days, app, make_card):
    due = clock.today() + timedelta(days=days) if days is not None else None
    card_id = make_card(stage, due_on=due)

    with app.app_context():
        shown = [
            light
            for light in lights.Light
            if db.session.scalar(
                select(func.count()).where(Card.id == card_id, lights.shows(light, clock.today()))
            )
        ]

    assert shown == [lights.light_of(stage, due, clock.today(), Rule())]


def test_the_kept_counts_are_true(demo_app):
    with demo_app.app_context():
        counted = select(Card.unit_id, Card.stage, func.count()).group_by(Card.unit_id, Card.stage)
        kept = select(Tally.unit_id, Tally.stage, Tally.cards).where(Tally.cards > 0)
        assert set(db.session.execute(counted)) == set(db.session.execute(kept))


def test_a_kept_board_shows_what_has_changed_since(app, make_card, client_for):
    card_id = make_card(Stage.IN_PROGRESS)
    office, head = client_for("office"), client_for("head")
    assert "措施 0/2" in office.get(HOSPITAL).text

    measure = re.search(r"measures/(\d+)/done", head.get(f"{NK1}cards/{card_id}").text)[1]
    head.post(f"{NK1}cards/{card_id}/measures/{measure}/done", data={"version": 1, "done": 1})
    assert "措施 1/2" in office.get(HOSPITAL).text

    with app.app_context(), transaction():
        db.session.get_one(Card, card_id).title = "不经过服务的改动"
    assert "不经过服务的改动" not in office.get(HOSPITAL).text


def test_names_and_titles_are_escaped(make_card, client_for):
    make_card(title="<script>alert(1)</script>")

    page = client_for("office").get(HOSPITAL).text

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_demonstration_is_the_same_every_time_and_has_late_cards(demo_app):
    with demo_app.app_context():
        late = select(Card.unit_id).where(Card.due_on < clock.today(), Card.stage != Stage.CLOSED)
        late_units = set(db.session.scalars(late))
        assert {unit(code).id for code in ("nk1", "wk1", "hlb")} <= late_units
        assert db.session.scalar(select(func.count()).select_from(Card)) == 40
        assert person("head").name == "李牧原"


@pytest.mark.parametrize("light", ["red", "amber", "green", "none"])
def test_the_overview_counts_stages_for_one_light_and_each_number_opens_its_list(light, demo_app):
    client = login(demo_app, "supervisor")
    page = client.get(f"{HOSPITAL}overview/?light={light}").text.partition("<tfoot>")[2]

    numbers = re.findall(r'<a href="([^"]+stage=[^"]+)">(\d+)</a>', page)

    assert numbers
    for link, number in numbers:
        listed = client.get(link.replace("&amp;", "&") + "&print=1").text
        assert f"light={light}" in link
        assert listed.count('class="title"') == int(number)


def test_twenty_cards_take_no_more_queries_than_one(app, make_card, client_for):
    office, queries = client_for("office"), []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *seen: queries.append(seen[2]))

    def asked():
        found = {}
        for page in (HOSPITAL, f"{HOSPITAL}cards", f"{HOSPITAL}overview/", "/"):
            office.get("/notices")  # the session's own row is written at most once a minute
            queries.clear()
            assert office.get(page).status_code == 200
            found[page] = len(queries)
        return found

    make_card()
    asked()
    make_card()
    few = asked()
    for _turn in range(18):
        make_card()

    assert asked() == few


def test_the_pages_of_the_list_follow_one_another(demo_app, monkeypatch):
    monkeypatch.setattr(lists, "PAGE", 7)
    client = login(demo_app, "office")

    def listed(query):
        page = client.get(f"{HOSPITAL}cards?{query}").text
        return re.findall(r'class="title"><span class="muted">(\d+)<', page)

    whole = listed("print=1")
    assert f"共 {len(whole)} 件" in client.get(f"{HOSPITAL}cards").text
    pages = range(1, -(-len(whole) // 7) + 1)
    assert [number for page in pages for number in listed(f"page={page}")] == whole
