"""Problem, measures, steps: each with its own person and date; and the three lists that are views of it."""

import io
from datetime import timedelta

import openpyxl
import pytest
from sqlalchemy import func, select

from intranet import clock
from intranet.extensions import db
from plugins.rectification.models import Card, Event, Helper, Measure
from plugins.rectification.stages import Stage
from plugins.rectification.wording import Term
from tests.fixtures import check_html, person, unit

HOSPITAL, NK1 = "/hospital/rectification/cards", "/nk1/rectification/cards"
FACTS = {
    "title": "出院带药说明不清",
    "unit": "nk1",
    "category": "bureaucracy",
    "source_kind": "superior",
    "source_note": "十一月督导反馈",
    "term": "lasting",
    "check_months": "6",
    "goal": "人人看得懂",
    "standard": "抽查十份都合格",
}


def rows_of(answer):
    assert answer.status_code == 200, answer.text
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    heading, *rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    return [dict(zip(heading, row, strict=True)) for row in rows]


def measures_by_text():
    return {measure.text: measure for measure in db.session.scalars(select(Measure))}


def test_every_field_of_a_problem_is_kept_shown_and_changed_with_its_history(app, client_for):
    office = client_for("office")
    with app.app_context():
        wk1, hlb = unit("wk1"), unit("hlb")
    office.post(f"{HOSPITAL}/new", data=FACTS | {"helpers": [wk1.id, hlb.id]})
    with app.app_context():
        card = db.session.scalars(select(Card)).one()
        assert (card.term, card.check_months, card.standard) == (Term.LASTING, 6, "抽查十份都合格")
    page = office.get(f"{HOSPITAL}/{card.id}")
    check_html(page)
    for word in ("外一科、护理部", "每 6 个月检查", "上级点 · 十一月督导反馈", "抽查十份都合格"):
        assert word in page.text, word

    changed = FACTS | {"term": "near", "standard": "抽查二十份", "helpers": [hlb.id], "version": 1}
    assert office.post(f"{HOSPITAL}/{card.id}/edit", data=changed).status_code == 303

    with app.app_context():
        card = db.session.get_one(Card, card.id)
        assert (card.term, card.check_months) == (Term.NEAR, None)
        assert list(db.session.scalars(select(Helper.unit_id))) == [hlb.id]
    page = office.get(f"{HOSPITAL}/{card.id}").text
    assert "配合部门：“外一科、护理部”改为“护理部”" in page
    assert "完成标准：“抽查十份都合格”改为“抽查二十份”" in page


def test_a_measure_is_done_after_its_steps_and_a_step_has_none(app, make_card, client_for):
    card_id, head = make_card(Stage.IN_PROGRESS), client_for("head")
    with app.app_context():
        measure, who = measures_by_text()["合并窗口"], person("recorder").id
    path = f"{NK1}/{card_id}/measures/{measure.id}"
    due = clock.today() + timedelta(days=5)
    check_html(head.get(f"{path}/steps"))
    assert (
        head.post(f"{path}/steps", data={"text": "测算人手", "person": who, "due_on": due}).status_code == 303
    )
    with app.app_context():
        step = measures_by_text()["测算人手"]
        assert (step.parent_id, step.user_id, step.due_on) == (measure.id, who, due)
    assert head.post(f"{NK1}/{card_id}/measures/{step.id}/steps", data={"text": "再分"}).status_code == 422

    early = head.post(f"{path}/done", data={"version": 1, "done": 1})
    assert early.status_code == 422
    assert "还有步骤没有完成" in early.text
    assert (
        head.post(f"{NK1}/{card_id}/measures/{step.id}/done", data={"version": 1, "done": 1}).status_code
        == 303
    )
    assert head.post(f"{path}/done", data={"version": 1, "done": 1}).status_code == 303
    back = head.post(f"{NK1}/{card_id}/measures/{step.id}/done", data={"version": 2, "done": 0})
    assert back.status_code == 422
    assert "先取消它的完成" in back.text
    page = head.get(f"{NK1}/{card_id}")
    check_html(page)
    with app.app_context():
        assert person("recorder").name in page.text
    assert "措施 1/2" in head.get("/nk1/rectification/").text


