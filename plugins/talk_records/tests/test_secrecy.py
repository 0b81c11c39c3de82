"""What was said reaches its parties and recorder, and nobody and nothing else."""

import logging
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from intranet import clock, jobs, search, units
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import AuditEntry, Notice
from plugins.talk_records.models import Sealed
from plugins.talk_records.queries.talks import talk_or_404
from plugins.talk_records.services import texts
from plugins.talk_records.services.passing import propose
from plugins.talk_records.services.roster import Post, add_cycle, add_member
from plugins.talk_records.wording import State
from tests.crawler import content, crawl
from tests.fixtures import HTMX, login, person, unit
from tests.sweeps.asking import readable, text_of
from tests.sweeps.routes import typed

SECRET = "密谈zqxjtalk"
SIGN = "zqxjtalk"
READERS = ("head", "member", "recorder")
OTHERS = (None, "leader", "office", "supervisor", "system", "security", "audit", "stranger")


@pytest.fixture
def secret_app(app, make_talk):
    """A talk whose every field holds the sign, a proposal nobody has agreed to, and a round it counts in."""
    talk_id = make_talk(State.HELD, SECRET)
    with app.app_context(), transaction():
        post = Post("成员", is_chief=False, starts_on=clock.today() - timedelta(9), ends_on=None)
        for who in ("head", "member"):
            add_member(unit("nk1"), person(who), post, by=person("office"))
        add_cycle(unit("nk1"), "会前谈话", post.starts_on, clock.today(), by=person("office"))
        found = talk_or_404(person("member"), unit("nk1"), talk_id)
        propose(found, unit("nk1"), SECRET, [SECRET], by=person("member"))
    return app, talk_id


def found_in_pages(app, who, talk_id):
    """Every address this person is led to or could type, and every form of the talk, with the sign in it."""
    client = login(app, who)
    pages = crawl(client, ("/", "/search?q=密谈", "/nk1/talk_records/"), limit=25, alike=1, files=True)
    wrong = [path for path, page in pages.items() if SIGN in text_of(page)]
    for code, headers in (("nk1", {}), ("nk1", HTMX), ("hospital", {}), ("wk1", {})):
        for method, path in typed(app, "talk_records", unit=code, talk_id=talk_id, name="follow"):
            answer = client.open(path, method=method, headers=headers)
            wrong += [path] if SIGN in text_of(answer) else []
    return wrong


@pytest.mark.one_engine
def test_only_its_readers_find_a_word(secret_app, caplog):
    app, talk_id = secret_app
    caplog.set_level(logging.INFO)
    with app.app_context(), transaction():
        search.rebuild()
    with app.app_context():
        assert list(jobs.run_due())

    assert {who: found_in_pages(app, who, talk_id) for who in OTHERS} == {who: [] for who in OTHERS}
    assert SIGN not in caplog.text
    assert held_in_files(app) == []
    for who in READERS:
        assert SIGN in login(app, who).get(f"/nk1/talk_records/talks/{talk_id}/text").text


@pytest.mark.one_engine
def test_what_its_readers_do_is_kept_nowhere_but_under_the_seal(secret_app, caplog, monkeypatch, tmp_path):
    """Written, refused, failed, read and taken away: no log line, no file, nothing the browser may keep."""
    app, talk_id = secret_app
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    caplog.set_level(logging.INFO)
    page, member = f"/nk1/talk_records/talks/{talk_id}", login(app, "member")
    fields = {"version": 3, "content": SECRET}
    answers = [
        member.post(f"{page}/text/edit", data=fields | {"content": SECRET * 2000}),
        member.post(f"{page}/text/edit", data=fields | {"version": 1}, headers=HTMX),
        member.post(f"{page}/passed", data={"target": 0, "title": SECRET}),
    ]
    with monkeypatch.context() as failing:
        failing.setattr(texts, "unconfirm", lambda *_talk, **_but: int(SECRET))
        failing.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
        failed = member.post(f"{page}/text/edit", data=fields)
    answers += [member.get(f"{page}/text"), member.get(f"{page}/text/edit")]
    answers += [member.post(f"{page}/text/edit", data=fields), member.post(f"{page}/record.docx")]

    assert [answer.status_code for answer in answers] == [422, 409, 422, 200, 200, 303, 200]
    assert failed.status_code == 500
    assert SECRET in failed.text  # given back to whoever typed it, to be copied
    assert "ValueError (test_secrecy.py:" in caplog.text
    assert SIGN not in caplog.text
    assert {answer.headers["Cache-Control"] for answer in [*answers, failed]} == {"no-store"}
    assert not [answer for answer in answers if b"data-drafts" in answer.data]
    assert held_in_files(app) == []
    assert held_under(tmp_path) == []


