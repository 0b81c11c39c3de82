"""A unit's own fields: who makes them, what they take, where they are shown, found and taken along."""

import io
import re

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, text
from werkzeug.datastructures import MultiDict

from intranet.db import is_sqlite, transaction
from intranet.extensions import db
from plugins.rectification.filters import Filters
from plugins.rectification.models import Event, Field, Value
from plugins.rectification.queries.listing import chosen
from plugins.rectification.queries.scope import scope_of
from plugins.rectification.stages import Stage
from plugins.rectification.tests.ledgers import reviewed, table, upload
from tests.fixtures import check_html, login, person, unit

NK1 = "/nk1/rectification"
KINDS = {"楼栋": "choice", "床位": "number", "到货": "date", "涉药": "check", "备注": "text"}
FILLED = {"楼栋": "甲楼", "床位": "37.5", "到货": "2026-12-01", "涉药": "y", "备注": "先修电梯"}


@pytest.fixture
def fields(app):
    """By name the ids of one field a kind, made by the office for all."""
    office = login(app, "office")
    for name, kind in KINDS.items():
        data = {"name": name, "kind": kind, "choices": "甲楼\n乙楼" if kind == "choice" else ""}
        assert office.post("/hospital/rectification/fields", data=data).status_code == 303
    with app.app_context():
        return {field.name: field.id for field in db.session.scalars(select(Field))}


def fill(app, card_id, fields, **more):
    """Through the card's own form, as the head."""
    head, page = login(app, "head"), f"{NK1}/cards/{card_id}/edit"
    data = {
        "title": "出院结算慢",
        "category": "bureaucracy",
        "source_kind": "masses",
        "term": "near",
        "version": 1,
    }
    data |= {f"f-{fields[name]}": value for name, value in FILLED.items()}
    return head.post(page, data=data | more)


def test_fields_are_filled_shown_found_and_taken_along(app, make_card, fields):
    card_id, other = make_card(), make_card(title="没有填的卡片")
    head = login(app, "head")
    check_html(head.get(f"{NK1}/cards/{card_id}/edit"))

    assert fill(app, card_id, fields).status_code == 303

    page = head.get(f"{NK1}/cards/{card_id}")
    check_html(page)
    for word in ("甲楼", "37.5", "2026-12-01", "先修电梯"):
        assert word in page.text
    assert "床位：”改为“床位：37.5" in page.text
    for name, found, missed in (
        ("楼栋", "甲楼", "乙楼"),
        ("床位", "30..40", "38..40"),
        ("床位", "37.5", "37"),
        ("到货", "..2026-12-01", "2026-12-02.."),
        ("涉药", "1", "0"),
        ("备注", "电梯", "楼梯"),
    ):
        for word, number in ((found, 1), (missed, 0)):
            listed = head.get(f"{NK1}/cards", query_string={f"f-{fields[name]}": word}).text
            assert f"共 {number} 件" in listed, (name, word)
    assert "共 0 件" in head.get(f"{NK1}/cards", query_string={f"f-{fields['楼栋']}": "甲"}).text
    both = head.get(f"{NK1}/", query_string={f"f-{fields['楼栋']}": "甲楼", f"f-{fields['涉药']}": "1"}).text
    assert f'id="card-{card_id}"' in both
    assert f'id="card-{other}"' not in both

    book = head.post(f"{NK1}/cards.xlsx?f-{fields['楼栋']}=甲楼")
    sheet = load_workbook(io.BytesIO(book.data)).active
    heads, row = ([cell.value for cell in sheet[number]] for number in (3, 4))
    told = dict(zip(heads, row, strict=True))
    assert (told["楼栋"], told["床位"], told["涉药"]) == ("甲楼", 37.5, "是")
    assert told["到货"].date().isoformat() == "2026-12-01"
    assert sheet.max_row == 4


def test_emptied_fields_leave_no_row_and_a_stale_form_keeps_both_texts(app, make_card, fields):
    card_id = make_card()
    fill(app, card_id, fields)
    stale = fill(app, card_id, fields, **{f"f-{fields['备注']}": "换了说法"})

    assert stale.status_code == 409
    assert "换了说法" in stale.text
    assert "先修电梯" in stale.text
    empty = {f"f-{number}": "" for number in fields.values()} | {"version": 2}
    assert fill(app, card_id, {**fields}, **empty).status_code == 303
    with app.app_context():
        left = [value.field_id for value in db.session.scalars(select(Value))]
        assert left == []


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("床位", "很多"),
        ("床位", "nan"),
        ("床位", "1e99"),
        ("到货", "明天"),
        ("到货", "0001-01-01"),
        ("楼栋", "丙楼"),
    ],
)
def test_what_is_of_another_kind_is_refused_and_kept(app, make_card, fields, name, value):
    card_id = make_card()

    answer = fill(app, card_id, fields, **{f"f-{fields[name]}": value})

    assert answer.status_code == 422
    with app.app_context():
        assert db.session.scalars(select(Value)).all() == []
        assert not db.session.scalars(select(Event.id).where(Event.kind == "edited")).all()


@pytest.mark.one_engine
def test_what_is_no_number_is_refused_in_words_a_clerk_knows(app, make_card, fields):
    answer = fill(app, make_card(), fields, **{f"f-{fields['床位']}": "12万"})

    assert "请填数字，如 12 或 12.5。" in answer.text
    assert "浮点" not in answer.text
    assert 'value="12万"' in answer.text, "what was typed stays"
    check_html(answer)


