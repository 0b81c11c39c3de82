"""A leading group from a pasted list or Excel: looked at row by row, taken whole or not at all."""

import io

import pytest
from sqlalchemy import select

from intranet.documents import excel
from intranet.extensions import db
from intranet.models import User
from plugins.talk_records.annexes import Row, rows_of, units_in
from plugins.talk_records.models import Member
from plugins.talk_records.stacked import read_rows
from plugins.talk_records.tests.leaders import ROSTER, TAKE, made_people, sent
from plugins.talk_records.views.roster_in import COLUMNS
from tests.fixtures import login

PROSE = """附件2　医院领导班子成员及分工
组　长：徐天才（党委书记、院长）
副组长：陈震宏（党委副书记）、周 见（纪委书记）
成　员：吴善水　王巨宏
李 明（副院长）
徐天才（党委书记、院长）：主持全面工作，分管内一科。
1.周见同志：纪委书记，分管监察室
领导小组办公室设在党办，主任由张剑英兼任
序号\t姓名\t职务\t分管工作
\t王巨宏\t副院长\t内一科、外一科
2\t赵 六\t工会主席"""


@pytest.mark.one_engine
def test_lines_and_tables_say_who_leads():
    assert rows_of(PROSE.splitlines()) == [
        Row("徐天才", "党委书记、院长", is_chief=True, work="主持全面工作，分管内一科。"),
        Row("陈震宏", "党委副书记"),
        Row("周见", "纪委书记", work="分管监察室"),
        Row("吴善水", "成员"),
        Row("王巨宏", "副院长", work="内一科、外一科"),
        Row("李明", "副院长"),
        Row("赵六", "工会主席"),
    ]
    assert units_in("分管心内一科、外一科", {1: "内一科", 2: "心内一科", 3: "外一科"}) == [2, 3]
    labelled = [
        "副组长：周定远 副院长 分管内一科",
        "成员：张三（分管医务）、李四（分管护理）、医务部",
    ]
    assert rows_of(labelled) == [
        Row("周定远", "副院长", work="分管内一科"),
        Row("张三", "分管医务"),
        Row("李四", "分管护理"),
    ]
    assert rows_of(["切实加强领导，确保取得实效。", "医院党委书记要带头", "2014年2月25日"]) == []


STACKED = """班子成员分工
序号
姓名
职务
分管工作
1
徐 天才
党委书记、院长
主持全面工作，分管内一科
2
周见
纪委书记
3
王巨宏
副院长
后勤保障
外一科、护理部"""


@pytest.mark.one_engine
def test_a_table_that_was_copied_with_one_cell_a_line_is_read():
    """An empty cell leaves no line; what follows still belongs to whom it stands under."""
    found = [
        Row("徐天才", "党委书记、院长", is_chief=True, work="主持全面工作，分管内一科"),
        Row("周见", "纪委书记"),
        Row("王巨宏", "副院长", work="后勤保障；外一科、护理部"),
    ]
    assert read_rows(STACKED.splitlines()) == found
    roles = [
        "姓名",
        "领导小组职务",
        "分工",
        "周见",
        "副组长",
        "分管内一科",
        "赵六",
        "成员",
        "王五",
        "成员",
        "护理部",
    ]
    assert read_rows(roles) == [
        Row("周见", "副组长", work="分管内一科"),
        Row("赵六", "成员"),
        Row("王五", "成员", work="护理部"),
    ]
    plain = ["姓名", "分工", "周见", "内一科", "赵六", "外一科"]
    assert [row.name for row in read_rows(plain)] == ["周见", "赵六"]
    assert read_rows(PROSE.splitlines()) == rows_of(PROSE.splitlines())
    assert read_rows(["姓名", "加强领导，落实责任。"]) == []


@pytest.fixture
def people(app):
    return made_people(app)


def test_a_pasted_list_and_excel_are_read_alike(app, people):
    office, member = login(app, "office"), login(app, "member")
    assert member.post(f"{ROSTER}/import", data={"text": "徐天才 院长"}).status_code in {403, 404}
    pasted = office.post(
        f"{ROSTER}/import", data={"text": "徐天才　院长　分管内一科\n周见：纪委书记，联系护理部"}
    )
    assert pasted.status_code == 200
    assert sent(pasted.text)["rows-1-duty"] == "纪委书记"
    nothing = office.post(f"{ROSTER}/import", data={"text": "加强领导，落实责任。"})
    assert (nothing.status_code, "加强领导" in nothing.text) == (422, True)
    content = excel.write("名册", COLUMNS, [("徐 天才", "院长", "分管外一科")], "")
    sheet = office.post(f"{ROSTER}/import", data={"file": (io.BytesIO(content), "名册.xlsx")})
    fields = sent(sheet.text)
    assert (fields["rows-0-name"], fields["rows-0-duty"]) == ("徐天才", "院长")
    broken = office.post(f"{ROSTER}/import", data={"file": (io.BytesIO(b"PK"), "名册.xlsx")})
    assert broken.status_code == 422
    assert office.get(f"{ROSTER}/import/template.xlsx").status_code == 200


def test_two_chiefs_are_refused_and_nobody_is_taken(app, people):
    office = login(app, "office")
    page = office.post(f"{ROSTER}/import", data={"text": "徐天才 党委书记\n周见 院长"}).text
    fields = sent(page, rows_1_take="y", rows_1_person=people[1], rows_1_is_chief="y")
    refused = office.post(TAKE, data=fields)
    assert "主要负责人只能勾一位" in refused.text
    assert "院长" in refused.text
    with app.app_context():
        assert db.session.scalars(select(Member)).all() == []
        assert db.session.scalar(select(User.name).where(User.id == people[0])) == "徐天才"
