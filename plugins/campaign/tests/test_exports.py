"""The schedule as Word and Excel: the same rows as the page, audited, for those who see the page."""

import io
from datetime import datetime

import docx
import openpyxl
import pytest
from sqlalchemy import select

from intranet.db import transaction
from intranet.documents import making
from intranet.extensions import db
from intranet.models import AuditEntry
from plugins.campaign.documents import make
from plugins.campaign.models import Activity
from tests.fixtures import login, person
from tests.office import parts, shown_by_libreoffice

PATH = "/hospital/campaign/schedule"


def rows_of(response):
    sheet = openpyxl.load_workbook(io.BytesIO(response.data)).active
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]


def table_of(response):
    table = docx.Document(io.BytesIO(response.data)).tables[0]
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_excel_holds_the_rows_of_the_page_with_real_dates(app, plan):
    response = login(app, "supervisor").post(f"{PATH}.xlsx")

    heading, first, second, *rest = rows_of(response)
    assert heading[:5] == ["序号", "环节", "内容", "开始日期", "结束日期"]
    assert first[2:5] == ["召开动员大会", datetime(2026, 3, 2), datetime(2026, 3, 2)]  # noqa: DTZ001
    assert first[7] == "逾期"
    assert second[6] == "内一科、外一科"
    assert len(rest) == 3


@pytest.mark.one_engine
def test_word_is_an_official_paper_with_phases_and_table(app, plan, tmp_path):
    response = login(app, "head").post("/nk1/campaign/schedule.docx")

    assert table_of(response)[:3] == [
        ["序号", "内容", "时间", "责任单位", "状态"],
        ["1", "召开动员大会", "2026年3月2日", "活动办", "逾期"],
        ["2", "各科室征求意见", "2026年3月3日至3月10日", "内一科、外一科", "逾期"],
    ]
    shown = shown_by_libreoffice(response.data, "plan.docx", tmp_path)
    for words in (
        "示范医院作风建设活动实施方案",
        "学习教育环节：2026年3月1日至3月31日。",
        "— 1 —",
        "2026年3月16日",
    ):
        assert words.replace(" ", "") in shown.replace(" ", "").replace("\n", "")


@pytest.mark.one_engine
def test_filters_of_the_page_hold_for_both_and_word_calls_itself_an_excerpt(app, plan):
    client = login(app, "office")
    address = "?q=整改清单"

    excel = rows_of(client.post(f"{PATH}.xlsx{address}"))
    word = client.post(f"{PATH}.docx{address}")

    assert [row[2] for row in excel[1:]] == ["制定整改清单"]
    assert [row[1] for row in table_of(word)[1:]] == ["制定整改清单"]
    assert "活动安排表（摘录）" in [line.text for line in docx.Document(io.BytesIO(word.data)).paragraphs]
    assert "（摘录）" not in [
        line.text for line in docx.Document(io.BytesIO(client.post(f"{PATH}.docx").data)).paragraphs
    ]


def test_each_export_is_audited_with_its_rows(app, plan):
    client = login(app, "office")
    client.post(f"{PATH}.xlsx")
    client.post(f"{PATH}.docx?q=整改清单")

    with app.app_context():
        told = db.session.execute(
            select(AuditEntry.actor_id, AuditEntry.subject, AuditEntry.detail)
            .where(AuditEntry.action == "campaign:export")
            .order_by(AuditEntry.number)
        ).all()
        office = person("office").id
    assert told == [
        (office, f"campaign_plan:{plan}", {"kind": "xlsx", "rows": "5"}),
        (office, f"campaign_plan:{plan}", {"kind": "docx", "rows": "1"}),
    ]


@pytest.mark.parametrize("kind", ["xlsx", "docx"])
def test_whoever_sees_no_plan_takes_none_away(app, kind, request):
    assert login(app, "office").post(f"{PATH}.{kind}").status_code == 404  # none yet
    request.getfixturevalue("plan")

    assert login(app, "stranger").post(f"/nk1/campaign/schedule.{kind}").status_code == 404
    assert login(app, "system").post(f"{PATH}.{kind}").status_code == 404
    assert login(app, None).post(f"{PATH}.{kind}").status_code == 303
    assert login(app, "office").post(f"{PATH}.{kind}", csrf=False).status_code == 400
    assert login(app, "office").get(f"{PATH}.{kind}").status_code == 405


@pytest.mark.one_engine
def test_what_people_typed_becomes_neither_formula_nor_markup(app, plan):
    with app.app_context(), transaction():
        db.session.scalars(select(Activity)).first().title = "=1+1<b>&{{ 7*7 }}\x0b"
    client = login(app, "office")

    assert rows_of(client.post(f"{PATH}.xlsx"))[1][2].startswith("=1+1<b>&{{ 7*7 }}")
    assert table_of(client.post(f"{PATH}.docx"))[1][1] == "=1+1<b>&{{ 7*7 }}"


# The template --------------------------------------------------------------------------------------


@pytest.mark.one_engine
def test_the_template_is_what_its_script_makes(tmp_path):
    make.schedule().save(str(tmp_path / "again.docx"))

    assert parts(make.FILE.read_bytes()) == parts((tmp_path / "again.docx").read_bytes())


@pytest.mark.one_engine
def test_a_page_holds_twenty_two_lines_of_twenty_eight_signs(tmp_path):
    paper = making.official()
    paper.add_paragraph("国" * 28 * 30)
    paper.save(str(tmp_path / "paper.docx"))

    first, second = shown_by_libreoffice((tmp_path / "paper.docx").read_bytes(), "a.docx", tmp_path).split(
        "\f"
    )

    lines = [line for line in first.splitlines() if "国" in line]
    assert (len(lines), {len(line) for line in lines}) == (22, {28})
    assert [line for line in second.splitlines() if "国" not in line] == ["— 2 —"]
    section = make.schedule().sections[0]
    margins = section.top_margin, section.bottom_margin, section.left_margin, section.right_margin
    assert [round(margin.mm) for margin in margins] == [37, 35, 28, 26]
