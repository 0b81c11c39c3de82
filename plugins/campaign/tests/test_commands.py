"""`intranet campaign read` and `import`."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from intranet import audit, clock, jobs
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import AuditEntry
from intranet.plugins import collect
from plugins.campaign.models import Activity, Draft, Plan
from tests.fixtures import login, unit

from .conftest import PLAN, upload


@pytest.fixture
def run(app, tmp_path):
    def run(*arguments, text=PLAN, name="方案.txt"):
        path = tmp_path / name
        path.write_text(text, "utf-8")
        command, *rest = arguments
        return app.test_cli_runner().invoke(args=["campaign", command, str(path), *rest])

    return run


@pytest.mark.one_engine
def test_read_prints_one_object_and_writes_nothing(app, run):
    result = run("read", "--json")

    assert result.exit_code == 0
    (document,) = json.loads(result.stdout)["documents"]
    assert document["year"] == 2026
    assert [entry["row"] for entry in document["activities"]] == [1, 2, 3, 4, 5]
    assert "召开动员大会" in result.stdout
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Plan)) == 0


@pytest.mark.one_engine
def test_read_tells_people_in_words(run):
    result = run("read")

    assert "活动 5 项" in result.stdout
    assert "存疑" in result.stdout


@pytest.mark.one_engine
@pytest.mark.parametrize("arguments", [["read", "--json"], ["read"], ["import", "--unit", "hospital"]])
def test_what_cannot_be_read_is_said_on_stderr(run, arguments):
    result = run(*arguments, text="", name="空.txt")

    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.strip().endswith("。")


def test_import_writes_the_plan_and_lists_doubts(app, run):
    result = run("import", "--unit", "hospital")

    assert result.exit_code == 0, result.output
    assert "新增活动 5 项" in result.stdout
    assert "感染管理处" in result.stdout
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Activity)) == 5


@pytest.mark.one_engine
def test_import_refuses_to_guess_among_documents(run):
    both = f"篇一：{PLAN}\n篇二：{PLAN.replace('作风建设', '廉洁教育')}"

    refused = run("import", "--unit", "hospital", text=both)
    chosen = run("import", "--unit", "hospital", "--document", "2", text=both)

    assert refused.exit_code == 1
    assert "--document" in refused.stderr
    assert "廉洁教育" in chosen.stdout


@pytest.mark.one_engine
def test_import_refuses_unknown_units_and_units_without_the_plugin(app, run):
    assert run("import", "--unit", "nowhere").exit_code == 1
    login(app, "office").post("/hospital/plugins/campaign", data={"state": "off"})
    assert "还没有开启" in run("import", "--unit", "hospital").stderr


def test_a_second_import_is_a_revision(run):
    run("import", "--unit", "hospital")

    assert "第 2 版" in run("import", "--unit", "hospital").stdout


def test_old_drafts_are_dropped(app):
    office = login(app, "office")
    upload(office)
    upload(office)
    with app.app_context(), transaction():
        db.session.get(Draft, 1).changed_at = clock.now() - timedelta(days=31)

    with app.app_context():
        outcome = dict(jobs.run_due())["campaign:drop-old-drafts"]

        assert outcome == "清理过期草稿 1 份"
        assert db.session.scalars(select(Draft.id)).all() == [2]
        said = select(AuditEntry.subject, AuditEntry.unit_id, AuditEntry.address)
        dropped = db.session.execute(said.where(AuditEntry.action == "campaign:expire")).all()
        assert dropped == [("campaign_draft:1", unit("hospital").id, audit.JOB)]


def test_rectification_items_are_offered_to_the_board(demo_app):
    with demo_app.test_request_context():
        long_ago = datetime(2000, 1, 1, tzinfo=UTC)
        found = collect("rectification_problems", ["campaign"], unit=unit("hospital"), since=long_ago)
        none = collect("rectification_problems", ["campaign"], unit=unit("nk1"), since=long_ago)

    assert len({problem.key for problem in found}) == 4
    assert found[0].url == f"/hospital/campaign/rectifications?plan=1#item-{found[0].key}"
    assert none == []
