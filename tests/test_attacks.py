"""What an attacker tried once and must not succeed with again."""

import re

import pytest
from sqlalchemy.exc import DBAPIError

from intranet import units
from intranet.db import transaction
from intranet.extensions import db
from tests.fixtures import HTMX, login, unit


@pytest.fixture
def newcomer(demo_app):
    """Somebody who works in the hospital's own office and in no department."""
    with demo_app.app_context(), transaction():
        person = units.add_person("newcomer", "白知远", "a long enough password")
        units.join(person, unit("hospital"), "职工")
    return login(demo_app, "newcomer")


def test_a_membership_in_the_hospital_opens_no_department(demo_app, newcomer):
    head = login(demo_app, "head")
    assert "内一科" in head.get("/nk1/campaign/").text

    assert newcomer.get("/hospital/campaign/").status_code == 200
    assert newcomer.get("/nk1/campaign/").status_code == 404
    assert newcomer.get("/hospital/campaign/duties?of=nk1").status_code == 404
    for page in ("/hospital/", "/hospital/campaign/progress"):
        assert 'href="/nk1/' not in newcomer.get(page).text


@pytest.mark.one_engine
@pytest.mark.parametrize("header", ["Origin", "Referer", "HX-Current-URL"])
def test_a_broken_address_in_a_header_is_no_failure(app, client_for, header):
    headers = {**HTMX, header: "http://["}

    assert client_for(None).get("/nk1/", headers=headers).status_code < 500
    assert client_for("head").post("/logout", headers=headers).status_code < 500


@pytest.mark.parametrize("number", [2**31, 2**63, 10**30])
def test_a_number_no_database_holds_is_no_failure(client_for, number):
    office = client_for("office")

    for path in (
        f"/hospital/rectification/cards/{number}",
        f"/hospital/campaign/activities/{number}",
        f"/hospital/campaign/duties?page={number}",
        f"/hospital/rectification/cards?page={number}",
    ):
        assert office.get(path).status_code in {200, 400, 404}
    assert client_for("audit").get(f"/admin/audit_trail/?before=-{number}").status_code == 200


def test_a_nul_in_any_field_is_refused(client_for):
    data = {"title": ["a", "b\0c"]}

    assert client_for("office").post("/hospital/rectification/cards/new", data=data).status_code == 400


def test_an_error_message_holds_nothing_a_person_typed(app):
    with app.app_context(), pytest.raises(DBAPIError) as caught:
        db.session.execute(db.text("SELECT * FROM no_such_table WHERE x = :word"), {"word": "SECRET"})

    assert "SECRET" not in str(caught.value)


def test_a_unit_that_turned_the_plan_off_is_not_seen_from_above(demo_app):
    office, head = login(demo_app, "office"), login(demo_app, "head")
    assert office.get("/hospital/campaign/duties?of=nk1").status_code == 200

    head.post("/nk1/plugins/campaign", data={"state": "off"})

    assert office.get("/hospital/campaign/duties?of=nk1").status_code == 404
    assert "内一科" not in office.get("/hospital/campaign/duties").text.partition("<main")[2]


def test_the_number_of_another_units_card_is_not_told(demo_app):
    office, stranger = login(demo_app, "office"), login(demo_app, "stranger")
    found = re.search(r"register\?([^\"]+)\"", office.get("/hospital/rectification/problems").text)
    query = found[1].replace("&amp;", "&")
    data = {"title": "换个说法", "unit": "nk1", "category": "other", "source_kind": "plan"}
    fields = dict(part.split("=") for part in query.split("&"))
    made = office.post(f"/hospital/rectification/problems/register?{query}", data={**data, **fields})
    assert made.status_code == 303

    assert office.get(f"/hospital/rectification/problems/register?{query}").status_code == 409
    assert stranger.get(f"/wk1/rectification/problems/register?{query}").status_code == 404


def test_the_audit_log_holds_no_words_of_a_card(demo_app):
    office = login(demo_app, "office")
    data = {"title": "只有卡片上才有的话", "unit": "nk1", "category": "other", "source_kind": "self"}
    assert office.post("/hospital/rectification/cards/new", data=data).status_code == 303

    assert "只有卡片上才有的话" not in login(demo_app, "audit").get("/admin/audit_trail/").text
