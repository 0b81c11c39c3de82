"""A server that is killed in the middle of autosaves loses nothing it has acknowledged."""

import http.client
import os
import signal
import subprocess
import sys
from contextlib import closing
from threading import Thread

import pytest
from sqlalchemy import select

from intranet.db import transaction
from intranet.extensions import db
from intranet.models import Membership, User
from plugins.knowledge_tests.models import Answer
from tests.fixtures import login, unit
from tests.server import free_port, wait_for

from .conftest import begin

PEOPLE, ENOUGH = 4, 40


@pytest.fixture
def papers(app, make_quiz):
    """Four people in the middle of their papers: cookie and token of each, by the paper's id."""
    with app.app_context(), transaction():
        for number in range(PEOPLE):
            user = User(username=f"crowd{number}", name=f"甲{number}", password_hash="-")
            db.session.add(user)
            db.session.flush()
            db.session.add(Membership(user_id=user.id, unit_id=unit("nk1").id))
    quiz = make_quiz()
    found = {}
    for number in range(PEOPLE):
        client = login(app, f"crowd{number}")
        token = client.csrf_token()
        cookie = client.get_cookie("intranet")
        found[begin(app, quiz, f"crowd{number}")] = (f"intranet={cookie.value}", token)
    return found


def test_a_killed_server_has_kept_every_answer_it_said_was_saved(app, papers):
    port, enough = free_port(), []
    told = {(paper, position): ("", "") for paper in papers for position in range(1, 5)}
    process = serve(app, port)
    writers = [Thread(target=save_on, args=(port, each, process, told, enough)) for each in papers.items()]
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz")
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join(60)
    finally:
        process.kill()
        process.wait(20)

    assert process.returncode == -signal.SIGKILL
    assert len(enough) >= ENOUGH
    with app.app_context():
        for answer in db.session.scalars(select(Answer)):
            shown = "".join("ABCDEF"[answer.shuffled.index(letter)] for letter in answer.given)
            said, asked = told[answer.attempt_id, answer.position]
            assert shown in {said, asked}, (
                answer.position,
                shown,
                said,
                asked,
            )  # the last may be there unsaid


def serve(app, port):
    command = [sys.executable.replace("python", "intranet"), "serve", "--port", str(port), "--no-jobs"]
    settings = {"INTRANET_INSTANCE": app.instance_path, "INTRANET_DATABASE_URL": app.config["DATABASE_URL"]}
    return subprocess.Popen(command, env={**os.environ, **settings}, stdout=subprocess.DEVNULL)


def save_on(port, paper, process, told, enough):
    """Answers until the server is gone; `told`: what it acknowledged last, and what was asked last."""
    key, (cookie, token) = paper
    headers = {"Cookie": cookie, "X-CSRFToken": token, "HX-Request": "true"}
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as browser:
        answer_on(browser, key, headers, process, told, enough)


def answer_on(browser, key, headers, process, told, enough):  # noqa: PLR0917
    for number in range(10_000):
        position, letter = number % 4 + 1, "AB"[number // 4 % 2]
        said, _asked = told[key, position]
        told[key, position] = (said, letter)
        try:
            path = f"/nk1/knowledge_tests/attempts/{key}/answers/{position}"
            browser.request("POST", path, f"q{position}={letter}", headers)
            answer = browser.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            return
        if answer.status != 200:
            process.kill()
            return
        told[key, position] = (letter, letter)
        enough.append(answer.status)
        if len(enough) == ENOUGH:
            process.kill()
