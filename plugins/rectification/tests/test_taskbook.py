"""整改任务书: the open problems as an official paper, of a unit, of a leader, of all."""

import io
from datetime import date

import docx
import pytest
from sqlalchemy import select

from intranet import clock
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import AuditEntry
from intranet.wording import spelt
from plugins.rectification.documents import make
from plugins.rectification.models import Card, Measure
from plugins.rectification.services.needs import Words
from plugins.rectification.stages import Stage
from plugins.rectification.taskbook import chinese
from plugins.rectification.tests.conftest import take
from plugins.rectification.wording import Term
from tests.fixtures import check_html, login, person
from tests.office import parts, shown_by_libreoffice

BOOKS, BOOK = "/hospital/rectification/taskbooks", "/hospital/rectification/taskbook.docx"


def texts(response):
    assert response.status_code == 200, response.text
    paper = docx.Document(io.BytesIO(response.data))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return [line.text for line in paper.paragraphs], cells


def test_a_book_tells_problems_measures_steps_owners_and_dates(app, make_card, client_for, tmp_path):
    card_id = make_card(Stage.IN_PROGRESS, goal="一次办完", title="{{ 7*7 }}<b>两处窗口")
    make_card(Stage.CLOSED, title="早已销号")
    with app.app_context(), transaction():
        top = db.session.scalars(select(Measure).where(Measure.card_id == card_id)).first()
        step = Measure(card_id=card_id, parent_id=top.id, position=1, text="画出新流程", round=1)
        db.session.add(step)
        db.session.get_one(Card, card_id).leader_id = person("leader").id
        head = person("head").name
    office = client_for("office")

    check_html(office.get(BOOKS))
    answer = office.post(BOOK)

    lines, cells = texts(answer)
    assert "一、{{ 7*7 }}<b>两处窗口" in lines
    assert any("责任部门：内一科" in line and f"责任人：{head}" in line for line in lines)
    assert cells[4:8] == ["1", "合并窗口", head, cells[7]]
    assert cells[8:10] == ["（1）", "画出新流程"]
    assert "早已销号" not in "".join(lines)
    shown = shown_by_libreoffice(answer.data, "book.docx", tmp_path).replace(" ", "")
    assert "整改任务书" in shown
    assert "责任领导（签字）" in shown


def test_of_a_unit_of_a_leader_and_audited(app, demo_app):
    office = login(demo_app, "office")
    with demo_app.app_context():
        leader = person("leader")
    whole, own, led = (office.post(f"{BOOK}{words}") for words in ("", "?unit=nk1", f"?leader={leader.id}"))

    assert all("责任部门：内一科" in line for line in texts(own)[0] if "责任部门：" in line)
    assert len(texts(own)[0]) < len(texts(whole)[0])
    assert f"{leader.name}同志牵头" in "".join(texts(led)[0])
    assert office.post(f"{BOOK}?unit=nothing").status_code == 404
    assert office.post(f"{BOOK}?leader=99999").status_code == 404
    assert login(demo_app, "head").post("/nk1/rectification/taskbook.docx?unit=wk1").status_code == 404
    with demo_app.app_context():
        query = select(AuditEntry.detail).where(AuditEntry.action == "rectification:export")
        assert {detail["list"] for detail in db.session.scalars(query)} == {"book"}


def test_what_lasts_has_no_last_day_but_a_next_check(make_card, client_for):
    make_card(Stage.IN_PROGRESS, term=Term.LASTING, check_months=3, due_on=date(2027, 1, 5))
    office = client_for("office")

    lines, cells = texts(office.post(BOOK))

    assert any("完成期限：长期坚持（下次检查：2027年1月5日）。" in line for line in lines)
    assert cells[7::4] == ["长期坚持", "长期坚持"]
    listed = office.get("/hospital/rectification/cards?list=tasks").text
    assert listed.count('data-label="完成期限">长期坚持<') == 2
    assert "2027-01-05" not in listed


def test_a_round_begun_anew_says_why_and_lists_only_its_own_measures(app, make_card, client_for):
    card_id = make_card(Stage.CLOSED)
    move(app, card_id, Stage.UNCLAIMED, "supervisor", Words(note="又出现两次"))
    office, day = client_for("office"), spelt(clock.today())
    told = f"第2轮整改（{day}反弹，重新挂号）：以前各轮措施2条，已完成2条；下表只列本轮措施。"

    lines, cells = texts(office.post(BOOK))
    assert told in lines
    assert cells[5::4] == ["认领时制定"]
    again = Words(measures=("专人值守",), person_id=head(app), due_on=clock.today())
    move(app, card_id, Stage.PLAN_PENDING, "head", again)

    lines, cells = texts(office.post(BOOK))
    assert told in lines
    assert (cells[4:6], len(cells)) == (["1", "专人值守"], 8)


def test_what_has_to_be_done_again_says_so(app, make_card, client_for):
    card_id = make_card(Stage.PUBLISHED)
    move(app, card_id, Stage.IN_PROGRESS, "office", Words(note="仍要排队", due_on=clock.today()))

    lines, cells = texts(client_for("office").post(BOOK))

    assert any(f"第2轮整改（{spelt(clock.today())}返工）" in line for line in lines)
    assert cells[5::4] == ["本轮措施待定"]


def head(app):
    with app.app_context():
        return person("head").id


def move(app, card_id, stage, username, words):
    with app.app_context(), transaction():
        take(db.session.get_one(Card, card_id), stage, username, words)


@pytest.mark.one_engine
def test_the_template_is_what_its_script_makes_on_the_sheet_all_papers_have(tmp_path):
    make.taskbook().save(str(tmp_path / "again.docx"))

    assert parts(make.FILE.read_bytes()) == parts((tmp_path / "again.docx").read_bytes())
    section = docx.Document(str(make.FILE)).sections[0]
    assert [round(side.mm) for side in (section.top_margin, section.left_margin, section.right_margin)] == [
        37,
        28,
        26,
    ]


@pytest.mark.one_engine
def test_numbers_are_spelt_as_in_papers():
    assert [chinese(number) for number in (1, 10, 12, 20, 35, 100, 105, 110, 217)] == [
        "一",
        "十",
        "十二",
        "二十",
        "三十五",
        "一百",
        "一百零五",
        "一百一十",
        "二百一十七",
    ]
