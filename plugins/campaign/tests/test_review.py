"""Review, confirm: nothing is written before the last."""

import io

import pytest
from sqlalchemy import event, func, select

from intranet.db import transaction
from intranet.extensions import db
from plugins.campaign.models import Activity, Alias, Draft, Duty, Phase, Plan, Rectification
from tests.fixtures import HTMX, check_html, login, shared_data, unit

from .conftest import BOTH, PLAN, count, entries, upload, version

# Review ------------------------------------------------------------------------------------------


def test_the_review_shows_text_entries_and_doubts(office):
    page = office.get(upload(office))

    check_html(page)
    assert "确认导入 5 项" in page.text
    assert '<mark class="doubt">' in page.text
    assert "感染管理处" in page.text
    assert "各党支部 → 3 个单位" in page.text
    assert "医院活动办 → 活动办" in page.text
    assert 'href="#line-' in page.text


@BOTH
def test_an_entry_is_edited_in_place_or_on_a_page(app, office, headers):
    review = upload(office)
    entry = entries(app)["召开动员大会"]
    url = f"{review}/entries/{entry.key}/edit"
    assert "召开动员大会" in office.get(url, headers=headers).text
    form = {
        "version": entry.version,
        "kind": "activity",
        "title": "召开全院动员大会",
        "start": "2026-03-04",
        "end": "2026-03-04",
        "units": "活动办，院办公室",
        "phase": "0",
    }

    response = office.post(url, data=form, headers=headers)

    assert response.status_code == (200 if headers else 303)
    changed = entries(app)["召开全院动员大会"]
    assert changed.units == ("活动办", "院办公室")
    assert changed.phase == 0
    if headers:
        assert 'id="summary"' in response.text
        assert f'id="entry-{entry.key}"' in response.text


@pytest.mark.one_engine
@BOTH
def test_a_bad_edit_keeps_what_was_typed(app, office, headers):
    review = upload(office)
    entry = entries(app)["召开动员大会"]
    form = {
        "version": entry.version,
        "kind": "activity",
        "title": "写到一半",
        "start": "2026-03-09",
        "end": "2026-03-04",
        "phase": "-1",
    }

    url = f"{review}/entries/{entry.key}/edit"
    response = office.post(url, data=form, headers=headers)

    assert response.status_code == 422
    assert "结束日期不能早于开始日期" in response.text
    assert "写到一半" in response.text
    assert "召开动员大会" in entries(app)


def test_two_people_editing_one_entry_do_not_overwrite_each_other(app, office):
    review = upload(office)
    entry = entries(app)["召开动员大会"]
    form = {"version": entry.version, "kind": "activity", "title": "甲的改动", "phase": "-1"}
    url = f"{review}/entries/{entry.key}/edit"
    login(app, "leader").post(url, data=form)

    response = office.post(url, data={**form, "title": "乙的改动"})

    assert response.status_code == 409
    assert "周定远" in response.text
    assert "乙的改动" in response.text


@BOTH
def test_a_doubt_is_ticked_off_and_opened_again(app, office, headers):
    review = upload(office)
    entry = entries(app)["将对照检查材料送审"]
    assert entry.is_doubtful
    url = f"{review}/entries/{entry.key}/check"

    office.post(url, data={"version": entry.version}, headers=headers)
    assert not entries(app)[entry.title].is_doubtful

    office.post(url, data={"version": entry.version + 1}, headers=headers)
    assert entries(app)[entry.title].is_doubtful


@BOTH
def test_a_skipped_entry_is_not_imported(app, office, headers):
    review = upload(office)
    entry = entries(app)["召开动员大会"]

    url = f"{review}/entries/{entry.key}/skip"
    response = office.post(url, data={"version": entry.version}, headers=headers)

    page = response.text if headers else office.get(review).text
    assert "确认导入 4 项" in page
    office.post(f"{review}/confirm", data={"version": version(app)})
    assert count(app, Activity) == 4


def test_what_the_reader_missed_is_added(app, office):
    review = upload(office)
    url = f"{review}/entries/new"
    assert office.get(url).status_code == 200
    assert office.post(url, data={"kind": "activity", "title": "", "phase": "-1"}).status_code == 422

    form = {"kind": "rectification", "title": "候诊椅不够", "phase": "-1", "end": "2026-05-01"}
    office.post(url, data=form)
    office.post(f"{review}/confirm", data={"version": version(app)})

    assert count(app, Rectification) == 1


@pytest.mark.one_engine
def test_another_year_reads_the_file_again(app, office):
    text = PLAN.replace("〔2026〕", "").replace("2026年2月20日", "").replace("2026年", "")
    review = upload(office, text)
    refused = office.post(f"{review}/year", data={"version": 1, "year": "26"})
    assert refused.status_code == 422

    office.post(f"{review}/year", data={"version": 1, "year": "2027"})

    assert entries(app)["召开动员大会"].start.year == 2027