@pytest.mark.one_engine
def test_a_retired_field_is_no_longer_asked_for_and_keeps_what_it_holds(app, make_card, fields):
    card_id = make_card()
    fill(app, card_id, fields)
    office, page = login(app, "office"), f"/hospital/rectification/fields/{fields['备注']}"
    data = {"name": "备注", "kind": "text", "position": 9, "retired": "y"}

    assert office.post(page, data={**data, "version": 1}).status_code == 303

    head = login(app, "head")
    assert "备注" not in head.get(f"{NK1}/cards/{card_id}/edit").text
    assert "先修电梯" in head.get(f"{NK1}/cards/{card_id}").text
    assert office.post(page, data={**data, "version": 1}).status_code == 409


def test_a_departments_field_is_its_own_and_of_those_under_it(app, make_card):
    head, card_id = login(app, "head"), make_card()
    data = {"name": "病区电话", "kind": "text", "choices": ""}

    assert head.post(f"{NK1}/fields", data=data).status_code == 303
    assert head.post(f"{NK1}/fields", data=data).status_code == 422, "the name is there"

    assert "病区电话" in head.get(f"{NK1}/cards/{card_id}/edit").text
    assert "病区电话" not in login(app, "stranger").get("/wk1/rectification/fields").text
    assert login(app, "stranger").get("/wk1/rectification/fields/1").status_code == 404
    assert login(app, "member").get(f"{NK1}/fields").status_code == 403


def test_a_filter_reads_an_index(app, make_card, fields):
    with app.app_context():
        words = MultiDict({f"f-{fields['楼栋']}": "甲楼"})
        query = chosen(scope_of(unit("nk1"), person("head")), Filters.of(words), person("head"))
        sql = str(query.compile(db.engine, compile_kwargs={"literal_binds": True}))
        if is_sqlite(db.engine):
            plan = "\n".join(str(row) for row in db.session.execute(text(f"EXPLAIN QUERY PLAN {sql}")))
            assert "SEARCH rectification_value USING" in plan
        else:
            db.session.execute(text("SET LOCAL enable_seqscan = off"))
            plan = "\n".join(str(row) for row in db.session.execute(text(f"EXPLAIN {sql}")))
            assert "Seq Scan on rectification_value" not in plan


def test_the_words_to_choose_from_are_shown_and_changed(app, fields):
    office, page = login(app, "office"), f"/hospital/rectification/fields/{fields['楼栋']}"
    shown = office.get(page)
    assert shown.status_code == 200
    words = re.search(r"<textarea[^>]*name=\"choices\"[^>]*>\s*(.*?)</textarea>", shown.text, re.DOTALL)[1]
    assert len(words.split()) > 1

    sent = {"name": "楼栋", "kind": "choice", "position": 1, "version": 1, "choices": f"{words}\n新楼"}
    assert office.post(page, data=sent).status_code == 303
    assert "新楼" in office.get(page).text


@pytest.mark.one_engine
@pytest.mark.parametrize("name", ["责任部门", "状态", "问题（病区）", "销号日期", "序号", "Responsible unit"])
def test_a_column_of_the_ledger_gives_no_field_its_name(app, fields, name):
    office, page = login(app, "office"), "/hospital/rectification/fields"
    sent = {"name": name, "kind": "text", "position": 1, "version": 1, "choices": ""}

    made = office.post(page, data=sent)
    renamed = office.post(f"{page}/{fields['备注']}", data=sent)

    for answer in (made, renamed):
        assert answer.status_code == 422
        assert f"“{name}”是台账自己的栏目，导出以后分不清，请换个名称。" in answer.text


def test_where_a_field_has_such_a_name_already_the_ledgers_own_column_is_read(app, make_card, fields):
    make_card(title="出院结算慢")
    office, page = login(app, "office"), f"/hospital/rectification/fields/{fields['备注']}"
    for old, new in (("备注", "责任部门"), ("楼栋", "状态")):
        with app.app_context(), transaction():
            db.session.get_one(Field, fields[old]).name = new
    content = office.post("/hospital/rectification/cards.xlsx").data

    review, _path, _sent = reviewed(office, content)
    retired = {"name": "责任部门", "kind": "text", "position": 9, "retired": "y", "version": 1}

    assert "<b>1</b>件已有卡片" in review.text
    assert re.search("这些列没有读：[^。]*责任部门、?[^。]*。", review.text)
    twice = table(("一", "自己找", "内一科", "别的"), headings=("问题", "来源", "责任部门", "问题描述"))
    assert "表头里有两列同名" in upload(office, twice).text, "no field has that name"
    assert office.post(page, data=retired).status_code == 303, "its name is as it was"


def test_in_the_list_of_tasks_a_number_stands_once_a_card(app, make_card, fields):
    for title in ("出院结算慢", "取药排队久"):
        fill(app, make_card(Stage.IN_PROGRESS, title=title), fields, version=3, title=title)

    book = login(app, "head").post(f"{NK1}/cards.xlsx?list=tasks&sort=newest")

    sheet = load_workbook(io.BytesIO(book.data)).active
    heads, *rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    told = [dict(zip(heads, row, strict=True)) for row in rows]
    assert [row["床位"] for row in told] == [37.5, None, 37.5, None]
    assert {row["备注"] for row in told} == {"先修电梯"}
    assert sheet["A2"].value.endswith("，共 2 件，任务 4 行")
