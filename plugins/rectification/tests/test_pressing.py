"""A button pressed twice: what its form makes is made once, and both presses lead to the same page."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from intranet.extensions import db
from plugins.rectification.models import Card, Comment, Event, Link, Measure, Press
from plugins.rectification.stages import Stage
from plugins.rectification.tests.evidence import TEXT, send
from plugins.rectification.wording import EventKind, Tie
from tests.fixtures import login
from tests.forms import forms_of

BOARD = "/nk1/rectification"
COUNTED = {
    "cards": select(func.count(Card.id)),
    "comments": select(func.count(Comment.id)),
    "measures": select(func.count(Measure.id)),
    "notes": select(func.count(Event.id)).where(Event.kind == EventKind.PROGRESS),
    "links": select(func.count(Link.id)),
}


def counted(app):
    with app.app_context():
        return {name: db.session.scalar(query) for name, query in COUNTED.items()}


def form_at(client, page, action):
    return next(form for form in forms_of(client.get(page).text, page) if form.action == action)


def filled(form, words):
    """As the page gave it, with these words typed in."""
    sent = form.sent()
    for name, word in words.items():
        sent.setlist(name, [word])
    return sent


def test_a_form_pressed_twice_makes_one_thing(app, make_card):
    card_id, other, head = make_card(Stage.IN_PROGRESS), make_card(title="停车难"), login(app, "head")
    page = f"{BOARD}/cards/{card_id}"
    with app.app_context():
        measure = db.session.scalars(select(Measure.id)).first()
    forms = (
        (page, f"{page}/comments", {"words": "已和后勤说好"}, "comments"),
        (page, f"{page}/measures", {"text": "加一个指示牌"}, "measures"),
        (f"{page}/measures/{measure}/steps", None, {"text": "量尺寸"}, "measures"),
        (page, f"{page}/notes", {"note": "牌子已订"}, "notes"),
        (page, f"{page}/links", {"tie": Tie.BLOCKS.value, "other": str(other)}, "links"),
        (page, f"{page}/addresses", {"title": "厂家", "url": "http://example.test/"}, "links"),
        (f"{page}/split", None, {"title": "只有一部自助机"}, "cards"),
        (f"{BOARD}/cards/new", None, {"title": "厕所灯坏了"}, "cards"),
    )
    for where, action, words, kind in forms:
        sent, before = filled(form_at(head, where, action or where), words), counted(app)[kind]

        first, second = (head.post(action or where, data=sent) for _press in range(2))

        assert (first.status_code, second.status_code) == (303, 303), where
        assert first.location == second.location
        assert counted(app)[kind] == before + 1, where


def test_other_words_are_another_form_and_what_was_refused_was_not_taken(app, make_card):
    page, head = f"{BOARD}/cards/{make_card()}", login(app, "head")
    form = form_at(head, page, f"{page}/comments")

    answers = [head.post(f"{page}/comments", data=filled(form, {"words": w})) for w in ("", "一", "二", "")]

    assert [answer.status_code for answer in answers] == [422, 303, 303, 422]
    assert counted(app)["comments"] == 2
    again = {"words": "一", "pressed": form.sent()["pressed"]}
    assert login(app, "office").post(f"{page}/comments", data=again).status_code == 303  # somebody else
    assert counted(app)["comments"] == 3


def test_of_two_presses_at_one_moment_one_counts(app, make_card):
    page = f"{BOARD}/cards/{make_card()}/comments"
    clients = [login(app, "head") for _press in range(2)]
    with ThreadPoolExecutor(2) as pool:
        for number in range(10):
            sent = {"words": f"第 {number} 条", "pressed": f"key {number}"}
            answers = list(pool.map(lambda client, data=sent: client.post(page, data=data), clients))
            assert [answer.status_code for answer in answers] == [303, 303]

    assert counted(app)["comments"] == 10
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Press)) == 10


@pytest.mark.one_engine
def test_a_file_sent_twice_hangs_there_once(app, make_card, rows):
    card_id, head = make_card(Stage.IN_PROGRESS), login(app, "head")

    for name in ("巡查.txt", "巡查.txt", "复查.txt"):
        assert send(head, card_id, (TEXT, name)).status_code == 303

    assert [file.name for file in rows()] == ["巡查.txt", "复查.txt"]


@pytest.mark.parametrize(("method", "page"), [("GET", "/"), ("POST", "/cards.xlsx")])
def test_what_only_reads_takes_no_press(method, page, app, make_card):
    make_card()
    head = login(app, "head")

    assert head.open(BOARD + page, method=method, data={"pressed": "x"}).status_code == 200
