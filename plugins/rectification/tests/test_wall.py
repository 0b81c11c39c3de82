"""挂图: its numbers are those of the lists behind them, and a screen asks without being answered twice."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import event

from intranet import clock
from intranet.db import transaction
from intranet.extensions import db
from plugins.rectification.progress import Part, Progress, together
from plugins.rectification.services.boards import Setting, set_board
from plugins.rectification.stages import Stage
from tests.fixtures import HTMX, check_html, login, person, unit

WALL = "/hospital/rectification/wall"


def test_every_number_opens_a_list_with_as_many_cards(demo_app):
    office = login(demo_app, "supervisor")
    page = office.get(WALL)
    check_html(page)

    numbers = re.findall(r'href="([^"]*/cards[^"/]*)"[^>]*>(?:<b>)?(\d+)(?: 件)?<', page.text)
    assert len(numbers) > 40
    for address, number in dict.fromkeys(numbers):
        listed = office.get(address.replace("&amp;", "&")).text
        assert f"共 {number} 件" in listed, address


def test_units_categories_and_lists_are_there_for_who_may_see_them(make_card, client_for, demo_app):
    whole, own = (
        login(demo_app, "supervisor").get(WALL).text,
        login(demo_app, "head").get("/nk1/rectification/wall").text,
    )

    assert all(words in whole for words in ("外一科", "形式主义", "逾期最久", "本周销号"))
    assert "外一科" not in own
    assert ("wall-one" in own, "wall-one" in whole) == (True, False)
    assert login(demo_app, "stranger").get("/nk1/rectification/wall").status_code == 404
    make_card(Stage.CLOSED, title="窗口已合并")
    empty = client_for("office").get("/wk1/rectification/wall").text
    assert "还没有整改卡片" in empty
    mine = client_for("office").get(WALL).text
    assert "窗口已合并" in mine
    assert "没有逾期的问题" in mine


def test_what_is_late_stands_there_with_its_days(make_card, client_for):
    make_card(Stage.IN_PROGRESS, due_on=clock.today() - timedelta(days=9))

    page = client_for("head").get("/nk1/rectification/wall").text

    assert "逾期 9 天" in page
    assert '<td class="num red"><a' in page


def test_amber_is_named_by_the_days_the_units_have_set(app, make_card, client_for):
    make_card()
    office, wall = client_for("office"), "/hospital/rectification/wall"
    assert "黄灯 · 7 天内" in office.get(wall).text

    with app.app_context(), transaction():
        set_board(unit("hospital"), Setting(amber_days=10), version=0, by=person("office"))
    assert "黄灯 · 10 天内" in office.get(wall).text

    with app.app_context(), transaction():
        set_board(unit("wk1"), Setting(amber_days=3), version=0, by=person("office"))
    assert "黄灯 · 临近期限" in office.get(wall).text
    assert "黄灯 · 10 天内" in client_for("head").get("/nk1/rectification/wall").text


def test_a_screen_is_answered_only_when_something_changed(make_card, client_for):
    office = client_for("office")
    make_card()
    screen = office.get(f"{WALL}?screen=1")
    seen = re.search(r'"seen": "(\w+)"', screen.text)[1]
    asked = f"{WALL}?screen=1&seen={seen}"

    quiet = office.get(asked, headers=HTMX)
    make_card()
    news = office.get(asked, headers=HTMX)

    assert (quiet.status_code, quiet.data) == (204, b"")
    assert news.status_code == 200
    assert news.text.lstrip().startswith('<div id="wall"')
    assert office.get(asked).status_code == 200


def test_the_number_of_queries_does_not_grow(demo_app, make_card, client_for, app):
    """Of a process that knows the tree of units: it is read when it has changed, not for each page."""
    counted = []
    for each, client in ((app, client_for("office")), (demo_app, login(demo_app, "office"))):
        client.get("/")
        seen = []
        with each.app_context():
            event.listen(db.engine, "before_cursor_execute", lambda *asked, seen=seen: seen.append(asked[2]))
        client.get(WALL)
        counted.append(len([query for query in seen if query.startswith("SELECT")]))
    assert max(counted) <= 12, counted


@pytest.mark.one_engine
def test_a_bar_is_full_and_only_all_is_a_hundred():
    some = Progress({Stage.CLOSED: 1, Stage.PUBLISHED: 1, Stage.UNCLAIMED: 1}, red=1)
    most = Progress({Stage.CLOSED: 999, Stage.IN_PROGRESS: 1})

    assert round(sum(width for _part, _left, width in some.bar)) == 100
    assert [part for part, _left, _width in some.bar] == [Part.CLOSED, Part.JUDGED, Part.WAITING]
    assert (some.percent, most.percent, Progress({}).percent) == (33, 99, 0)
    assert (together([some, most]).total, together([some, most]).red) == (1003, 1)
