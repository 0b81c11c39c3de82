"""Every edit of a draft is in the audit log: who, which draft, which entry; none of their words."""

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.models import AuditEntry
from tests.fixtures import login

from .conftest import upload

SECRET = "只有草稿里才有的话"
EDITED = {"kind": "activity", "title": SECRET, "time_text": SECRET, "units": "内一科", "phase": "-1"}
ENTRY = {"version": 1, **EDITED}


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("path", "fields", "deed", "detail"),
    [
        (
            "entries/3/edit",
            ENTRY,
            "edit",
            {"entry": "3", "fields": "title,time_text,start,end,units,checked"},
        ),
        ("entries/3/skip", {"version": 1}, "edit", {"entry": "3", "fields": "skipped"}),
        ("entries/3/check", {"version": 1}, "edit", {"entry": "3", "fields": "checked"}),
        ("entries/new", EDITED, "add_entry", {"entry": "8"}),
        ("title", {"version": 1, "title": SECRET}, "rename", {}),
        ("year", {"version": 1, "year": 2027}, "read_again", {"year": "2027"}),
        ("names", {"name": SECRET}, "match", {"units": ""}),
        ("document", {"version": 1, "document": 0}, "choose", {"document": "1"}),
        ("discard", {}, "discard", {}),
    ],
)
def test_an_edit_of_a_draft_is_recorded_without_words(app, path, fields, deed, detail):
    office = login(app, "office")
    review = upload(office)

    assert office.post(f"{review}/{path}", data=fields).status_code == 303

    with app.app_context():
        entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        last = entries[-1]
        assert (last.action, last.subject, last.detail) == (f"campaign:{deed}", "campaign_draft:1", detail)
        assert not [entry for entry in entries if SECRET in str(entry.detail)]
