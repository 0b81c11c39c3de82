"""First passwords for many: chosen, printed once, good for one login; never an administrator's."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import g
from sqlalchemy import func, select

from intranet import clock, passwords
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import AuditEntry, LoginSession, User
from plugins.people.queries import slips as queries
from tests.crawler import Frugal
from tests.fixtures import PASSWORD, check_html, login, person, unit

PEOPLE = "/admin/people/"
SLIPS = f"{PEOPLE}slips"


@pytest.fixture
def system(app):
    return login(app, "system")


def ids(app, *usernames):
    with app.app_context():
        return [person(username).id for username in usernames]


def ticked(page):
    return {int(number) for number in re.findall(r'name="who" value="(\d+)"[^>]* checked', page.text)}


def offered(page):
    return {int(number) for number in re.findall(r'name="who" value="(\d+)"', page.text)}


def send(client, who):
    return client.post(SLIPS, data={"who": who, "version": version_on(client.get(SLIPS))})


def version_on(page):
    return re.search(r'name="version" value="(\d+)"', page.text)[1]


def log_in(app, username, password):
    return app.test_client().post("/login", data={"username": username, "password": password})


def test_those_without_a_password_are_ticked_and_administrators_are_not_even_offered(app, system):
    member, head, recorder, audit, leader = ids(app, "member", "head", "recorder", "audit", "leader")
    log_in(app, "head", PASSWORD)
    with app.app_context(), transaction():
        passwords.give_first(person("recorder"), by=None)
        person("leader").disabled = True

    page = Frugal(app, "system").get(SLIPS)

    check_html(page)
    assert member in ticked(page)
    assert {head, recorder} <= offered(page) - ticked(page)
    assert not {audit, leader} & offered(page)
    assert ticked(system.get(f"{SLIPS}?unit=nk1")) < ticked(page)


def test_slips_are_printed_once_and_each_is_good_for_choosing_a_password(app, system):
    people = ids(app, "member", "recorder")
    with app.app_context():
        before = db.session.scalar(select(func.count()).where(AuditEntry.action == "core:first-password"))

    page = send(system, people)

    check_html(page)
    assert "data-print" in page.text
    with app.app_context():
        assert unit("nk1").name in page.text
    given = re.findall(r'工号 (\w+)</span>.*?class="password">([a-z0-9-]{19})<', page.text, re.DOTALL)
    assert [username for username, _word in sorted(given)] == ["member", "recorder"]
    assert "前有效" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    for username, password in given:
        assert "/account/" in log_in(app, username, password).headers["Location"]
        assert password not in system.get(SLIPS).text
    with app.app_context():
        entries = select(AuditEntry).where(AuditEntry.action == "core:first-password").order_by(AuditEntry.id)
        added = db.session.scalars(entries).all()[before:]
        assert {entry.actor_id for entry in added} == {person("system").id}
        assert {entry.subject for entry in added} == {f"core_user:{number}" for number in people}
        hours = person("member").first_until - clock.now()
        assert timedelta(hours=23) < hours <= timedelta(hours=24)


def test_a_page_that_is_reloaded_gives_no_other_passwords(app, system):
    member, head = ids(app, "member", "head")
    seen = version_on(system.get(SLIPS))
    one_page = f"/admin/people/{member}"
    assert f'name="version" value="{seen}"><p' in system.get(one_page).text
    first = system.post(SLIPS, data={"who": [member], "version": seen})
    (password,) = re.findall(r'class="password">([a-z0-9-]{19})<', first.text)

    again = system.post(SLIPS, data={"who": [member, head], "version": seen})
    alone = system.post(f"{one_page}/password", data={"version": seen})

    assert (again.status_code, alone.status_code) == (409, 409)
    assert "这批密码已经发过" in again.text
    assert log_in(app, "head", PASSWORD).status_code == 303
    assert "/account/" in log_in(app, "member", password).headers["Location"]
    assert system.post(SLIPS, data={"who": [head], "version": seen}).status_code == 200


def test_passwords_and_the_whole_list_are_given_only_after_the_password(app, system):
    (head,) = ids(app, "head")
    page = f"/admin/people/{head}"
    seen = version_on(system.get(SLIPS))
    with app.app_context(), transaction():
        db.session.scalars(select(LoginSession)).one().started_at -= timedelta(minutes=6)

    for path, around in ((SLIPS, SLIPS), (f"{page}/password", page), ("/admin/people/export", PEOPLE)):
        headers = {"Referer": f"http://localhost{around}"}
        answer = system.post(path, data={"who": [head], "version": seen}, headers=headers)

        assert answer.status_code == 303
        assert answer.headers["Location"].startswith(f"/login?next={around}")
        assert answer.headers["Location"].endswith("&again=1")
    assert log_in(app, "head", PASSWORD).status_code == 303


def test_what_was_ticked_is_there_again_after_the_login_and_what_was_typed_is_saved(app, system):
    member, head = ids(app, "member", "head")
    with app.app_context(), transaction():
        db.session.scalars(select(LoginSession)).one().started_at -= timedelta(minutes=6)

    slips = system.post(f"{SLIPS}?unit=nk1", data={"who": [head, member]})
    new = system.post(f"{PEOPLE}new", data={"username": "7001", "name": "新来的人", "unit": "nk1"})
    assert system.get(f"{PEOPLE}new").headers["Location"].startswith("/login")
    again = login(app, "system")

    page = again.get(parse_qs(urlsplit(slips.headers["Location"]).query)["next"][0])
    assert ticked(page) == {head, member}
    assert 'value="nk1" selected' in page.text
    (added,) = ids(app, "7001")
    assert new.headers["Location"] == f"{PEOPLE}{added}"
    assert "未开通" in again.get(f"{PEOPLE}{added}").text
    assert "7001" in again.get(f"{PEOPLE}?state=waiting").text
    assert "7001" not in again.get(f"{PEOPLE}?state=active").text
    assert 'class="password"' in again.post(f"{PEOPLE}{added}/password", data={"version": 10**6}).text
    assert "已发初始密码" in again.get(f"{PEOPLE}{added}").text


def test_no_administrator_and_nobody_disabled_gets_one_however_it_is_asked_for(app, system):
    people = ids(app, "audit", "system", "leader", "member")
    with app.app_context(), transaction():
        person("leader").disabled = True
    with app.app_context():
        before = {user.id: user.password_hash for user in db.session.scalars(select(User))}

    page = send(system, [*people, 999_999_999, "99999999999999", "x"])

    assert page.text.count('class="password"') == 1
    with app.app_context():
        changed = [
            user.id for user in db.session.scalars(select(User)) if user.password_hash != before[user.id]
        ]
    assert changed == people[-1:]


def test_none_and_too_many_are_refused_and_the_choice_is_kept(app, system, monkeypatch):
    people = ids(app, "member", "head")
    monkeypatch.setattr(queries, "MOST", 1)
    none, many = system.post(SLIPS), system.post(f"{SLIPS}?unit=nk1", data={"who": people})

    for page in (none, many):
        assert page.status_code == 422
        assert "请选择 1 到 1 人" in page.text
        check_html(page)
    assert ticked(none) == set()
    assert ticked(many) == offered(many) & set(people) != set()
    assert log_in(app, "head", PASSWORD).status_code == 303


def test_the_hashing_is_over_before_anybody_has_to_wait_for_the_writing(app, system, monkeypatch):
    writing = []
    draw = passwords.draw
    monkeypatch.setattr(passwords, "draw", lambda: writing.append(bool(g.get("writing"))) or draw())

    send(system, ids(app, "member", "recorder"))

    assert writing == [False, False]


def test_the_pages_are_the_system_administrators_alone(client_for):
    for username in ("security", "audit", "head"):
        assert client_for(username).get(SLIPS).status_code == 404
        assert client_for(username).post(SLIPS, data={"who": 1}).status_code == 404
