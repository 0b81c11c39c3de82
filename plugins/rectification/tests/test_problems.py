"""Problems other plugins offer. The other plugin here is a stand-in: this folder must do without any."""

from datetime import date
from pathlib import Path
from types import ModuleType

import pytest
from sqlalchemy import select

from intranet import gate
from intranet.contracts import Problem, Reference
from intranet.db import transaction
from intranet.extensions import db
from intranet.hookspecs import hookimpl
from intranet.plugins import Plugin
from plugins.rectification import story
from plugins.rectification.models import Card, Measure
from plugins.rectification.services.deciding import decline, merge
from plugins.rectification.views.problems import FOUND_AS
from plugins.rectification.wording import SourceKind
from tests.fixtures import HTMX, check_html, login, person, unit

PROBLEMS = "/hospital/rectification/problems"
REGISTER = f"{PROBLEMS}/register"
FOUND = Problem(
    "finder",
    "12#3",
    "会议过多，一线受累",
    "/hospital/finder/12",
    date(2026, 3, 1),
    measures=("合并会议", "一页纸纪要"),
)
FIELDS = {
    "source": "finder",
    "key": "12#3",
    "title": "会议过多",
    "unit": "ywb",
    "category": "formalism",
    "source_kind": "plan",
    "measures": "合并会议\n一页纸纪要",
}


class Finder:
    """A plugin that found something, and remembers what it was asked."""

    def __init__(self):
        self.asked = []

    @hookimpl(optionalhook=True)
    def rectification_problems(self, unit, since):
        self.asked.append((unit.code, since))
        return [FOUND]


@pytest.fixture
def fed_app(make_app):
    app = make_app("cast", PLUGINS_ON=("finder",))
    state = app.extensions["intranet.plugins"]
    state.manager.register(app.extensions.setdefault("finder", Finder()), name="finder")
    state.working["finder"] = Plugin("finder", ModuleType("finder"), "发现", "", Path())
    return app


def test_a_problem_waits_until_it_has_a_card_and_then_no_longer(fed_app):
    office = login(fed_app, "office")
    assert FOUND.title in office.get(PROBLEMS).text
    assert office.get("/hospital/rectification/incoming", headers=HTMX).text == "1"
    check_html(office.get(PROBLEMS))

    answer = office.post(REGISTER, data=FIELDS)

    assert answer.status_code == 303
    assert FOUND.title not in office.get(PROBLEMS).text
    assert office.get("/hospital/rectification/incoming", headers=HTMX).text == ""
    with fed_app.app_context():
        card = db.session.scalars(select(Card)).one()
        assert (card.source, card.source_key, card.source_url) == (FOUND.source, FOUND.key, FOUND.url)
        assert card.unit_id == unit("ywb").id
        assert [measure.text for measure in db.session.scalars(select(Measure))] == list(FOUND.measures)


def test_a_finder_is_asked_about_the_unit_of_the_page_since_a_moment_and_only_where_both_are_on(fed_app):
    finder = fed_app.extensions["finder"]
    with fed_app.test_request_context(), transaction():
        gate.turn("finder", unit("nk1"), gate.Word.OFF, by=person("head"))

    login(fed_app, "office").get(PROBLEMS)
    login(fed_app, "head").get("/nk1/rectification/problems")

    [(code, since)] = finder.asked
    assert code == "hospital"
    assert since.tzinfo is not None


def test_the_same_problem_is_registered_once(fed_app):
    office = login(fed_app, "office")
    office.post(REGISTER, data=FIELDS)

    answer = office.post(REGISTER, data=FIELDS)

    assert answer.status_code == 409
    assert "已经登记为卡片 001" in answer.text
    with fed_app.app_context():
        assert len(db.session.scalars(select(Card)).all()) == 1


