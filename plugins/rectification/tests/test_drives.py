"""专项整治: set up by the office, cards put in on the card and in bulk, counted where people see them."""

import io
import re
from datetime import timedelta

import openpyxl
import pytest
from sqlalchemy import select

from intranet import clock
from intranet.db import transaction
from intranet.extensions import db
from plugins.rectification.models import Card, Drive, DriveCard, Event
from plugins.rectification.services.drives import add_drive
from plugins.rectification.stages import Stage
from plugins.rectification.tests.test_ledger_in import reviewed, table
from tests.fixtures import HTMX, check_html, login, person, unit
from tests.office import shown_by_libreoffice

HEADS = ("存在问题", "问题来源", "责任科室", "专项")
DRIVES, BULK = "/hospital/rectification/drives", "/hospital/rectification/bulk"


@pytest.fixture
def make_drive(app):
    """`make_drive("红包专项", code="nk1")` → its id."""

    def make(name="医疗收费专项", *, code="hospital", **changes):
        values = {"name": name, "basis": "院发〔2026〕12 号", "starts_on": clock.today(), "ends_on": None}
        with app.app_context(), transaction():
            here = unit(code)
            values["leading_id"] = here.id
            return add_drive(here, values | changes, by=person("office")).id

    return make


def held_by(app, card_id):
    with app.app_context():
        query = select(Drive.name).join(DriveCard, DriveCard.drive_id == Drive.id)
        return sorted(db.session.scalars(query.where(DriveCard.card_id == card_id)))


def form_of(app, name="医疗收费专项", **changes):
    with app.app_context():
        return {
            "name": name,
            "leading": unit("nk1").id,
            "starts_on": clock.today(),
            "ends_on": clock.today() + timedelta(days=90),
            "basis": "院发〔2026〕12 号",
        } | changes


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_the_office_sets_one_up_changes_closes_and_opens_it_again(app, client_for, headers):
    office = client_for("office")
    check_html(office.get(f"{DRIVES}/new"))
    made = office.post(f"{DRIVES}/new", data=form_of(app), headers=headers)
    address = made.headers.get("HX-Redirect") or made.headers["Location"]

    page = office.get(address)
    check_html(page)
    assert "院发〔2026〕12 号" in page.text
    changed = office.post(f"{address}/edit", data=form_of(app, "收费专项", version=1), headers=headers)
    assert changed.status_code in {200, 303}
    late = office.post(f"{address}/edit", data=form_of(app, "过时的名称", version=1), headers=headers)
    assert late.status_code == 409
    assert "现在叫“收费专项”" in late.text
    assert "过时的名称" in late.text
    assert office.post(f"{address}/close", data={"version": 2, "on": 1}).status_code == 303
    assert office.post(f"{address}/close", data={"version": 2, "on": 1}).status_code == 409
    assert "已结束" in office.get(DRIVES).text
    office.post(f"{address}/close", data={"version": 3, "on": 0})
    assert "进行中" in office.get(DRIVES).text


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(app, client_for, make_drive):
    make_drive()
    office = client_for("office")

    days = {"starts_on": clock.today(), "ends_on": clock.today() - timedelta(days=1)}
    wrong = office.post(f"{DRIVES}/new", data=form_of(app, "乱收费", **days))
    again = office.post(f"{DRIVES}/new", data=form_of(app))

    assert (wrong.status_code, again.status_code) == (422, 422)
    assert "结束日期不能早于开始日期。" in wrong.text
    assert "乱收费" in wrong.text
    assert "已经有叫“医疗收费专项”的专项。" in again.text


def test_who_sees_and_who_may_change_one(client_for, make_drive):
    own, whole = make_drive("内一科专项", code="nk1"), make_drive()
    head, stranger, office = (client_for(name) for name in ("head", "stranger", "office"))

    assert head.get(f"/nk1/rectification/drives/{whole}").status_code == 200
    assert stranger.get(f"/wk1/rectification/drives/{own}").status_code == 404
    assert stranger.get(f"/wk1/rectification/drives/{whole}").status_code == 200
    assert "内一科专项" not in stranger.get("/wk1/rectification/drives").text
    assert head.get("/nk1/rectification/drives/new").status_code == 403
    assert office.get(f"/nk1/rectification/drives/{whole}/edit").status_code == 404
    assert office.get(f"/hospital/rectification/drives/{own}").status_code == 200


