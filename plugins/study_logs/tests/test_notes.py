"""Notes: saved while they are written, lost by nobody, read by those they are meant for."""

import re

import pytest
from sqlalchemy import select

from intranet.extensions import db
from plugins.study_logs.models import Note
from tests.fixtures import HTMX, login

LIST = "/nk1/study_logs/notes/"


@pytest.fixture
def note(client_for):
    """The address of a note of `member`, its title written."""
    made = client_for("member").post(LIST, data={"kind": "reading", "title": "读书札记"})
    return made.headers["Location"]


def test_what_is_typed_is_kept_and_of_two_windows_nothing_is_lost(app, client_for, note):
    member = client_for("member")
    first = member.post(f"{note}/save", data={"title": "题", "text": "第一句", "version": 1}, headers=HTMX)
    assert re.search(r"\d\d:\d\d 已保存", first.text)
    assert 'value="2"' in first.text

    other = {"title": "题", "text": "另一个窗口", "version": 1}
    clash = member.post(f"{note}/save", data=other, headers=HTMX)
    assert clash.status_code == 409
    assert "第一句" in clash.text
    assert 'name="over" value="2"' in clash.text
    assert 'name="version" value="1"' in clash.text
    assert member.post(f"{note}/save", data=other).text.count("另一个窗口") == 1

    over = member.post(f"{note}/save", data={**other, "over": 2}, headers=HTMX)
    assert over.status_code == 200
    with app.app_context():
        assert db.session.scalars(select(Note.text)).one() == "另一个窗口"


def test_a_private_note_is_nobody_elses_and_a_shared_one_is_read_when_finished(app, client_for, note):
    member, colleagues = client_for("member"), ("recorder", "head", "office", "supervisor")
    text = {"title": "题", "text": "只给自己看的话", "version": 1}
    member.post(f"{note}/save", data=text)
    member.post(f"{note}/finish", data={"done": "1"})

    def readers():
        return {who for who in (*colleagues, "stranger") if login(app, who).get(note).status_code == 200}

    assert readers() == set()
    for who in colleagues:
        client = login(app, who)
        for page in ("/nk1/study_logs/notes/?of=others", "/search?q=只给自己", f"{note}/files/1"):
            assert "只给自己看的话" not in client.get(page).text
    assert login(app, "head").post(f"{note}/save", data={**text, "version": 3}).status_code == 404

    member.post(f"{note}/finish", data={"done": "0"})
    member.post(f"{note}/save", data={**text, "shared": "y", "version": 4})
    assert readers() == set()
    member.post(f"{note}/finish", data={"done": "1"})
    assert readers() == set(colleagues)


def test_the_units_rule_decides_over_the_owners_wish(app, client_for, note):
    member, head = client_for("member"), client_for("head")
    member.post(f"{note}/save", data={"title": "题", "text": "文", "shared": "y", "version": 1})
    member.post(f"{note}/finish", data={"done": "1"})
    rules = {"makeup_days": 7, "makeup_signs": 100, "late_minutes": 5, "code_seconds": 30, "version": 0}

    alone = member.post(LIST, data={"kind": "reading", "title": "只给自己看的"}).headers["Location"]
    member.post(f"{alone}/save", data={"title": "题", "text": "文", "version": 1})
    member.post(f"{alone}/finish", data={"done": "1"})

    assert head.get(note).status_code == 200
    assert head.post("/nk1/study_logs/rules", data={**rules, "sharing": "private"}).status_code == 303
    assert head.get(note).status_code == 404
    stale = head.post("/nk1/study_logs/rules", data={**rules, "sharing": "shared", "version": 7})
    assert stale.status_code == 409
    assert (
        head.post("/nk1/study_logs/rules", data={**rules, "sharing": "shared", "version": 1}).status_code
        == 303
    )
    assert head.get(note).status_code == 200
    assert head.get(alone).status_code == 404  # written under another rule
    assert client_for("member").post("/nk1/study_logs/rules", data=rules).status_code == 403


def test_an_empty_note_is_not_finished_and_a_finished_one_not_changed(app, client_for, note):
    member = client_for("member")
    assert member.post(f"{note}/finish", data={"done": "1"}).status_code == 422
    member.post(f"{note}/save", data={"title": "题", "text": "文", "version": 1})
    member.post(f"{note}/finish", data={"done": "1"})

    assert member.post(f"{note}/save", data={"title": "题", "text": "改", "version": 3}).status_code == 422
    assert member.post(f"{note}/remove").status_code == 303
    with app.app_context():
        assert db.session.scalars(select(Note)).all() == []
