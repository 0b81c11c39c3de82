"""Problems from elsewhere that get no card of their own: merged or declined, once for ever, and told."""

import pytest
from sqlalchemy import func, select

from intranet.db import transaction
from intranet.errors import Conflict
from intranet.extensions import db
from intranet.hookspecs import hookimpl
from plugins.rectification.models import Card, Event, Outcome
from plugins.rectification.services import deciding
from plugins.rectification.tests.test_problems import FIELDS, FOUND, PROBLEMS, REGISTER, Finder, fed_app
from tests.fixtures import HTMX, check_html, login, person, unit

NAMED = {"source": FOUND.source, "key": FOUND.key}
MERGE, DECLINE = f"{PROBLEMS}/merge", f"{PROBLEMS}/decline"
__all__ = ["fed_app"]


@pytest.fixture
def told(fed_app):
    """What the finder hears."""
    heard = []

    class Hearing(Finder):
        @hookimpl(optionalhook=True)
        def rectification_decided(self, unit, key, decision, reason, url):
            heard.append((unit.code, key, decision, reason, url))

    manager = fed_app.extensions["intranet.plugins"].manager
    manager.unregister(name="finder")
    manager.register(Hearing(), name="finder")
    return heard


def test_a_problem_is_merged_into_a_card_and_its_finder_hears_of_it(fed_app, told):
    office = login(fed_app, "office")
    office.post("/hospital/rectification/cards/new", data={**FIELDS, "title": "会议多"})
    check_html(office.get(f"{MERGE}?source=finder&key=12%233"))
    assert office.post(MERGE, data={**NAMED, "card": "99"}).status_code == 422

    assert office.post(MERGE, data={**NAMED, "card": "1"}).status_code == 303

    assert "并入问题：会议过多，一线受累" in office.get("/hospital/rectification/cards/1").text
    page = office.get(PROBLEMS)
    check_html(page)
    assert "并入卡片 001" in page.text
    assert office.get("/hospital/rectification/incoming", headers=HTMX).text == ""
    assert told == [("hospital", "12#3", "merged", "", "/ywb/rectification/cards/1")]
    again = office.post(MERGE, data={**NAMED, "card": "1"})
    assert again.status_code == 409
    assert "已经并入卡片 001" in again.text


def test_a_problem_is_declined_with_a_reason_and_its_finder_hears_it(fed_app, told):
    office = login(fed_app, "office")
    check_html(office.get(f"{DECLINE}?source=finder&key=12%233"))
    assert office.post(DECLINE, data={**NAMED, "reason": " "}).status_code == 422

    assert office.post(DECLINE, data={**NAMED, "reason": "属上级事权"}).status_code == 303

    assert told == [("hospital", "12#3", "declined", "属上级事权", "")]
    assert "不登记：属上级事权" in office.get(PROBLEMS).text
    refused = office.post(DECLINE, data={**NAMED, "reason": "再说一次"})
    assert refused.status_code == 409
    assert "已经决定不登记：属上级事权" in refused.text
    assert office.post(REGISTER, data=FIELDS).status_code in {404, 409}
    assert len(told) == 1
    with fed_app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Card)) == 0


def test_a_card_of_its_own_is_told_too_and_then_nothing_else_is_decided(fed_app, told):
    office = login(fed_app, "office")

    office.post(REGISTER, data=FIELDS)

    assert [(heard[2], heard[4]) for heard in told] == [("opened", "/ywb/rectification/cards/1")]
    assert office.post(DECLINE, data={**NAMED, "reason": "不必"}).status_code == 404
    with fed_app.test_request_context(), transaction(), pytest.raises(Conflict, match="已经登记为卡片 001"):
        deciding.decline(FOUND, "不必", unit("hospital"), by=person("office"))


def test_who_registers_nothing_decides_nothing(fed_app):
    for username, status in (("supervisor", 403), ("stranger", 404)):
        client = login(fed_app, username)
        assert client.post(MERGE, data={**NAMED, "card": "1"}).status_code == status
        assert client.post(DECLINE, data={**NAMED, "reason": "不必"}).status_code == status
    with fed_app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Outcome)) == 0
        assert db.session.scalar(select(func.count()).select_from(Event)) == 0