def test_a_card_is_put_into_several_and_its_history_says_so(app, client_for, make_card, make_drive):
    first, second = make_drive(), make_drive("作风专项")
    elsewhere = make_drive("外一科专项", code="wk1")
    card_id, head = make_card(), client_for("head")
    address = f"/nk1/rectification/cards/{card_id}/drives"
    check_html(head.get(address))
    assert "外一科专项" not in head.get(address).text

    done = head.post(address, data={"version": 1, "drives": [first, second]})
    late = head.post(address, data={"version": 1, "drives": [first]})
    outside = head.post(address, data={"version": 2, "drives": [elsewhere]})

    assert (done.status_code, late.status_code, outside.status_code) == (303, 409, 422)
    assert held_by(app, card_id) == ["作风专项", "医疗收费专项"]
    page = head.get(f"/nk1/rectification/cards/{card_id}").text
    assert "专项整治：“”改为“作风专项、医疗收费专项”" in page
    assert f"/nk1/rectification/drives/{second}" in page
    member = client_for("member").get(address)
    assert member.status_code == 403


def test_no_card_comes_into_a_closed_one_and_none_leaves_it(app, client_for, make_card, make_drive):
    drive_id, other = make_drive(), make_drive("作风专项")
    card_id, head = make_card(), client_for("head")
    address = f"/nk1/rectification/cards/{card_id}/drives"
    head.post(address, data={"version": 1, "drives": [drive_id]})
    client_for("office").post(f"{DRIVES}/{drive_id}/close", data={"version": 1, "on": 1})

    refused = head.post(address, data={"version": 2, "drives": [drive_id]})
    kept = head.post(address, data={"version": 2, "drives": [other]})

    assert (refused.status_code, kept.status_code) == (422, 303)
    assert held_by(app, card_id) == ["作风专项", "医疗收费专项"]


def test_several_cards_go_in_and_out_and_each_is_told_of(app, client_for, make_card, make_drive):
    drive_id, below = make_drive(), make_drive("外一科专项", code="wk1")
    cards, office = [make_card(), make_card(Stage.CLOSED)], client_for("office")
    with app.app_context():
        chosen = [f"{card_id}:{db.session.get_one(Card, card_id).version}" for card_id in cards]
        later = [f"{card_id}:{db.session.get_one(Card, card_id).version + 1}" for card_id in cards]
    assert "归入专项" in office.get(f"{BULK}?card={chosen[0]}").text

    into = office.post(BULK, data={"deed": "join", "card": chosen, "drive": drive_id})
    again = office.post(BULK, data={"deed": "join", "card": later, "drive": drive_id})
    wrong = office.post(BULK, data={"deed": "join", "card": later, "drive": below})
    assert into.text.count("已归入专项“医疗收费专项”。") == 2
    assert again.text.count("已在专项“医疗收费专项”里。") == 2
    assert "专项“外一科专项”不包括内一科。" in wrong.text
    assert held_by(app, cards[1]) == ["医疗收费专项"]
    out = office.post(BULK, data={"deed": "leave", "card": later, "left": drive_id})
    assert out.text.count("已移出专项“医疗收费专项”。") == 2
    assert held_by(app, cards[0]) == []