def test_the_form_brings_title_and_measures_along(fed_app):
    answer = login(fed_app, "office").get(f"{REGISTER}?source=finder&key=12%233")

    assert answer.status_code == 200
    check_html(answer)
    assert FOUND.title in answer.text
    assert "合并会议\n一页纸纪要" in answer.text.replace("\r", "")
    assert '<option selected value="self">' in answer.text
    assert (FOUND_AS["campaign"], FOUND_AS["talk_records"]) == (SourceKind.PLAN, SourceKind.PEERS)


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_without_a_unit_the_form_comes_back(fed_app, headers):
    answer = login(fed_app, "office").post(REGISTER, data={**FIELDS, "unit": ""}, headers=headers)

    assert answer.status_code == 422
    assert "会议过多" in answer.text


def test_what_nobody_offers_is_not_registered(fed_app):
    answer = login(fed_app, "office").post(REGISTER, data={**FIELDS, "key": "made up"})

    assert answer.status_code == 404


@pytest.mark.parametrize(("username", "status"), [("supervisor", 403), ("stranger", 404), ("member", 404)])
def test_others_do_not_see_incoming_problems(fed_app, username, status):
    client = login(fed_app, username)

    assert client.get(PROBLEMS).status_code == status
    assert client.post(REGISTER, data=FIELDS).status_code == status


@pytest.mark.parametrize("source", ["talk_records", "democratic_life", "campaign"])
def test_who_found_a_problem_is_told_what_became_of_it(app, make_card, source):
    """Whoever may not enter the card's unit learns the stage, and no way there."""
    make_card(source=source, source_key="7", source_url="/nk1/")
    board = getattr(app.extensions["intranet.plugins"].manager.hook, f"{source}_outcomes")

    with app.test_request_context():
        told = {name: board(user=person(name), keys=["7", "8"])[0] for name in ("head", "stranger")}

    assert [(each.key, each.title) for each in told["head"]] == [("7", "整改卡片 001：待认领")]
    page = "/nk1/rectification/cards/1"
    assert [(each.url, each.story) for each in told["head"]] == [(page, f"{page}/story")]
    said = [(each.title, each.url, each.story) for each in told["stranger"]]
    assert said == [("整改卡片 001：待认领", "", "")]


def test_they_are_told_of_a_merged_problem_and_of_a_declined_one(app, make_card):
    """Merged counts with the measures of the meeting that named it; declined is none, undecided is one."""
    make_card()
    problems = [Problem("democratic_life", key, "会议过多", "/nk1/", date(2026, 3, 1)) for key in ("8", "9")]
    with app.test_request_context(), transaction():
        office, card = person("office"), db.session.get_one(Card, 1)
        merge(problems[0], card, unit("nk1"), by=office)
        decline(problems[1], "已经另有安排", unit("nk1"), by=office)
    hook = app.extensions["intranet.plugins"].manager.hook
    with app.test_request_context():
        told = hook.democratic_life_outcomes(user=person("head"), keys=["8", "9"])[0]
        asked = {"unit": unit("nk1"), "user": person("head"), "gate": "measures", "start": None, "end": None}
        bars, more = (
            [bar for each in hook.democratic_life_readiness(**asked, keys=keys) for bar in each]
            for keys in (["8", "9"], ["8", "9", "10"])
        )
    assert [(each.key, each.title, each.story) for each in told] == [
        ("8", "整改卡片 001：待认领", "/nk1/rectification/cards/1/story"),
        ("9", "没有登记为整改卡片：已经另有安排", ""),
    ]
    assert [(bar.done, bar.total) for bar in bars if bar.label == "整改措施"] == [(0, 1)]
    assert [(bar.done, bar.total) for bar in more if bar.label == "整改措施"] == [(0, 2)]


@pytest.mark.one_engine
def test_the_first_word_of_a_merged_problem_is_no_look_back():
    opened, named, later = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)
    known = [Reference("meetings", "7", "提出", "", named), Reference("meetings", "7", "又开会", "", later)]
    assert story._first_days(known, opened) == {("meetings", "7"): named}
    parts = [story._of_other(each, named).part for each in known]
    assert parts == [story.FOUND, story.LATER]
