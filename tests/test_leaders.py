"""From the annex of a plan to the roster of the leading group: the plan keeps the words, talks read them."""
# ruff: noqa: E402 - each of these folders may have been deleted

import io

import pytest
from docx import Document
from sqlalchemy import select

from intranet.extensions import db
from intranet.models import AuditEntry
from tests.fixtures import login, shared_data, unit

for _name in ("campaign", "talk_records"):
    pytest.importorskip(
        f"plugins.{_name}", reason="one of these folders was deleted: nobody to ask or to answer"
    )

from plugins.campaign.queries.leaders import lines_naming
from plugins.talk_records.annexes import rows_of
from plugins.talk_records.models import ChargeOf, Member
from plugins.talk_records.tests.leaders import ROSTER, TAKE, made_people, sent


@pytest.fixture
def people(app):
    return made_people(app)


def import_plan(office, lines):
    """A Word file whose second annex holds these lines, through upload and confirmation."""
    document = Document()
    for line in ("示范医院活动实施方案", "一、方法步骤", "2026年3月2日召开动员大会。", "附件2", *lines):
        document.add_paragraph(line)
    table = document.add_table(rows=0, cols=3)
    for cells in (("姓名", "职务", "分管单位"), ("钱不在", "副院长", "护理部")):
        for cell, words in zip(table.add_row().cells, cells, strict=True):
            cell.text = words
    document.add_paragraph("附件3")
    document.add_paragraph("孙在外 院长")
    file = io.BytesIO()
    document.save(file)
    upload = {"file": (io.BytesIO(file.getvalue()), "方案.docx")}
    sent_to = office.post("/hospital/campaign/import", data=upload)
    fields = {"version": 1, "plan": 0}
    assert office.post(f"{sent_to.location}/confirm", data=fields).status_code == 303


ANNEX = ("领导班子成员及分工", "徐天才（党委书记）：主持全面工作，分管内一科、外一科", "成　员：周 见")


def test_the_annex_of_a_plan_is_shown_row_by_row(app, people):
    """`talk_records_named`, as the plan answers it."""
    office = login(app, "office")
    assert "方案附件里有名单" not in office.get(f"{ROSTER}/import").text
    assert office.get(f"{ROSTER}/import/plan").status_code == 422
    import_plan(office, ANNEX)
    assert "徐天才、周见、钱不在" in office.get(f"{ROSTER}/import").text
    page = office.get(f"{ROSTER}/import/plan").text
    assert "有 2 位同名" in page
    assert "没有叫这个名字的账号" in page
    assert "孙在外" not in page
    fields = sent(page)
    assert fields["rows-0-person"] == str(people[0])
    assert "rows-0-take" in fields
    assert "rows-1-take" not in fields
    refused = office.post(TAKE, data=sent(page, rows_1_take="y"))
    assert (refused.status_code, "请选是哪一位" in refused.text) == (422, True)
    twice = office.post(TAKE, data=sent(page, rows_1_take="y", rows_1_person=people[0]))
    assert "这个账号已经选给另一行" in twice.text
    with app.app_context():
        assert members() == {}


def members():
    return {each.user_id: each for each in db.session.scalars(select(Member))}


def test_the_annex_of_a_plan_becomes_the_roster_once(app, people):
    office = login(app, "office")
    import_plan(office, ANNEX)
    page = office.get(f"{ROSTER}/import/plan").text
    done = office.post(TAKE, data=sent(page, rows_1_take="y", rows_1_person=people[2]))
    assert done.status_code == 303
    with app.app_context():
        found = members()
        assert set(found) == {people[0], people[2]}
        assert (found[people[0]].duty, found[people[0]].is_chief) == ("党委书记", True)
        assert set(db.session.scalars(select(ChargeOf.below_id))) == {unit("nk1").id, unit("wk1").id}
        entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "talk_records:roster"))
        assert len(entries.all()) == 2
    again = office.get(f"{ROSTER}/import/plan").text
    assert "已在名册：党委书记" in again
    assert "rows-0-take" not in sent(again)
    office.post(TAKE, data=sent(again, rows_0_take="y"))
    with app.app_context():
        assert len(members()) == 2


@pytest.mark.one_engine
def test_a_real_plan_names_its_eight_leaders_and_not_the_office():
    lines = lines_naming(shared_data("plan-hospital-2014.txt").read_text())
    rows = rows_of(lines)
    assert (len(rows), [row.is_chief for row in rows]) == (8, [True] + [False] * 7)
    assert [row.name[0] for row in rows] == ["徐", "陈", "吴", "周", "王", "胡", "王", "廖"]
    assert len(rows[3].name) == 2
    assert lines_naming(shared_data("closing-speeches-2014.txt").read_text()) == []
