"""Who gets a letter, when, saying what; and what becomes of those that do not go."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select, update

from intranet import clock
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import Grant, LoginCount, Notice, UnitPlugin
from plugins.mail.models import Letter, Mode, ServerState, State, Subscription, Told
from plugins.mail.services import delivering
from plugins.mail.services.subscribing import choose
from plugins.mail.tests.conftest import SITE, plain, send, subscribe, tell
from tests.fixtures import login, person

TUESDAY = "2026-11-24 {} +0800"


def letter_of(app):
    with app.app_context():
        return db.session.scalars(select(Letter)).one()


def change(app, what, **values):
    with app.app_context(), transaction():
        db.session.execute(update(what).values(**values))


def make_due(app):
    """As if the wait for the next try were over."""
    change(app, Letter, due_at=clock.now() - timedelta(seconds=1))


# Who and when --------------------------------------------------------------------------------------


def test_at_once_each_notice_goes_once_to_its_reader(app, post):
    subscribe(app, "head")
    subscribe(app, "stranger")
    tell(app, "head")
    tell(app, "head", "写自查报告")
    tell(app, "member")

    assert send(app) == {"new": 1, "sent": 1, "failed": 0}
    assert send(app) == {"new": 0, "sent": 0, "failed": 0}
    tell(app, "head", "第三件")
    send(app)

    assert post.to == ["head@hospital.example"] * 2
    assert "2 条新消息" in post.letters[0]["Subject"]
    assert "1 条新消息" in post.letters[1]["Subject"]
    assert len({letter["Message-ID"] for letter in post.letters}) == 2


def read(app):
    change(app, Notice, read_at=clock.now())


def turn_off(app):
    change(app, UnitPlugin, enabled=False)


def disable(app):
    with app.app_context(), transaction():
        person("office").disabled = True


def leave(app):
    with app.app_context(), transaction():
        mine = update(Grant).where(Grant.user_id == person("office").id)
        db.session.execute(mine.values(ends_on=clock.today() - timedelta(days=1)))


def lose_confirmation(app):
    change(app, Subscription, confirmed_at=None)


def want_none(app):
    change(app, Subscription, mode=Mode.OFF)


def forget(app):
    with app.app_context(), transaction():
        db.session.query(Subscription).delete()


REASONS = (read, turn_off, disable, leave, lose_confirmation, want_none, forget)


@pytest.mark.parametrize("happens", REASONS)
def test_nobody_is_written_to_without_a_reason_however_late_it_is_lost(app, post, monkeypatch, happens):
    """Before the letter is put down, and between that and the sending."""
    subscribe(app, "office")
    tell(app, "office")
    with monkeypatch.context() as patched:
        patched.setattr("plugins.mail.schedule.deliver", delivering.Counter)
        assert send(app)["new"] == 1

    happens(app)

    assert send(app) == {"new": 0, "sent": 0, "failed": 0}
    tell(app, "office", "第二件") if happens is not read else None
    assert send(app) == {"new": 0, "sent": 0, "failed": 0}
    assert post.letters == []
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Told)) == 0  # free for a later letter


def test_what_was_told_before_e_mail_was_wanted_is_not_sent(app, post):
    subscribe(app, "head", Mode.OFF)
    tell(app, "head", "旧的")
    with app.app_context(), transaction():
        choose(Mode.AT_ONCE, 8, 1, by=person("head"))
    tell(app, "head", "新的")

    send(app)

    assert "1 条新消息" in post.letters[0]["Subject"]


def test_a_daily_letter_comes_once_at_its_hour_and_on_working_days(app, post):
    def at(moment):
        with time_machine.travel(moment, tick=False):
            return send(app)["sent"]

    with time_machine.travel("2026-11-23 20:00 +0800", tick=False):
        subscribe(app, "head", Mode.DAILY, hour=9)
        tell(app, "head")
        tell(app, "head", "第二件")
    assert [at(TUESDAY.format(hour)) for hour in ("08:55", "09:05", "09:10")] == [0, 1, 0]
    with time_machine.travel(TUESDAY.format("10:00"), tick=False):
        tell(app, "head", "第三件")
    assert [at(TUESDAY.format("11:00")), at("2026-11-25 08:00 +0800"), at("2026-11-25 14:00 +0800")] == [
        0,
        0,
        1,
    ]
    with time_machine.travel("2026-11-27 18:00 +0800", tick=False):
        tell(app, "head", "周末的")
    assert [at(f"2026-11-{day} 12:00 +0800") for day in (28, 29, 30)] == [0, 0, 1]

    assert ["2 条" in post.letters[0]["Subject"], len(post.letters)] == [True, 3]


# What it says --------------------------------------------------------------------------------------


def test_a_letter_says_how_many_and_no_more_unless_the_site_allows_it(app, post):
    nasty = "<b>院感</b>\r\nBcc: x@evil.example"
    subscribe(app, "head")
    with app.app_context(), transaction():
        person("head").name = "张三\r\nBcc: y@evil.example"
    tell(app, "head", nasty)
    send(app)
    app.config["MAIL_TITLES"] = True
    tell(app, "head", nasty, once="again")
    send(app)

    shy, frank = post.letters
    assert "院感" not in plain(shy) + shy.get_body(("html",)).get_content()
    assert f"{SITE}/notices" in plain(shy)
    assert f"{SITE}/account/mail/" in plain(shy)  # how to turn it off
    assert "2026-11-25 到期：<b>院感</b> Bcc: x@evil.example" in plain(frank)
    assert f"{SITE}/nk1/rectification/" in plain(frank)
    html = frank.get_body(("html",)).get_content()
    assert "&lt;b&gt;院感&lt;/b&gt;" in html
    assert f'<a href="{SITE}/nk1/rectification/">' in html
    for letter in post.letters:
        assert letter["Bcc"] is None
        assert letter["To"].addresses[0].addr_spec == "head@hospital.example"
        assert letter["From"].addresses[0].display_name == "医院内网"
    assert post.to == ["head@hospital.example"] * 2


def test_a_letter_speaks_its_readers_language(app, post):
    app.config["MAIL_TITLES"] = True
    with app.app_context(), transaction():
        person("head").language = "en"
    for username in ("head", "member"):
        subscribe(app, username)
        tell(app, username)

    send(app)

    english, chinese = map(plain, post.letters)
    assert "You have 1 new notice" in english
    assert "Due 2026-11-25: 交整改材料" in english
    assert '<html lang="en"' in post.letters[0].get_body(("html",)).get_content()
    assert "到期" not in english
    assert "2026-11-25 到期：交整改材料" in chinese


# What goes wrong -----------------------------------------------------------------------------------


def test_while_the_server_is_away_letters_wait_and_go_when_it_is_back(app, post):
    subscribe(app, "head")
    tell(app, "head")
    port = app.config["SMTP_PORT"]
    app.config["SMTP_PORT"] = 1

    assert send(app) == {"new": 1, "sent": 0, "failed": 0}
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
    assert send(app) == {"new": 0, "sent": 0, "failed": 0}

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
    assert send(app) == {"new": 3, "sent": 2, "failed": 0}
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
