"""A board on paper says how many cards of a column are not on it, however many were loaded."""

import re

from plugins.rectification.queries.listing import WINDOW
from tests.fixtures import HTMX, login

BOARD = "/hospital/rectification/"


def unprinted(text):
    return re.findall(r'class="unprinted">还有 (\d+) 件没有印出，全部见清单。', text)


def test_each_window_says_how_many_come_after_it(make_card, client_for):
    for _each in range(2 * WINDOW + 3):
        make_card()
    office = client_for("office")

    told, page = [], office.get(BOARD)
    while more := re.search(r'class="more" href="([^"]+)"', page.text):
        told += unprinted(page.text)
        page = office.get(more[1].replace("&amp;", "&"), headers=HTMX)

    assert told == [str(WINDOW + 3), "3"]
    assert not unprinted(page.text)


def test_a_folded_column_says_that_none_of_it_is_printed(make_card, client_for):
    office = client_for("office")
    make_card()

    folded = office.get(f"{BOARD}?fold=unclaimed")

    assert unprinted(folded.text) == ["1"]


def test_in_rows_what_is_not_drawn_is_counted(demo_app):
    page = login(demo_app, "office").get(f"{BOARD}?lanes=unit").text

    row = r'hx-swap="outerHTML">\s*<h3>.*?(\d+) 件</span></h3>\s*(.*?)\s*</section>'
    rows = re.findall(row, page, re.DOTALL)
    assert rows
    assert all(unprinted(words) == [number] for number, words in rows)
