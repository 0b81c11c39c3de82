"""Working days: arithmetic over the table, the page that changes it, the warning that a year is missing."""

import re
from datetime import date

import pytest
import time_machine
from sqlalchemy import select

from intranet import workdays
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import AuditEntry, SpecialDay
from plugins.working_days.services.importing import put, read_lines
from tests.fixtures import check_html, login, person

PASTED = "2027-02-06 休\n2027年2月14日（周日）上班\n2月5日 休息\n2027/2/13 休\n"


@pytest.fixture
def days(app):
    with app.app_context():
        yield workdays


def table(app, year):
    with app.app_context():
        return {each.day: each.works for each in db.session.query(SpecialDay) if each.day.year == year}


def test_the_table_knows_what_the_state_council_has_moved(days):
    assert not days.is_workday(date(2026, 10, 1))
    assert days.is_workday(date(2026, 10, 10))
    assert not days.is_workday(date(2026, 10, 11))
    assert days.is_workday(date(2026, 11, 23))
    assert not days.is_workday(date(2027, 2, 6))


def test_counting_jumps_over_the_holiday_and_counts_the_saturday_worked(days):
    assert days.add(date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert days.add(date(2026, 10, 9), 1) == date(2026, 10, 10)
    assert days.add(date(2026, 10, 3), 0) == date(2026, 10, 3)
    assert days.between(date(2026, 9, 30), date(2026, 10, 12)) == 4
    assert days.between(date(2026, 10, 12), date(2026, 9, 30)) == -4
    assert days.between(date(2026, 10, 3), date(2026, 10, 3)) == 0


@pytest.mark.one_engine
def test_pasted_lines_are_read_in_every_usual_form(days):
    found, wrong = read_lines(PASTED + "\n2/12 off\n2/20 work\n", 2027)

    assert wrong == []
    assert found == {
        date(2027, 2, 6): False,
        date(2027, 2, 14): True,
        date(2027, 2, 5): False,
        date(2027, 2, 13): False,
        date(2027, 2, 12): False,
        date(2027, 2, 20): True,
    }


@pytest.mark.one_engine
def test_a_bad_line_is_named_with_its_number_and_its_reason(days):
    text = "2027-02-30 休\n\n随便写\n2026-02-06 休\n2027-02-06 休\n2027-02-06 班"

    _found, wrong = read_lines(text, 2027)

    assert [(number, reason) for number, _line, reason in wrong] == [
        (1, "这一天不在 2027 年，或者没有这一天。"),
        (3, "看不懂，请写成 2027-02-06 休。"),
        (4, "这一天不在 2027 年，或者没有这一天。"),
        (6, "与前面的一行矛盾。"),
    ]


def test_a_year_is_imported_only_after_its_differences_were_seen(app):
    client = login(app, "system")

    shown = client.post("/admin/working_days/", data={"year": "2027", "text": PASTED})
    before = table(app, 2027)
    client.post("/admin/working_days/", data={"year": "2027", "text": PASTED, "sure": "1"})

    assert shown.status_code == 200
    assert "导入后 2027 年有 2 天与现在不同" in shown.text
    check_html(shown)
    assert before == {}
    assert table(app, 2027) == {date(2027, 2, 5): False, date(2027, 2, 14): True}


def test_an_import_replaces_its_whole_year_and_no_other(app):
    other = table(app, 2025)

    login(app, "system").post(
        "/admin/working_days/", data={"year": "2026", "text": "2026-03-02 休", "sure": "1"}
    )

    assert table(app, 2026) == {date(2026, 3, 2): False}
    assert table(app, 2025) == other


@pytest.mark.one_engine
def test_one_bad_line_and_nothing_is_imported(app):
    client = login(app, "system")

    refused = client.post("/admin/working_days/", data={"year": "2027", "text": PASTED + "胡写", "sure": "1"})

    assert refused.status_code == 422
    assert "胡写" in refused.text
    assert "看不懂" in refused.text
    check_html(refused)
    assert table(app, 2027) == {}


def test_a_click_on_a_day_asks_before_it_saves(app):
    client, before = login(app, "system"), table(app, 2026)

    asked = client.post("/admin/working_days/", data={"year": "2026", "one": "1", "text": "2026-03-02 休"})

    check_html(asked)
    assert "要改这一天吗" in asked.text
    assert table(app, 2026) == before
    sent = dict(
        re.findall(r'name="(one|sure|year)" value="(\d+)"', asked.text[asked.text.index("preview") :])
    )
    client.post("/admin/working_days/", data=sent | {"text": "2026-03-02 休"})
    assert table(app, 2026) == before | {date(2026, 3, 2): False}


def test_a_day_changes_at_its_button_and_back(app):
    client = login(app, "system")
    button = {"year": "2026", "one": "1", "sure": "1"}
    before = table(app, 2026)

    client.post("/admin/working_days/", data=button | {"text": "2026-03-02 休"})
    off = table(app, 2026)
    client.post("/admin/working_days/", data=button | {"text": "2026-03-02 班"})

    assert off == before | {date(2026, 3, 2): False}
    assert table(app, 2026) == before


@pytest.mark.parametrize(
    ("today", "missing"), [("2026-11-30", None), ("2026-12-01", 2027), ("2027-01-04", 2027)]
)
def test_the_missing_year_is_said_in_december_and_while_it_lasts(app, today, missing):
    with time_machine.travel(f"{today}T02:00:00Z", tick=False):
        home, page = login(app, "system").get("/"), login(app, "system").get("/admin/working_days/")
        others = login(app, "office").get("/")

    for response in (home, page):
        assert (f"{missing} 年的放假" in response.text) == bool(missing)
        check_html(response)
    assert "年的放假" not in others.text


def test_the_audit_log_says_who_changed_which_day(app):
    login(app, "system").post("/admin/working_days/", data={"year": "2027", "text": PASTED, "sure": "1"})

    with app.app_context():
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "working_days:change")).one()

    assert entry.actor_id is not None
    assert entry.detail["days"].startswith("2027-02-05- ")
    assert "2027-02-14+" in entry.detail["days"]


def test_what_was_put_is_asked_anew_in_the_same_transaction(app):
    with app.app_context(), transaction():
        assert workdays.is_workday(date(2026, 3, 2))
        put({date(2026, 3, 2): False}, by=person("system"))
        assert not workdays.is_workday(date(2026, 3, 2))