@pytest.mark.one_engine
def test_a_planted_leak_is_found(secret_app):
    app, talk_id = secret_app
    with app.app_context(), transaction():
        add_cycle(unit("hospital"), SECRET, clock.today(), clock.today(), by=person("office"))

    assert found_in_pages(app, "leader", talk_id)
    assert held_in_files(app)
    assert held_in_rows(app)


def test_no_row_and_no_file_holds_a_word(secret_app):
    app, _talk_id = secret_app

    assert held_in_rows(app) == []
    assert held_in_files(app) == []


def held_in_rows(app):
    """Tables of either database with the sign, read raw: bytes too."""
    needle = SIGN.encode()
    rows = content(app)
    return [name for name, found in rows.items() if needle in repr(found).encode()]


def held_in_files(app):
    """Files of the instance with the sign, packed or plain: the SQLite database, its log, attachments."""
    return held_under(Path(app.instance_path))


def held_under(folder):
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if any(SIGN in words for words in readable(path.read_bytes()))]


@pytest.mark.beside("audit_trail")
def test_each_opening_is_an_entry_and_says_nothing(secret_app):
    app, talk_id = secret_app
    page = f"/nk1/talk_records/talks/{talk_id}"
    login(app, "member").get(f"{page}/text")
    login(app, "recorder").post(f"{page}/record.docx")
    login(app, "office").get(f"{page}/text")

    with app.app_context():
        query = select(AuditEntry).where(
            AuditEntry.action.in_(["talk_records:read", "talk_records:take_away"])
        )
        entries = db.session.scalars(query.order_by(AuditEntry.id)).all()
        people = {person(name).id: name for name in READERS}
        assert [(people[entry.actor_id], entry.action) for entry in entries] == [
            ("member", "talk_records:read"),
            ("recorder", "talk_records:take_away"),
        ]
        assert {entry.subject for entry in entries} == {f"talk_records_talk:{talk_id}"}
    listed = login(app, "audit").get("/admin/audit_trail/?sealed=1").text
    assert "打开谈话内容" in listed
    assert "下载谈话记录表" in listed


def test_office_and_leaders_see_that_it_took_place(secret_app):
    app, talk_id = secret_app
    for who in ("office", "leader", "supervisor"):
        page = login(app, who).get(f"/hospital/talk_records/talks/{talk_id}")
        assert page.status_code == 200
        assert "李牧原" in page.text
        assert "打开谈话内容" not in page.text
        assert login(app, who).get(f"/nk1/talk_records/talks/{talk_id}/text").status_code == 404
        assert login(app, who).get(f"/nk1/talk_records/talks/{talk_id}/text/edit").status_code == 404


def test_who_has_left_the_ward_still_reads_and_a_successor_does_not(app, make_talk):
    talk_id = make_talk(State.ARCHIVED, SECRET)
    with app.app_context(), transaction():
        db.session.execute(text("DELETE FROM core_grant WHERE user_id = :id"), {"id": person("head").id})
        db.session.execute(text("DELETE FROM core_membership WHERE user_id = :id"), {"id": person("head").id})
        units.join(person("head"), unit("wk1"), "医师")
        units.join(person("stranger"), unit("nk1"), "科主任")

    assert SIGN in login(app, "head").get(f"/wk1/talk_records/talks/{talk_id}/text").text
    assert login(app, "stranger").get(f"/nk1/talk_records/talks/{talk_id}/text").status_code == 404


def test_a_seal_opens_in_its_own_row_only(app, make_talk):
    first, second = make_talk(State.HELD, SECRET), make_talk(State.HELD, "别的话")
    with app.app_context(), transaction():
        mine, other = db.session.get(Sealed, first), db.session.get(Sealed, second)
        other.sealed = mine.sealed

    answer = login(app, "head").get(f"/nk1/talk_records/talks/{second}/text")

    assert answer.status_code == 422
    assert SIGN not in answer.text
    assert "密钥不在或不对" in answer.text


def test_notices_say_nothing(secret_app):
    app, _talk_id = secret_app
    with app.app_context():
        told = [notice.values for notice in db.session.scalars(select(Notice))]
    assert told
    assert SIGN not in str(told)
