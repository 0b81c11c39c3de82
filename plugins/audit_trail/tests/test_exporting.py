"""Entries taken away as Excel."""

import hashlib
import io
import json
from itertools import pairwise

from openpyxl import load_workbook
from sqlalchemy import select

from intranet import audit
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import AuditEntry
from plugins.audit_trail.services import exporting
from tests.fixtures import person, unit

PAGE = "/admin/audit_trail/"


def sheet(response):
    rows = load_workbook(io.BytesIO(response.data)).worksheets[0].iter_rows(values_only=True)
    return [row for row in rows if row[0]]


def test_an_export_holds_what_the_filters_leave_and_can_be_checked_outside(app, log):
    response = log.post(f"{PAGE}export", data={"unit": "hospital"})

    rows = sheet(response)
    headings = next(row for row in rows if "摘要原文" in row)
    entries = [dict(zip(headings, row, strict=True)) for row in rows[rows.index(headings) + 1 :]]
    assert [each["做了什么"] for each in entries][:2] == ["登记任务", "授予角色"]
    assert len(entries) == 5
    for each, before in pairwise(entries):
        assert hashlib.sha256(each["摘要原文"].encode()).hexdigest() == each["摘要"]
        assert json.loads(each["摘要原文"])[-1] == before["摘要"]
    assert response.headers["Content-Disposition"].endswith(".xlsx")


def test_an_export_is_an_entry_with_its_filter_and_count(app, log):
    log.post(f"{PAGE}export", data={"unit": "nk1", "subject": "任务 1"})

    with app.app_context():
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "audit_trail:export")).one()
        assert entry.detail == {"count": "2", "by_unit": "nk1", "by_subject": "任务 1"}
        assert entry.actor_id == person("audit").id


def test_too_many_are_refused_in_a_sentence_and_nothing_is_recorded(app, log, monkeypatch):
    monkeypatch.setattr(exporting, "MOST", 7)

    page = log.post(f"{PAGE}export")

    assert page.status_code == 422
    assert "符合条件的记录超过 7 条，没有导出。" in page.text
    assert log.post(f"{PAGE}export", data={"person": "head"}).status_code == 200
    with app.app_context():
        actions = list(db.session.scalars(select(AuditEntry.action)))
        assert actions.count("audit_trail:export") == 1


def test_no_cell_becomes_a_formula(app, log):
    with app.app_context(), transaction():
        audit.record(None, "test:deed", "=1+1", unit=unit("nk1"), why="@SUM(A1)")

    book = load_workbook(io.BytesIO(log.post(f"{PAGE}export").data)).worksheets[0]

    assert not [cell for row in book.iter_rows() for cell in row if cell.data_type == "f"]
