"""A password that an administrator has reset: its person hears who did it and when, and other locks hold."""

import re

from intranet import passwords
from intranet.db import transaction
from tests.fixtures import PASSWORD, check_html, login, person
from tests.test_login import command

OWN = "梧桐 lamp 9 骑车"


def reset(app, username):
    """The password on the slip."""
    with app.app_context(), transaction():
        return passwords.give_first(person(username), by=person("system"))


def log_in(app, password):
    client = app.test_client()
    client.post("/login", data={"username": "head", "password": password})
    return client


def choose_own(client, first):
    data = {"old_password": first, "new_password": OWN, "new_password_again": OWN}
    client.post("/account/my_account/password", data=data)


def test_the_person_hears_at_the_login_and_at_home_who_reset_the_password_and_when(app):
    with app.app_context():
        name = person("system").name
    assert "重设过" not in log_in(app, PASSWORD).get("/").text
    client = log_in(app, first := reset(app, "head"))

    page = client.get("/account/my_account/password")
    check_html(page)
    assert f"由{name}给您发过新的初始密码" in page.text
    choose_own(client, first)
    home = client.get("/")

    check_html(home)
    assert re.search(rf"您的密码在 [^由]+ 由{name}重设过", home.text)
    assert f"由{name}给您发过" in client.get("/account/my_account/").text
    assert "重设过" not in login(app, "member").get("/").text


def test_a_second_reset_hides_no_first_one_and_the_command_is_said_too(app):
    with app.app_context():
        name = person("system").name
    log_in(app, PASSWORD)
    reset(app, "head")
    word = re.search(r"[a-z2-9]{4}(-[a-z2-9]{4}){3}", command(app, "reset-password", "head").output)[0]
    client = log_in(app, word)
    choose_own(client, word)

    assert re.findall(r"您的密码在 [^由]+ 由(\w+)重设过", client.get("/").text) == ["命令行", name]


def test_a_first_password_of_a_newcomer_is_no_reset(app):
    first = reset(app, "head")  # who has never been in
    client = log_in(app, first)
    choose_own(client, first)

    assert "重设过" not in client.get("/").text
