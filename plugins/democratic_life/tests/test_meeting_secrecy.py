"""What was said reaches those who sat in the meeting and whoever kept its record, and nothing else."""

import logging
from pathlib import Path

import pytest
from sqlalchemy import select, update

from intranet import jobs, search
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import AuditEntry, Notice
from plugins.democratic_life.models import Meeting, Said, Seat
from plugins.democratic_life.services.reviews import Post, begin
from plugins.democratic_life.wording import State
from tests.crawler import content, crawl
from tests.fixtures import login, person
from tests.sweeps.asking import readable, text_of
from tests.sweeps.routes import typed

SECRET = "密批zqxjmeet"
SIGN = "zqxjmeet"
READERS = ("head", "member", "recorder")
OTHERS = (None, "leader", "office", "supervisor", "system", "security", "audit", "stranger")
PAGE = "/nk1/democratic_life/meetings"


@pytest.fixture
def secret_app(app, make_meeting):
    """A meeting whose every word holds the sign, gone as far as its circular."""
    return app, make_meeting(State.ANNOUNCED, SECRET)


def found_in_pages(app, who, meeting_id):
    """Every address this person is led to or could type, and each form of the meeting, with the sign."""
    client = login(app, who)
    pages = crawl(client, ("/", "/search?q=密批", "/nk1/democratic_life/"), limit=25, alike=1, files=True)
    wrong = [path for path, page in pages.items() if SIGN in text_of(page)]
    for code in ("nk1", "hospital", "wk1"):
        for method, path in typed(
            app, "democratic_life", unit=code, meeting_id=meeting_id, name="study", kind="report"
        ):
            wrong += [path] if SIGN in text_of(client.open(path, method=method)) else []
    return wrong


@pytest.mark.one_engine
def test_only_its_readers_find_a_word(secret_app, caplog):
    app, meeting_id = secret_app
    caplog.set_level(logging.INFO)
    with app.app_context(), transaction():
        search.rebuild()
    with app.app_context():
        assert list(jobs.run_due())

    assert {who: found_in_pages(app, who, meeting_id) for who in OTHERS} == {who: [] for who in OTHERS}
    assert SIGN not in caplog.text
    for who in READERS:
        for page in ("words", "minutes"):
            assert SIGN in login(app, who).get(f"{PAGE}/{meeting_id}/{page}").text
    assert SIGN not in login(app, "member").get(f"{PAGE}/{meeting_id}/criticism").text
    with app.app_context():
        assert SIGN not in str([notice.values for notice in db.session.scalars(select(Notice))])
        assert SIGN not in str([entry.detail for entry in db.session.scalars(select(AuditEntry))])


def test_no_row_and_no_file_holds_a_word(secret_app):
    app, _meeting_id = secret_app

    assert held_in(app) == []


@pytest.mark.one_engine
def test_a_planted_leak_is_found(secret_app):
    app, meeting_id = secret_app
    with app.app_context(), transaction():
        db.session.execute(update(Meeting).values(theme=SECRET))

    assert found_in_pages(app, "leader", meeting_id)
    assert held_in(app)


def held_in(app):
    """Tables and files with the sign, read raw: bytes, logs of the database, attachments."""
    rows = [name for name, found in content(app).items() if SIGN.encode() in repr(found).encode()]
    files = [path for path in Path(app.instance_path).rglob("*") if path.is_file()]
    wrong = [path.name for path in files if any(SIGN in words for words in readable(path.read_bytes()))]
    return rows + wrong


def test_each_look_is_an_entry(secret_app):
    app, meeting_id = secret_app
    before = looks(app)
    login(app, "member").get(f"{PAGE}/{meeting_id}/words")
    login(app, "head").get(f"{PAGE}/{meeting_id}/minutes")
    login(app, "recorder").post(f"{PAGE}/{meeting_id}/minutes.docx")
    login(app, "office").get(f"{PAGE}/{meeting_id}/words")

    with app.app_context():
        names = {person(name).id: name for name in READERS}
    assert [(names[actor], action) for actor, action in looks(app)[len(before) :]] == [
        ("member", "democratic_life:read"),
        ("head", "democratic_life:read"),
        ("recorder", "democratic_life:take_away"),
    ]


def looks(app):
    with app.app_context():
        query = select(AuditEntry.actor_id, AuditEntry.action).order_by(AuditEntry.id)
        actions = ["democratic_life:read", "democratic_life:take_away"]
        return list(db.session.execute(query.where(AuditEntry.action.in_(actions))))


def test_those_above_see_the_number_and_not_the_table(secret_app):
    app, meeting_id = secret_app
    for who in ("office", "leader", "supervisor"):
        client = login(app, who)
        assert "6 条" in client.get(f"/hospital/democratic_life/meetings/{meeting_id}").text
        for page in ("criticism", "words", "minutes", "minutes/edit", "words/new", "words/1"):
            assert client.get(f"{PAGE}/{meeting_id}/{page}").status_code == 404, page


def test_a_seal_opens_in_its_own_row_only(app, make_meeting):
    meeting_id = make_meeting(State.HELD, SECRET)
    with app.app_context(), transaction():
        first, second = db.session.scalars(select(Said).order_by(Said.id).limit(2)).all()
        second.sealed = first.sealed

    answer = login(app, "head").get(f"{PAGE}/{meeting_id}/words")

    assert answer.status_code == 422
    assert SIGN not in answer.text


def test_where_the_room_is_closed_nothing_of_it_is_listed_or_waits(app, make_meeting):
    """For the head of another ward who sits in it; on again all of it is there."""
    meeting_id = make_meeting(State.HELD)
    with app.app_context(), transaction():
        meeting = db.session.get_one(Meeting, meeting_id)
        stranger = person("stranger").id
        db.session.add(Seat(meeting_id=meeting_id, user_id=stranger, place=9))
        meeting.recorder_id, meeting.name = stranger, "夜班专题会"
        begin(meeting, stranger, [Post("督导组", person("supervisor").id)], by=person("office"))
    pages = ("/", "/wk1/democratic_life/", "/wk1/democratic_life/reviews/")
    for state, shown in (("on", True), ("off", False), ("on", True)):
        login(app, "head").post("/nk1/plugins/democratic_life", data={"state": state})
        client = login(app, "stranger")
        assert [("夜班专题会" in client.get(page).text) for page in pages] == [shown] * 3
        opened = client.get(f"/wk1/democratic_life/meetings/{meeting_id}/words").status_code
        assert opened == (200 if shown else 404)