def test_every_number_of_its_page_and_of_its_chart_opens_that_list(client_for, make_card, make_drive):
    drive_id, office = make_drive(), client_for("office")
    late = {"due_on": clock.today() - timedelta(days=3)}
    inside = [make_card(Stage.IN_PROGRESS, **late), make_card(Stage.CLOSED), make_card()]
    make_card(title="不在专项里")
    for card_id, version in zip(inside, (3, 8, 1), strict=True):
        choice = {"deed": "join", "card": f"{card_id}:{version}", "drive": drive_id}
        assert "已归入" in office.post(BULK, data=choice).text

    for address in (f"{DRIVES}/{drive_id}", f"{DRIVES}/{drive_id}/wall"):
        page = office.get(address)
        check_html(page)
        numbers = re.findall(r'href="([^"]*/cards[^"/]*)"[^>]*>(?:<b>)?(\d+)(?: 件)?<', page.text)
        assert len(numbers) > 6, address
        for link, number in dict.fromkeys(numbers):
            assert "drive=" in link
            assert f"共 {number} 件" in office.get(link.replace("&amp;", "&")).text, link
    assert "不在专项里" not in page.text
    board = office.get(f"/hospital/rectification/?drive={drive_id}").text
    assert ("不在专项里" in board, "医疗收费专项" in board) == (False, True)


def test_the_chart_asks_again_only_when_a_card_came_in(client_for, make_card, make_drive):
    drive_id, office, card_id = make_drive(), client_for("office"), make_card()
    screen = f"{DRIVES}/{drive_id}/wall?screen=1"
    seen = re.search(r'"seen": "(\w+)"|$', office.get(screen).text)[1]
    assert office.get(f"{screen}&seen={seen}", headers=HTMX).status_code == 204

    office.post(BULK, data={"deed": "join", "card": f"{card_id}:1", "drive": drive_id})

    assert office.get(f"{screen}&seen={seen}", headers=HTMX).status_code == 200


def test_the_unit_below_counts_only_its_own_cards(client_for, make_card, make_drive):
    drive_id, office = make_drive(), client_for("office")
    office.post(BULK, data={"deed": "join", "card": f"{make_card()}:1", "drive": drive_id})

    assert "专项里还没有卡片" in client_for("stranger").get(f"/wk1/rectification/drives/{drive_id}").text
    assert "共 1 件" in client_for("head").get(f"/nk1/rectification/drives/{drive_id}").text


def test_an_edit_of_the_drives_alone_is_no_edit_of_the_words(app, client_for, make_card, make_drive):
    """Also of a card that is closed: what it says stays as it was published."""
    card_id, drive_id = make_card(Stage.CLOSED), make_drive()

    client_for("office").post(BULK, data={"deed": "join", "card": f"{card_id}:8", "drive": drive_id})

    with app.app_context():
        last = db.session.scalars(select(Event).order_by(Event.id.desc())).first()
        assert last.changes == [["drives", "", "医疗收费专项"]]
        assert db.session.get_one(Card, card_id).stage is Stage.CLOSED


def test_the_ledger_takes_them_out_and_brings_them_in(app, client_for, make_card, make_drive, tmp_path):
    drive_id, office = make_drive(), client_for("office")
    office.post(BULK, data={"deed": "join", "card": f"{make_card()}:1", "drive": drive_id})

    taken = office.post(f"/hospital/rectification/cards.xlsx?drive={drive_id}")

    sheet = openpyxl.load_workbook(io.BytesIO(taken.data)).active
    row = dict(zip(*sheet.iter_rows(3, 4, values_only=True), strict=True))
    assert row["专项整治"] == "医疗收费专项"
    assert "医疗收费专项" in shown_by_libreoffice(taken.data, "taken.xlsx", tmp_path)
    wrong, _path, _sent = reviewed(
        office, table(("取药排队久", "群众提", "内一科", "没有的专项"), headings=HEADS)
    )
    assert "没有正在进行的专项“没有的专项”" in wrong.text
    rows = table(("取药排队久", "群众提", "内一科", "医疗收费专项、 医疗收费专项"), headings=HEADS)
    _page, path, sent = reviewed(office, rows)
    assert office.post(path, data=sent).status_code == 303
    with app.app_context():
        brought = db.session.scalars(select(Card.id).where(Card.title == "取药排队久")).one()
    assert held_by(app, brought) == ["医疗收费专项"]


def test_the_numbers_of_a_drive_open_their_lists(demo_app):
    page = login(demo_app, "office").get("/hospital/rectification/drives").text

    assert re.search(r'href="/hospital/rectification/cards\?light=red&amp;drive=\d+">\d', page)
    assert re.search(r'href="/hospital/rectification/cards\?stage=closed&amp;drive=\d+">\d', page)
