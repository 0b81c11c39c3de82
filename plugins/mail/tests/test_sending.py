"""Who gets a letter, when, saying what; and what becomes of those that do not go."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select, update

from intranet import clock
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import Grant, Notice, UnitPlugin
from plugins.mail.models import Mode, Subscription, Told
from plugins.mail.services import delivering
from plugins.mail.services.subscribing import choose
from plugins.mail.tests.conftest import SITE, change, plain, send, some_plugin, subscribe, tell
from tests.fixtures import person

TUESDAY = "2026-11-24 {} +0800"


# Who and when --------------------------------------------------------------------------------------


def test_at_once_each_notice_goes_once_to_its_reader(app, post):
    subscribe(app, "head")
    subscribe(app, "stranger")
    tell(app, "head")
    tell(app, "head", "写自查报告")
    tell(app, "member")

    assert send(app) == {"new": 1, "sent": 1, "failed": 0, "waiting": 0}
    assert send(app) == {"new": 0, "sent": 0, "failed": 0, "waiting": 0}
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
        patched.setattr("plugins.mail.schedule.deliver", lambda: (delivering.Counter(), None))
        assert send(app)["new"] == 1

    happens(app)

    assert send(app) == {"new": 0, "sent": 0, "failed": 0, "waiting": 0}
    tell(app, "office", "第二件") if happens is not read else None
    assert send(app) == {"new": 0, "sent": 0, "failed": 0, "waiting": 0}
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

    (shy, frank), page = post.letters, f"{SITE}/nk1/{some_plugin(app)}/"
    assert "院感" not in plain(shy) + shy.get_body(("html",)).get_content()
    assert f"{SITE}/notices" in plain(shy)
    assert f"{SITE}/account/mail/" in plain(shy)  # how to turn it off
    assert "2026-11-25 到期：<b>院感</b> Bcc: x@evil.example" in plain(frank)
    assert page in plain(frank)
    html = frank.get_body(("html",)).get_content()
    assert "&lt;b&gt;院感&lt;/b&gt;" in html
    assert f'<a href="{page}">' in html
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
