"""What becomes of letters that do not go: they wait, are given up, and hold up nobody."""

from datetime import timedelta

from intranet import clock, jobs
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import LoginCount
from plugins.mail.models import Letter, ServerState, State
from plugins.mail.services import delivering
from plugins.mail.tests.conftest import letter_of, make_due, send, subscribe, tell
from tests.fixtures import login, person


def test_while_the_server_is_away_letters_wait_and_go_when_it_is_back(app, post):
    subscribe(app, "head")
    tell(app, "head")
    port = app.config["SMTP_PORT"]
    app.config["SMTP_PORT"] = 1

    run = send(app)
    assert (run["new"], run["sent"], run["failed"], run["waiting"]) == (1, 0, 0, 1)
    assert letter_of(app).tries == 0
    with app.app_context():
        began = db.session.get(ServerState, 1).since
    assert send(app)["sent"] == 0
    with app.app_context():
        state = db.session.get(ServerState, 1)
        assert (state.fault, state.since) == ("unreachable", began)
        assert state.tried_at > began
    assert "邮件寄不出去" in login(app, "system").get("/").text
    app.config["SMTP_PORT"] = port

    assert send(app)["sent"] == 1
    assert len(post.letters) == 1
    assert "邮件寄不出去" not in login(app, "system").get("/").text


def test_a_run_in_vain_says_how_many_wait_and_why_in_words(app, post):
    subscribe(app, "head")
    tell(app, "head")
    app.config["SMTP_PORT"] = 1
    with app.app_context():
        list(jobs.run_due())

    page = login(app, "system").get("/admin/mail/").text
    run = page[page.index("最近几次运行") :]

    assert "还在等 1 封" in run
    assert "连不上邮件服务器" in run


def test_a_letter_put_off_waits_longer_each_time_and_is_given_up_at_last(app, post):
    subscribe(app, "head")
    tell(app, "head")
    post.refuse = {"RCPT": "450 4.2.0 greylisted"}
    waits = []

    for _try in range(len(delivering.WAITS) + 1):
        assert send(app)["failed"] == 1
        waits.append(round((letter_of(app).due_at - clock.now()) / timedelta(minutes=1)))
        assert send(app)["failed"] == 0  # not before its time
        make_due(app)
    post.refuse = {}

    assert waits == [5, 15, 60, 240, 720, 1440, 1440, 1440]
    assert letter_of(app).state is State.GIVEN_UP
    assert send(app)["sent"] == 0
    assert login(app, "system").post(f"/admin/mail/letters/{letter_of(app).id}/again").status_code == 303
    assert send(app)["sent"] == 1


def test_the_same_letter_tried_again_bears_the_same_name(app, post):
    subscribe(app, "head")
    tell(app, "head")

    def die():
        raise ConnectionResetError

    post.before_answer = die  # taken, but the server never says so
    send(app)
    make_due(app)
    post.before_answer = lambda: None
    send(app)

    assert len(post.letters) == 2
    assert len({letter["Message-ID"] for letter in post.letters}) == 1
    assert letter_of(app).state is State.SENT


def test_a_refused_address_is_not_written_to_again_and_its_owner_hears_of_it(app, post):
    subscribe(app, "head")
    tell(app, "head")
    post.refuse = {"RCPT": "550 5.1.1 no such user"}

    assert send(app)["failed"] == 1
    tell(app, "head", "第二件")
    post.refuse = {}
    assert send(app) == {"new": 0, "sent": 0, "failed": 0, "waiting": 0}

    letter = letter_of(app)
    assert (letter.state, letter.fault, letter.code) == (State.GIVEN_UP, "recipient", "550 5.1.1")
    client = login(app, "head")
    assert "邮件服务器拒收" in client.get("/account/mail/").text
    assert "您的邮箱拒收通知邮件" in client.get("/").text
    assert "您的邮箱拒收通知邮件" not in login(app, "member").get("/").text


def test_others_write_while_the_server_takes_its_time(app, post):
    """SQLite has one writer: the conversation must not be inside a transaction."""
    subscribe(app, "head")
    tell(app, "head")
    wrote = []

    def write_meanwhile():
        with app.app_context(), transaction():
            row = LoginCount(key="meanwhile", started_at=clock.now(), tries=1, told=False)
            db.session.add(row)
        wrote.append(True)

    post.before_answer = write_meanwhile

    assert send(app)["sent"] == 1
    assert wrote == [True]


def test_a_slow_server_gets_few_letters_a_run_and_the_rest_wait(app, post, monkeypatch):
    for username in ("head", "member", "office"):
        subscribe(app, username)
        tell(app, username)
    monkeypatch.setattr(delivering, "MOST", 2)
    assert send(app) == {"new": 3, "sent": 2, "failed": 0, "waiting": 1}
    monkeypatch.setattr(delivering, "SOFT", -1)
    assert send(app)["sent"] == 0
    monkeypatch.undo()
    assert send(app)["sent"] == 1

    assert sorted(post.to) == [f"{name}@hospital.example" for name in ("head", "member", "office")]
    assert post.connections == 3


def test_old_letters_are_forgotten_and_what_waits_is_not(app):
    subscribe(app, "head")
    for state in (State.SENT, State.WAITING):
        with app.app_context(), transaction():
            old = clock.now() - timedelta(days=101)
            sent = old if state is State.SENT else None
            row = Letter(
                user_id=person("head").id, kind="notices", message_id=state, state=state, sent_at=sent
            )
            row.created_at = row.due_at = old
            db.session.add(row)

    with app.app_context(), transaction():
        assert delivering.forget_old() == {"letters": 1}
    assert letter_of(app).state is State.WAITING
