from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from intranet import clock, gate
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import Grant, Membership
from plugins.rectification.models import Card, Helper, Measure
from plugins.rectification.queries.details import leaders_over, people_of
from plugins.rectification.stages import Stage
from tests.fixtures import HTMX, check_html, person, unit

NEW = "/hospital/rectification/cards/new"
NK1 = "/nk1/rectification/"
FIELDS = {
    "title": "导诊台中午无人值守",
    "unit": "mzb",
    "category": "hedonism",
    "source_kind": "masses",
    "goal": "",
    "due_on": "",
    "leader": "",
    "measures": "弹性排班\n公布监督电话",
}


# Opening -------------------------------------------------------------------------------------------


def test_the_form_to_register_a_problem_is_shown(client_for):
    answer = client_for("office").get(NEW)

    assert answer.status_code == 200
    check_html(answer)


def test_a_problem_becomes_a_card_with_its_measures(app, client_for):
    answer = client_for("office").post(NEW, data=FIELDS)

    assert answer.status_code == 303
    with app.app_context():
        card = db.session.scalars(select(Card)).one()
        assert (card.title, card.unit_id, card.stage) == (FIELDS["title"], unit("mzb").id, Stage.UNCLAIMED)
        assert db.session.scalar(select(func.count()).select_from(Measure)) == 2


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_a_card_without_a_title_is_refused_and_the_rest_kept(headers, client_for):
    answer = client_for("office").post(NEW, data={**FIELDS, "title": " "}, headers=headers)

    assert answer.status_code == 422
    assert "请写明问题。" in answer.text
    assert "公布监督电话" in answer.text


def test_a_head_registers_only_for_the_own_department(app, client_for):
    head = client_for("head")

    refused = head.post(f"{NK1}cards/new", data={**FIELDS, "unit": "wk1"})
    taken = head.post(f"{NK1}cards/new", data={**FIELDS, "unit": "nk1"})

    assert refused.status_code == 422
    assert taken.status_code == 303


@pytest.mark.parametrize(("username", "status"), [("member", 403), ("recorder", 403), ("stranger", 404)])
def test_others_do_not_register_problems(username, status, client_for):
    client = client_for(username)

    assert client.get(f"{NK1}cards/new").status_code == status
    assert client.post(f"{NK1}cards/new", data=FIELDS).status_code == status


def test_where_the_board_is_off_there_is_no_page(app, client_for):
    with app.test_request_context(), transaction():
        gate.turn("rectification", unit("nk1"), gate.Word.OFF, by=person("head"))

    head = client_for("head")

    of_a_card = ("cards/1", "cards/1/move", "cards/1/edit")
    for path in ("", "cards", "cards/new", "overview/", "problems", *of_a_card):
        assert head.get(NK1 + path).status_code == 404, path
    assert head.post(f"{NK1}cards/1/move", data={"stage": "plan_pending"}).status_code == 404


def test_cards_of_a_unit_that_turned_the_board_off_vanish_from_the_hospitals_board(
    app, make_card, client_for
):
    card_id = make_card()
    with app.test_request_context(), transaction():
        gate.turn("rectification", unit("nk1"), gate.Word.OFF, by=person("head"))

    office = client_for("office")

    assert f"card-{card_id}" not in office.get("/hospital/rectification/").text
    assert office.get(f"/hospital/rectification/cards/{card_id}").status_code == 404


@pytest.mark.parametrize(
    ("username", "url", "leads_there"),
    [
        ("office", "/hospital/rectification/cards#row-1", True),
        ("head", "/nk1/rectification/overview/", True),
        ("head", "/hospital/rectification/cards#row-1", False),
        ("member", "/nk1/rectification/overview/", False),
        ("office", "/hospital/rectification/nowhere", False),
        ("office", "/nobody/rectification/", False),
        ("office", "/wk1/rectification/", False),
        ("office", "/healthz", False),
    ],
)
def test_the_source_is_a_link_only_for_those_who_may_go_there(  # noqa: PLR0917 - fixtures
    username, url, leads_there, app, make_card, client_for
):
    card_id = make_card(source="rectification", source_key="1", source_url=url)
    with app.test_request_context(), transaction():
        gate.turn("rectification", unit("wk1"), gate.Word.OFF, by=person("stranger"))
    code = "hospital" if username == "office" else "nk1"

    page = client_for(username).get(f"/{code}/rectification/cards/{card_id}").text

    assert (f'href="{url}"' in page.partition("<main")[2]) is leads_there
    assert ("查看出处" in page) is leads_there


# Editing -------------------------------------------------------------------------------------------


def edited(card, **changes):
    fields = {
        "title": card.title,
        "category": card.category,
        "source_kind": card.source_kind.value,
        "goal": card.goal,
        "due_on": card.due_on or "",
        "version": card.version,
    }
    return {**fields, **changes}


