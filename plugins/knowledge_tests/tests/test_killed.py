"""Two hundred at once, the server killed in the middle: what it has acknowledged is there, and all go on."""

import http.client
import os
import signal
import subprocess
import sys
from collections import Counter
from contextlib import closing, suppress
from threading import Thread

import pytest
from sqlalchemy import func, select

from intranet.db import transaction
from intranet.extensions import db
from intranet.models import AuditEntry, Membership, User
from plugins.knowledge_tests.models import Answer, Attempt, Quiz
from plugins.knowledge_tests.services import attempts
from tests.fixtures import login, unit
from tests.server import free_port, wait_for

PEOPLE, QUESTIONS, ENOUGH = 200, 4, 300
KEPT_ALIVE = 60


@pytest.fixture
def papers(app, make_quiz):
    """All in the middle of their papers: cookie and token of each, by the paper's id."""
    names = [f"crowd{number}" for number in range(PEOPLE)]
    with app.app_context(), transaction():
        people = [User(username=name, name=name, password_hash="-") for name in names]
        db.session.add_all(people)
        db.session.flush()
        db.session.add_all(Membership(user_id=each.id, unit_id=unit("nk1").id) for each in people)
    quiz_id = make_quiz()
    with app.app_context(), transaction():
        quiz = db.session.get_one(Quiz, quiz_id)
        begun = {each.username: attempts.start(quiz, by=each).id for each in map(db.session.merge, people)}
    return {begun[name]: _browser_of(app, name) for name in names}


def _browser_of(app, name):
    client = login(app, name)
    token = client.csrf_token()
    return f"intranet={client.get_cookie('intranet').value}", token


def test_a_killed_server_has_kept_every_answer_it_said_was_saved_and_all_hand_in(app, papers):
    port, saved = free_port(), []
    told = {(paper, position): ("", "") for paper in papers for position in range(1, QUESTIONS + 1)}
    first = serve(app, port)
    at_once(save_on, papers, (port, told, saved, first))
    assert first.wait(20) == -signal.SIGKILL
    assert len(saved) >= ENOUGH
    second, codes = serve(app, port), Counter()
    try:
        at_once(hand_in, papers, (port, codes))
    finally:
        second.terminate()
        second.wait(20)

    assert codes == {200: PEOPLE}
    with app.app_context():
        for answer in db.session.scalars(select(Answer)):
            shown = "".join("ABCDEF"[answer.shuffled.index(letter)] for letter in answer.given)
            assert shown in told[answer.attempt_id, answer.position]  # the last may be there unsaid
        handed = select(func.count()).where(Attempt.submitted_at.is_not(None), Attempt.score.is_not(None))
        entries = select(func.count()).where(AuditEntry.action == "knowledge_tests:submit")
        assert (db.session.scalar(handed), db.session.scalar(entries)) == (PEOPLE, PEOPLE)


def serve(app, port):
    command = [sys.executable.replace("python", "intranet"), "serve", "--port", str(port), "--no-jobs"]
    settings = {"INTRANET_INSTANCE": app.instance_path, "INTRANET_DATABASE_URL": app.config["DATABASE_URL"]}
    process = subprocess.Popen(command, env={**os.environ, **settings}, stdout=subprocess.DEVNULL)
    wait_for(f"http://127.0.0.1:{port}/healthz")
    return process


def at_once(deed, papers, arguments):
    """One thread and one connection a person."""
    threads = [Thread(target=deed, args=(each, *arguments)) for each in papers.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(KEPT_ALIVE)


def connection(port):
    return http.client.HTTPConnection("127.0.0.1", port, timeout=KEPT_ALIVE)


def post(browser, way, body, cookie, token):
    headers = {"Cookie": cookie, "X-CSRFToken": token, "HX-Request": "true"}
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    browser.request("POST", f"/nk1/knowledge_tests/attempts/{way}", body, headers)
    answer = browser.getresponse()
    answer.read()
    return answer.status


def save_on(paper, port, told, saved, process):
    """Answers until the server is gone; `told`: what it acknowledged last, and what was asked last."""
    key, known = paper
    with closing(connection(port)) as browser, suppress(OSError, http.client.HTTPException):
        for number in range(10_000):
            position, letter = (key + number) % QUESTIONS + 1, "AB"[number // QUESTIONS % 2]
            told[key, position] = (told[key, position][0], letter)
            status = post(browser, f"{key}/answers/{position}", f"q{position}={letter}", *known)
            if status != 200:
                process.terminate()
                return
            told[key, position] = (letter, letter)
            saved.append(key)
            if len(saved) == ENOUGH:
                process.kill()


def hand_in(paper, port, codes):
    key, known = paper
    with closing(connection(port)) as browser:
        codes[post(browser, f"{key}/submit", "", *known)] += 1
