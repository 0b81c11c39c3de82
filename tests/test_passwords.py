"""The password an administrator hands out, and hashes that grow old."""

import re

import pytest
import time_machine
from argon2 import PasswordHasher
from sqlalchemy import select

from intranet import clock, passwords
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import User
from tests.fixtures import PASSWORD, login, person
from tests.test_login import attempt, command
from tests.test_sessions import deeds

pytestmark = pytest.mark.one_engine


def test_a_first_password_never_opens_a_whole_session(make_app):
    app = make_app("cast", SAFE_MODE=True)
    with app.app_context(), transaction():
        word = passwords.give_first(person("head"), by=person("system"))

    answer = attempt(app.test_client(), password=word)

    assert answer.status_code == 422
    assert "要先换密码" in answer.text


@pytest.mark.parametrize(("seconds", "status"), [(-1, 303), (1, 422)])
def test_a_first_password_is_good_for_a_day(app, seconds, status):
    now = clock.now().timestamp()
    with time_machine.travel(now, tick=False), app.app_context(), transaction():
        word = passwords.give_first(person("head"), by=None)

    with time_machine.travel(now + 24 * 3600 + seconds, tick=False):
        answer = attempt(app.test_client(), password=word)

    assert answer.status_code == status
    assert ("初始密码已经过期" in answer.text) is (status == 422)


def test_handing_out_a_first_password_ends_the_old_one_and_all_sessions(app):
    client = login(app, "head")

    with app.app_context(), transaction():
        passwords.give_first(person("head"), by=person("system"))

    assert client.get("/").status_code == 303
    assert attempt(app.test_client()).status_code == 422
    assert deeds(app)[-3:-1] == ["core:end-sessions", "core:first-password"]


def test_a_person_added_from_the_terminal_gets_a_first_password(app):
    said = command(app, "add-person", "1001", "王某某").output

    word = re.search(r"[a-z2-9]{4}(-[a-z2-9]{4}){3}", said)[0]
    assert attempt(app.test_client(), "1001", word).headers["Location"].startswith("/account/")


def test_a_weaker_hash_is_made_anew_at_the_login(app):
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with app.app_context(), transaction():
        person("head").password_hash = weak.hash(PASSWORD)

    attempt(app.test_client(), password="wrong")
    kept = hash_of(app, "head")
    assert attempt(app.test_client()).status_code == 303

    assert "m=8," in kept
    assert "m=19456,t=2" in hash_of(app, "head")
    assert attempt(app.test_client()).status_code == 303


def hash_of(app, username):
    with app.app_context():
        return db.session.scalars(select(User.password_hash).where(User.username == username)).one()
