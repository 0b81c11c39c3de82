"""The ledger as Excel: the cards of the list, for those who see the list, audited."""

import io
from datetime import date, datetime

import openpyxl
from sqlalchemy import event, select

from intranet.db import transaction
from intranet.extensions import db
from intranet.models import AuditEntry
from plugins.rectification.models import Card
from plugins.rectification.services.measures import add_progress
from plugins.rectification.stages import Stage
from plugins.rectification.views import lists
from plugins.rectification.wording import Sheet
from tests.fixtures import login, person

HOSPITAL, NK1 = "/hospital/rectification/cards", "/nk1/rectification/cards"


def sheet_of(response):
    assert response.status_code == 200, response.text
    return openpyxl.load_workbook(io.BytesIO(response.data)).active


def rows_of(response):
    heading, *rows = [[cell.value for cell in row] for row in sheet_of(response).iter_rows(min_row=3)]
    return [dict(zip(heading, row, strict=True)) for row in rows]


def test_a_row_holds_the_usual_columns(app, make_card, client_for):
    card_id = make_card(Stage.IN_PROGRESS, done=True, goal="一次办完", due_on=date(2026, 3, 5))
    with app.app_context(), transaction():
        add_progress(db.session.get_one(Card, card_id), "已与财务科商定", by=person("head"))

    (row,) = rows_of(client_for("head").post(f"{NK1}.xlsx"))

    assert row["问题"] == "出院结算需往返两处窗口"
    assert (row["序号"], row["编号"], row["类别"], row["来源"]) == (1, f"{card_id:03d}", "官僚主义", "群众提")
    assert row["整改措施"].startswith("1. 合并窗口（")
    assert row["整改措施"].count("\n") == 1
    assert (row["整改目标"], row["责任部门"], row["所在环节"]) == ("一次办完", "内一科", "整改中")
    assert row["完成期限"] == datetime(2026, 3, 5)  # noqa: DTZ001
    assert row["进展情况"].endswith("已与财务科商定")
    assert row["销号日期"] is None


def test_the_ledger_is_for_a3_and_every_list_for_a4(make_card, client_for):
    office = client_for("office")
    office.post("/hospital/rectification/fields", data={"name": "涉及金额（元）", "kind": "number"})
    make_card()

    sheets = {name: sheet_of(office.post(f"{HOSPITAL}.xlsx?list={name}")) for name in Sheet}

    papers = {name: sheet.page_setup.paperSize for name, sheet in sheets.items()}
    assert papers == dict.fromkeys(Sheet, 9) | {Sheet.LEDGER: 8}
    ledger = sheets[Sheet.LEDGER]
    last, name = ledger.max_column, "涉及金额（元）"
    assert ledger.cell(3, last).value == name
    widths = [each.width for each in ledger.column_dimensions.values() if each.min <= last <= each.max]
    assert widths[0] > 2 * len(name) + 2


def test_the_filters_and_the_order_of_the_list_hold(demo_app):
    client = login(demo_app, "office")
    asked = "?unit=nk1&unit=wk1&light=red&sort=newest"
    page = client.get(f"{HOSPITAL}{asked}&print=1").text

    rows = rows_of(client.post(f"{HOSPITAL}.xlsx{asked}"))

    assert rows
    places = [page.index(f'cards/{int(row["编号"])}"') for row in rows]
    assert places == sorted(places)
    assert len(rows) == page.count('class="title"')
    assert {row["责任部门"] for row in rows} <= {"内一科", "外一科"}


def test_each_takes_away_what_they_may_see_and_no_more(demo_app):
    with demo_app.app_context():
        all_cards = db.session.scalars(select(Card.id)).all()

    own = rows_of(login(demo_app, "head").post(f"{NK1}.xlsx"))

    assert {row["责任部门"] for row in own} == {"内一科"}
    assert len(rows_of(login(demo_app, "supervisor").post(f"{HOSPITAL}.xlsx"))) == len(all_cards)
    assert rows_of(login(demo_app, "head").post(f"{NK1}.xlsx?unit=wk1")) == []
    assert login(demo_app, "stranger").post(f"{NK1}.xlsx").status_code == 404
    assert login(demo_app, "system").post(f"{HOSPITAL}.xlsx").status_code == 404


def test_a_closed_card_tells_when_it_was_closed(make_card, client_for):
    make_card(Stage.CLOSED)

    (row,) = rows_of(client_for("office").post(f"{HOSPITAL}.xlsx"))

    assert isinstance(row["销号日期"], datetime)
    assert row["时限状态"] == "已销号"


def test_an_export_is_audited_with_its_rows(app, make_card, client_for):
    make_card()
    client_for("office").post(f"{HOSPITAL}.xlsx?q=不存在")
    client_for("office").post(f"{HOSPITAL}.xlsx")

    with app.app_context():
        query = select(AuditEntry.subject, AuditEntry.detail).order_by(AuditEntry.number)
        told = db.session.execute(query.where(AuditEntry.action == "rectification:export")).all()
    assert told == [("hospital", {"rows": "0"}), ("hospital", {"rows": "1"})]


def test_too_many_cards_are_refused_in_a_sentence(make_card, client_for, monkeypatch):
    make_card(), make_card()
    monkeypatch.setattr(lists, "EXPORTED", 1)

    refused = client_for("office").post(f"{HOSPITAL}.xlsx")

    assert refused.status_code == 422
    assert "一次最多导出 1 件，现有 2 件。请先筛选，再分几次导出。" in refused.text


def test_the_number_of_queries_does_not_grow(demo_app):
    client, queries = login(demo_app, "office"), []
    client.get(HOSPITAL)  # a process reads the picture of the units once, and what is kept with it
    with demo_app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *seen: queries.append(seen[2]))

    client.post(f"{HOSPITAL}.xlsx")

    assert len([query for query in queries if query.startswith("SELECT")]) <= 18, "\n".join(queries)
