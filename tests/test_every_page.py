"""Every page, for everybody, with plugins on and off: the right code, valid HTML, few queries, few bytes."""

import pytest
from sqlalchemy import update

from intranet.db import transaction
from intranet.extensions import db
from intranet.models import UnitPlugin
from tests.crawler import Frugal, check, crawl, expected_codes, ways
from tests.fixtures import HTMX, check_html, login

CAST = (
    None,
    "member",
    "recorder",
    "head",
    "leader",
    "office",
    "supervisor",
    "system",
    "security",
    "audit",
    "stranger",
)
UNITS = ("hospital", "nk1")


def plain_routes(app):
    """Routes that need no id: with a unit, or with nothing at all."""
    for rule in app.url_map.iter_rules():
        if "GET" in rule.methods and rule.arguments <= {"unit"} and "<path" not in rule.rule:
            codes = UNITS if "unit" in rule.arguments else (None,)
            for code in codes:
                yield rule.endpoint, code, rule.rule.replace("<unit:unit>", code or "")


def turn_everything_off(app):
    with app.app_context(), transaction():
        db.session.execute(update(UnitPlugin).values(enabled=False))


@pytest.mark.parametrize("state", ["on", "off"])
@pytest.mark.parametrize("username", CAST)
def test_every_page_gives_everybody_what_its_mark_promises(demo_app, username, state):
    if state == "off":
        turn_everything_off(demo_app)
    client = Frugal(demo_app, username)
    seen = 0

    for endpoint, code, path in plain_routes(demo_app):
        expected = expected_codes(demo_app, endpoint, code, username)
        for way, headers in ways():
            response = client.get(path, headers=headers)
            check(response, expected, f"{username} {way} {path} plugins {state}")
            response.close()
            seen += 1

    assert seen > 20


@pytest.mark.parametrize("username", ["head", "office", "leader", "supervisor", "audit", "system"])
def test_every_page_behind_a_link_opens_and_is_valid(demo_app, username):
    pages = crawl(Frugal(demo_app, username), alike=2)

    assert len(pages) >= 2
    for path, response in pages.items():
        assert response.status_code == 200, f"{username} {path}: {response.status_code}"
        if "<html" in response.text[:200]:
            check_html(response)


@pytest.mark.one_engine
@pytest.mark.parametrize("username", ["head", "office"])
def test_every_page_behind_a_link_has_a_fragment_that_is_no_page(demo_app, username):
    client = login(demo_app, username)

    for path, page in crawl(client, alike=2).items():
        if "<html" not in page.text[:200]:
            continue
        fragment = client.get(path, headers=HTMX)
        assert fragment.status_code == 200, path
        assert "<html" not in fragment.text, path
        assert fragment.text.strip(), f"{path}: an empty fragment"
        assert "HX-Request" in fragment.headers["Vary"], path


@pytest.mark.one_engine
def test_in_english_every_page_opens_too(demo_app):
    client = login(demo_app, "office")
    client.post("/language", data={"language": "en", "next": "/"})

    for path, response in crawl(client, alike=2).items():
        assert response.status_code == 200, path
        if "<html" in response.text[:200]:
            assert '<html lang="en"' in response.text
            check_html(response)
