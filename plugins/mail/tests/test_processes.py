"""The sending process under fire: killed in the middle, and several at once."""

import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

from sqlalchemy import select, update

from intranet import clock
from intranet.db import transaction
from intranet.extensions import db
from plugins.mail.models import Letter, State
from plugins.mail.services import delivering
from plugins.mail.tests.conftest import send, settings, subscribe, tell
from tests.workers import go, start

SEND = """
from intranet.db import transaction
app = create_app(given["folder"], **{**given["settings"], "SAFE_MODE": False, **argument})
app.app_context().push()
from plugins.mail import schedule
with transaction(reads_first=True):
    print(schedule.send())
"""


def states(app):
    with app.app_context():
        return db.session.scalars(select(Letter.state).order_by(Letter.id)).all()


def test_a_process_killed_after_the_servers_yes_loses_nothing_and_repeats_one_letter_at_most(app, post):
    """The server has the letter; our process dies before it can write that down."""
    for username in ("head", "office", "member"):
        subscribe(app, username)
        tell(app, username)
    worker = start(app, SEND, settings(app.config["SMTP_PORT"]))
    taken, killed = Event(), Event()

    def kill():
        if len(post.letters) == 2 and not taken.is_set():
            taken.set()
            worker.send_signal(signal.SIGKILL)
            worker.wait(timeout=30)
            killed.set()

    post.before_answer = kill
    go([worker])
    assert killed.wait(60), worker.communicate()
    worker.communicate()

    assert states(app) == [State.SENT, State.SENDING, State.WAITING]
    assert send(app)["sent"] == 1  # the third one; whose the second is, nobody knows yet
    with app.app_context(), transaction():
        db.session.execute(
            update(Letter).values(claimed_at=clock.now() - delivering.DEAD - timedelta(seconds=1))
        )
    assert send(app)["sent"] == 1

    assert states(app) == [State.SENT] * 3
    assert sorted(post.to) == sorted(
        f"{name}@hospital.example" for name in ("head", "office", "office", "member")
    )
    names = [letter["Message-ID"] for letter in post.letters]
    assert names[1] == names[3]
    assert len(set(names)) == 3


def test_several_at_once_send_each_notice_once(app, post):
    people = ("head", "office", "member", "leader")
    for username in people:
        subscribe(app, username)
        tell(app, username)

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(lambda _each: send(app), range(4)))
    outcomes.append(send(app))

    assert sorted(post.to) == sorted(f"{name}@hospital.example" for name in people)
    assert sum(outcome["sent"] for outcome in outcomes) == len(people)
