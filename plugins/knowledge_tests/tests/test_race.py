"""Many at once: each paper begins once, is handed in once, and no acknowledged answer is lost."""

from collections import Counter
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from intranet.db import transaction
from intranet.extensions import db
from intranet.models import AuditEntry, Membership, User
from plugins.knowledge_tests.models import Answer, Attempt
from plugins.knowledge_tests.services.keeping import keep_up
from tests.fixtures import HTMX, login, unit

from .conftest import begin

HOME = "/nk1/knowledge_tests"
PEOPLE = 8


@pytest.fixture
def crowd(app, make_quiz):
    """Eight people of the ward, invited; their names and the quiz."""
    names = [f"crowd{number}" for number in range(PEOPLE)]
    with app.app_context(), transaction():
        ward = unit("nk1")
        for name in names:
            user = User(username=name, name=name, password_hash="-")
            db.session.add(user)
            db.session.flush()
            db.session.add(Membership(user_id=user.id, unit_id=ward.id))
    return names, make_quiz()


def at_once(*deeds):
    threads = [Thread(target=deed) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_many_save_and_hand_in_at_once_each_once_and_nothing_is_lost(app, crowd):
    names, quiz = crowd
    clients = {name: (login(app, name), login(app, name)) for name in names}
    tokens = {name: [client.csrf_token() for client in pair] for name, pair in clients.items()}
    codes, start, saved = Counter(), Barrier(2 * len(names)), []

    def take(name, which):
        client = clients[name][which]

        def post(path, **data):
            data["csrf_token"] = tokens[name][which]
            answer = client.post(f"{HOME}/{path}", data=data, headers=HTMX, csrf=False)
            codes[path.rpartition("/")[2] if "answers" not in path else "answers", answer.status_code] += 1
            return answer

        start.wait()
        paper = post(f"quizzes/{quiz}/start").headers["HX-Redirect"].rpartition("/")[2]
        for position in (1, 2) if which else (3, 4):
            answer = post(f"attempts/{paper}/answers/{position}", **{f"q{position}": "B"})
            saved.extend([(name, position)] if answer.status_code == 200 else [])
        start.wait()
        post(f"attempts/{paper}/submit")

    at_once(*(lambda n=name, w=which: take(n, w) for name in names for which in (0, 1)))

    assert codes == {("start", 200): 16, ("answers", 200): 32, ("submit", 200): 16}
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Attempt)) == PEOPLE
        papers = db.session.execute(
            select(User.username, Answer.position, Answer.given)
            .join(Attempt, Attempt.id == Answer.attempt_id)
            .join(User, User.id == Attempt.user_id)
        ).all()
        assert {(name, position) for name, position, letters in papers if letters} == set(saved)
        assert len(saved) == 4 * PEOPLE
        deeds = db.session.execute(select(AuditEntry.action, func.count()).group_by(AuditEntry.action))
        assert {name: n for name, n in deeds if name.endswith((":start", ":submit"))} == {
            "knowledge_tests:start": PEOPLE,
            "knowledge_tests:submit": PEOPLE,
        }


def test_closing_handing_in_and_the_job_at_once_mark_each_paper_once(app, crowd):
    names, quiz = crowd
    papers = {name: begin(app, quiz, name) for name in names}
    clients = {name: login(app, name) for name in names}
    tokens = {name: client.csrf_token() for name, client in clients.items()}
    office = login(app, "office")
    version = {"version": 2 + 1, "csrf_token": office.csrf_token()}
    start, codes = Barrier(len(names) + 2), []

    def hand_in(name):
        start.wait()
        data = {"csrf_token": tokens[name], "q1": "A", "was1": ""}
        codes.append(
            clients[name].post(f"{HOME}/attempts/{papers[name]}/submit", data=data, csrf=False).status_code
        )

    def close():
        start.wait()
        path = f"/hospital/knowledge_tests/quizzes/{quiz}/close"
        codes.append(office.post(path, data=version, csrf=False).status_code)

    def job():
        start.wait()
        with app.app_context(), transaction():
            keep_up()

    at_once(close, job, *(lambda n=name: hand_in(n) for name in names))

    assert codes == [303] * (PEOPLE + 1)
    with app.app_context():
        assert all(db.session.scalars(select(Attempt.submitted_at)))
        deeds = select(func.count()).where(
            AuditEntry.action.in_(["knowledge_tests:submit", "knowledge_tests:time_up"])
        )
        assert db.session.scalar(deeds) == PEOPLE