def test_a_removed_measure_takes_its_steps_along(app, make_card, client_for):
    card_id, head = make_card(Stage.UNCLAIMED), client_for("head")
    head.post(f"{NK1}/{card_id}/measures", data={"text": "合并窗口"})
    with app.app_context():
        measure = measures_by_text()["合并窗口"]
    head.post(f"{NK1}/{card_id}/measures/{measure.id}/steps", data={"text": "测算人手"})

    assert head.post(f"{NK1}/{card_id}/measures/{measure.id}/remove", data={"version": 1}).status_code == 303

    with app.app_context():
        assert measures_by_text() == {}


@pytest.mark.parametrize(
    ("name", "rows", "columns"),
    [
        ("problems", 1, {"问题": "出院结算需往返两处窗口", "来源": "群众提", "类别": "官僚主义"}),
        ("tasks", 3, {"任务（整改措施）": "合并窗口", "责任部门": "内一科"}),
        ("duties", 1, {"责任部门": "内一科", "配合部门": "外一科", "时限类型": "近期", "所在环节": "整改中"}),
    ],
)
def test_a_list_shows_and_exports_the_same_cards_in_its_usual_columns(  # noqa: PLR0917 - fixtures
    name, rows, columns, app, make_card, client_for
):
    card_id, head = make_card(Stage.IN_PROGRESS), client_for("head")
    make_card(Stage.UNCLAIMED, title="另一件")
    with app.app_context():
        helper = unit("wk1").id
        measure = measures_by_text()["合并窗口"]
    head.post(f"{NK1}/{card_id}/measures/{measure.id}/steps", data={"text": "测算人手"})
    edited = {"version": 3, "title": "出院结算需往返两处窗口", "helpers": [helper]}
    assert head.post(f"{NK1}/{card_id}/edit", data=edited).status_code == 303

    asked = f"?list={name}&stage=in_progress"
    exported, page = rows_of(head.post(f"{NK1}.xlsx{asked}")), head.get(NK1 + asked)

    check_html(page)
    assert len(exported) == page.text.count("<tr>") - 1 == rows
    assert {key: exported[0][key] for key in columns} == columns
    assert all(word in page.text for word in columns.values())
    if name == "tasks":
        assert (exported[1]["任务（整改措施）"], exported[1]["具体步骤"]) == (None, "测算人手")


def test_in_the_demonstration_nothing_is_done_after_it_was_asked_to_be_closed(demo_app):
    with demo_app.app_context():
        done = select(Measure.card_id, func.max(Measure.done_on)).group_by(Measure.card_id)
        asked = select(Event.card_id, func.max(Event.at)).where(Event.to_stage == Stage.CLOSING_ASKED)
        last = dict(db.session.execute(done).all())
        days = dict(db.session.execute(asked.group_by(Event.card_id)).all())
        closed = db.session.scalars(select(Card.id).where(Card.stage == Stage.CLOSED)).all()
        wrong = [key for key in closed if last[key] > clock.local(days[key]).date()]
    assert closed
    assert wrong == []


@pytest.mark.parametrize(
    ("who", "knows"),
    [
        ("office", True),
        ("head", True),
        ("leader", True),
        ("supervisor", True),
        ("member", False),
        ("recorder", False),
    ],
)
def test_who_raised_a_problem_is_told_to_those_who_judge_the_work(who, knows, make_card, client_for):
    card_id = make_card(source_note="退休职工林某来信")
    client, page = client_for(who), f"/nk1/rectification/cards/{card_id}"

    for address in (page, f"{page}/story", "/nk1/rectification/cards?list=problems"):
        assert ("退休职工林某来信" in client.get(address).text) is knows
    for sheet in ("ledger", "problems"):
        file = client.post(f"/nk1/rectification/cards.xlsx?list={sheet}")
        cells = {
            cell.value
            for row in openpyxl.load_workbook(io.BytesIO(file.data)).active.iter_rows()
            for cell in row
        }
        assert ("退休职工林某来信" in cells) is knows