def test_an_edit_is_kept_with_both_texts_in_the_history(make_card, card, client_for):
    card_id = make_card()
    path = f"/hospital/rectification/cards/{card_id}/edit"
    office = client_for("office")
    check_html(office.get(path))

    answer = office.post(path, data=edited(card(card_id), title="出院结算要跑两处"))

    assert answer.status_code == 303
    assert card(card_id).title == "出院结算要跑两处"
    assert card(card_id).version == 2
    assert "问题：“" in history(office, card_id)
    assert "改为“出院结算要跑两处”" in history(office, card_id)
    office.post("/language", data={"language": "en"})
    assert "changed to &#34;出院结算要跑两处&#34;" in history(office, card_id)


def history(client, card_id):
    return client.get(f"/hospital/rectification/cards/{card_id}").text


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_two_who_edit_at_once_lose_nothing(headers, make_card, card, client_for):
    card_id = make_card()
    before = card(card_id)
    path = f"/hospital/rectification/cards/{card_id}/edit"
    client_for("office").post(path, data=edited(before, title="甲的说法"))

    answer = client_for("head").post(
        f"{NK1}cards/{card_id}/edit", data=edited(before, title="乙的说法"), headers=headers
    )

    assert answer.status_code == 409
    assert "江月白已于" in answer.text
    assert "甲的说法" in answer.text
    assert "乙的说法" in answer.text
    assert card(card_id).title == "甲的说法"


def test_a_head_does_not_move_the_deadline_of_a_claimed_card(make_card, card, client_for):
    card_id = make_card(Stage.IN_PROGRESS)
    before = card(card_id)
    later = (clock.today() + timedelta(days=300)).isoformat()

    client_for("head").post(
        f"{NK1}cards/{card_id}/edit", data=edited(before, due_on=later, person=before.user_id, goal="新目标")
    )

    after = card(card_id)
    assert (after.goal, after.due_on) == ("新目标", before.due_on)


def test_a_closed_unit_that_helped_stays_whatever_else_is_edited(app, make_card, card, client_for):
    card_id = make_card()
    with app.app_context(), transaction():
        helping = [unit(code).id for code in ("wk1", "hlb")]
        db.session.add_all(Helper(card_id=card_id, unit_id=key) for key in helping)
        unit("wk1").closed_on = clock.today()
    office, path = client_for("office"), f"/hospital/rectification/cards/{card_id}/edit"

    for chosen, left in (([helping[1]], helping), ([], helping[:1])):
        sent = edited(card(card_id), helpers=chosen, goal=f"目标{len(chosen)}")
        assert office.post(path, data=sent).status_code == 303
        with app.app_context():
            query = select(Helper.unit_id).where(Helper.card_id == card_id).order_by(Helper.unit_id)
            assert list(db.session.scalars(query)) == sorted(left)


@pytest.mark.parametrize("name", ["user_id", "extension_by"])
def test_nobody_gives_himself_by_editing_the_time_he_may_not_grant_himself(
    name, app, make_card, card, client_for
):
    with app.app_context():
        asked = {"extension_on": clock.today() + timedelta(days=300), "extension_by": person("head").id}
        me = person("office").id
    card_id, office = make_card(Stage.IN_PROGRESS, **{**asked, name: me}), client_for("office")
    before, path = card(card_id), f"/hospital/rectification/cards/{card_id}/edit"

    assert 'name="due_on"' not in office.get(path).text
    office.post(path, data=edited(before, due_on=before.extension_on, person=before.user_id, goal="新目标"))

    after = card(card_id)
    assert (after.goal, after.due_on, after.extension_on) == ("新目标", before.due_on, before.extension_on)


def test_a_member_does_not_edit(make_card, card, client_for):
    card_id = make_card()

    answer = client_for("member").post(f"{NK1}cards/{card_id}/edit", data=edited(card(card_id)))

    assert answer.status_code == 403


# Progress ------------------------------------------------------------------------------------------


def test_progress_is_dated_and_signed(make_card, client_for):
    card_id = make_card(Stage.IN_PROGRESS)
    head = client_for("head")

    answer = head.post(f"{NK1}cards/{card_id}/notes", data={"note": "已与财务部商定方案"})

    assert answer.status_code == 303
    assert "已与财务部商定方案" in head.get(f"{NK1}cards/{card_id}").text


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_empty_progress_is_refused(headers, make_card, client_for):
    card_id = make_card(Stage.IN_PROGRESS)

    answer = client_for("head").post(f"{NK1}cards/{card_id}/notes", data={"note": " "}, headers=headers)

    assert answer.status_code == 422
    assert "请写明进展。" in answer.text


def test_nobody_is_offered_whose_time_in_office_is_over(app):
    with app.app_context(), transaction():
        nk1, leader = unit("nk1"), person("leader")
        assert leaders_over(nk1)[leader.id] == leader.name
        assert person("head").id in people_of(nk1)
        for dated in (*db.session.scalars(select(Grant)), *db.session.scalars(select(Membership))):
            dated.starts_on, dated.ends_on = date(2020, 1, 1), date(2020, 12, 31)
        db.session.flush()

        assert leaders_over(nk1) == people_of(nk1) == {}


def test_a_suggested_measure_too_long_is_refused_with_a_sentence(client_for):
    answer = client_for("office").post(NEW, data=FIELDS | {"measures": "合并窗口\n" + "长" * 501})

    assert answer.status_code == 422
    assert "每条措施不超过 500 字，请分成几条写。" in answer.text