@pytest.mark.one_engine
def test_of_several_documents_one_is_chosen(app, office):
    second = PLAN.replace("作风建设", "廉洁教育")
    review = upload(office, f"篇一：{PLAN}\n篇二：{second}")
    page = office.get(review)
    assert "选择要导入的一份" in page.text
    check_html(page)

    office.post(f"{review}/document", data={"version": 1, "document": "1"})

    assert "廉洁教育" in office.get(review).text
    assert "换一份" in office.get(review).text


# Names -------------------------------------------------------------------------------------------


def test_a_placed_name_is_remembered_after_confirming(app, office):
    review = upload(office)
    with app.app_context():
        target = unit("ywb").id
    office.post(f"{review}/names", data={"name": "感染管理处", "units": [target]})
    assert count(app, Alias) == 0

    office.post(f"{review}/confirm", data={"version": version(app)})

    assert count(app, Alias) == 1
    with app.app_context():
        assert db.session.scalar(select(func.count()).where(Duty.unit_id == target)) == 1
    assert "感染管理处 → 医务部" in office.get(upload(office)).text


@pytest.mark.one_engine
def test_a_name_for_people_stays_text(app, office):
    review = upload(office)

    office.post(f"{review}/names", data={"name": "感染管理处"})
    office.post(f"{review}/confirm", data={"version": version(app)})

    assert "（未对应）" not in office.get(upload(office)).text


# Confirm -----------------------------------------------------------------------------------------


def test_confirming_writes_phases_activities_and_duties(app, office):
    review = upload(office)

    response = office.post(f"{review}/confirm", data={"version": version(app)})

    assert response.status_code == 303
    assert (count(app, Phase), count(app, Activity), count(app, Duty)) == (2, 5, 7)
    with app.app_context():
        first = db.session.scalars(select(Activity).order_by(Activity.position)).first()
        phases = {phase.title: phase.id for phase in db.session.scalars(select(Phase))}
        assert first.phase_id == phases["学习教育环节"]


def test_a_draft_is_confirmed_once(app, office):
    review = upload(office)
    seen = version(app)
    office.post(f"{review}/confirm", data={"version": seen})

    again = office.post(f"{review}/confirm", data={"version": seen})

    assert again.status_code == 409
    assert "江月白" in again.text
    assert count(app, Activity) == 5
    assert "已导入的方案" in office.get(review).text


def test_a_draft_somebody_changed_meanwhile_is_not_confirmed_unseen(app, office):
    review = upload(office)
    seen = version(app)
    entry = entries(app)["召开动员大会"]
    url = f"{review}/entries/{entry.key}/skip"
    login(app, "leader").post(url, data={"version": entry.version})

    response = office.post(f"{review}/confirm", data={"version": seen})

    assert response.status_code == 409
    assert count(app, Plan) == 0


def test_a_discarded_draft_leaves_nothing(app, office):
    review = upload(office)

    office.post(f"{review}/discard")

    assert (count(app, Draft), count(app, Plan)) == (0, 0)
    assert office.get(review).status_code == 404


@pytest.mark.one_engine
def test_nothing_answers_when_the_plugin_is_off(app, office):
    review = upload(office)
    office.post("/hospital/plugins/campaign", data={"state": "off"})

    for url in (review, "/hospital/campaign/", "/hospital/campaign/import"):
        for headers in ({}, HTMX):
            assert office.get(url, headers=headers).status_code == 404
    assert office.post(f"{review}/confirm", data={"version": 1}).status_code == 404


def test_the_review_of_a_long_revision_is_made_with_few_queries(make_app):
    app = make_app("demo", PLUGINS=("campaign",))
    office = login(app, "office")
    rows = "".join(
        f"{number}\t2026年3月{number % 28 + 1}日\t第{number}次学习讨论会议\t活动办、各科室\n"
        for number in range(6, 106)
    )
    review = upload(office, PLAN.replace("中共示范医院委员会\n", rows + "中共示范医院委员会\n"))
    statements = []

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    page = office.get(review)

    assert page.status_code == 200
    assert len([text for text in statements if text.startswith("SELECT")]) <= 12, statements
    assert len(page.data) < 150_000


def test_the_real_plan_is_imported_with_its_nineteen_rows(app, office):
    file = (io.BytesIO(shared_data("plan-hospital-2014.txt").read_bytes()), "方案.txt")
    review = office.post("/hospital/campaign/import", data={"file": file}).location
    office.post(f"{review}/confirm", data={"version": version(app)})

    with app.app_context():
        rows = set(db.session.scalars(select(Activity.row)))
        assert set(range(1, 20)) <= rows
        assert db.session.scalar(select(func.count()).select_from(Duty)) > 30


def test_a_draft_without_a_date_order_is_refused_by_the_database_too(app, office):
    upload(office)
    with app.app_context(), pytest.raises(Exception, match="ck_campaign_draft_confirmed"), transaction():
        db.session.get(Draft, 1).confirmed_by_id = 1
