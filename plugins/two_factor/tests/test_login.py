"""The code after the password: once only, in its half minute, for whom it was made."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from intranet.db import transaction
from intranet.extensions import db
from intranet.models import AuditEntry
from plugins.two_factor import codes, queries, services
from tests.fixtures import PASSWORD, check_html, login, person

pytestmark = pytest.mark.one_engine

ASK = "/account/two_factor/login"


def send(client, code, address="10.0.0.1"):
    return client.post(ASK, data={"code": code}, environ_base={"REMOTE_ADDR": address})


def test_the_code_opens_the_page_one_wanted(app, equip, code_at):
    secret, _codes = equip()
    client = app.test_client()
    step = client.post("/login?next=/nk1/", data={"username": "head", "password": PASSWORD}).headers[
        "Location"
    ]
    check_html(client.get(step))

    assert client.post(step, data={"code": code_at(secret)}).headers["Location"] == "/nk1/"

    assert client.get("/nk1/").status_code == 200


@pytest.mark.parametrize(
    "typed", [lambda code: f" {code[:3]} {code[3:]} ", lambda code: f"{code[:3]}-{code[3:]}"]
)
def test_a_code_may_be_typed_with_gaps(typed, equip, half, code_at):
    secret, _codes = equip()

    assert send(half(), typed(code_at(secret))).status_code == 303


@pytest.mark.parametrize(
    ("seconds", "status"), [(-70, 422), (-41, 422), (-30, 303), (0, 303), (30, 303), (60, 422)]
)
def test_clocks_may_differ_by_half_a_minute(seconds, status, equip, half, code_at):
    secret, _codes = equip()

    assert send(half(), code_at(secret, seconds)).status_code == status


def test_a_code_is_good_once(equip, half, code_at):
    secret, _codes = equip()
    assert send(half(), code_at(secret)).status_code == 303

    again = send(half(), code_at(secret))

    assert again.status_code == 422
    assert "已经用过" in again.text


def test_the_code_that_set_it_up_is_used_too(app, half, code_at):
    secret = codes.new_secret()
    with app.app_context(), transaction():
        services.set_up(person("head"), secret, code_at(secret))

    assert send(half(), code_at(secret)).status_code == 422


def test_of_two_requests_with_one_code_one_wins(equip, half, code_at):
    secret, _codes = equip()
    clients = [half() for _number in range(4)]

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(lambda client: send(client, code_at(secret)).status_code, clients))

    assert answers == [303, 422, 422, 422]


def test_another_persons_code_opens_nothing(equip, half, code_at):
    equip()
    secret, others = equip("member")

    assert send(half(), code_at(secret)).status_code == 422
    assert send(half(), others[0]).status_code == 422


@pytest.mark.parametrize("typed", ["", "000000x", "１２３４５６", "12345", "9" * 300])
def test_nonsense_is_refused_with_a_sentence(typed, equip, half):
    equip()

    answer = send(half(), typed)

    assert answer.status_code == 422
    assert "动态码不对" in answer.text


def test_a_recovery_code_works_once(app, equip, half):
    _secret, made = equip()

    assert send(half(), made[3].upper()).status_code == 303
    assert send(half(), made[3]).status_code == 422

    with app.app_context():
        assert queries.codes_left(person("head")) == len(made) - 1
        assert "two_factor:recovered" in set(db.session.scalars(select(AuditEntry.action)))


def test_five_wrong_codes_end_the_half_login_and_a_new_one_does_not_help(equip, half, code_at):
    secret, _codes = equip()
    client = half()

    answers = [send(client, "000000").status_code for _try in range(6)]

    assert answers == [422] * 5 + [429]
    assert client.get(ASK).headers["Location"].startswith("/login")
    assert send(half(), code_at(secret)).status_code == 429
    assert send(half(address="10.0.0.2"), code_at(secret), "10.0.0.2").status_code == 303


@pytest.mark.parametrize("name", ["head", "second factor of head", "second factor"])
def test_wrong_passwords_of_others_do_not_use_up_the_codes(app, equip, half, code_at, name):
    secret, _codes = equip()
    client = half()
    for _try in range(8):
        data = {"username": name, "password": "wrong"}
        app.test_client().post("/login", data=data, environ_base={"REMOTE_ADDR": "10.0.0.1"})

    assert send(client, code_at(secret)).status_code == 303


def test_the_page_of_the_code_is_nobodys_without_the_password(app, equip):
    equip()

    assert app.test_client().get(ASK).headers["Location"].startswith("/login")
    assert login(app, "head").get(ASK).headers["Location"] == "/"
