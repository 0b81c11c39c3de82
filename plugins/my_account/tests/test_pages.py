"""Changing one's password, and seeing and ending one's logins."""

import re

import pytest
from sqlalchemy import select

from intranet import passwords
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import AuditEntry, LoginSession, User
from plugins.my_account.wording import device
from tests.fixtures import HTMX, PASSWORD, check_html, login, person
from tests.test_login import attempt, command

pytestmark = pytest.mark.one_engine

PAGE = "/account/my_account/password"
GOOD = " Mq7# Vt2! kZ "
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0"


def change(client, old=PASSWORD, new=GOOD, again=None, **more):
    data = {"old_password": old, "new_password": new, "new_password_again": new if again is None else again}
    return client.post(more.pop("path", PAGE), data=data, **more)


# The password --------------------------------------------------------------------------------------


def test_the_page_lists_every_rule_before_one_chooses(app):
    page = login(app, "head").get(PAGE)

    check_html(page)
    assert page.text.count("<li>") >= 4
    assert "10 至 256" in page.text


def test_the_new_password_works_exactly_as_typed_and_the_old_one_no_more(app):
    assert change(login(app, "head")).headers["Location"] == "/"

    assert attempt(app.test_client(), password=GOOD).status_code == 303
    assert attempt(app.test_client(), password=GOOD.strip()).status_code == 422
    assert attempt(app.test_client()).status_code == 422


def test_all_other_sessions_end_and_this_one_gets_a_new_token(app):
    here, there, other = login(app, "head"), login(app, "head"), login(app, "member")
    old = here.get_cookie("intranet").value

    change(here)

    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 303
    assert other.get("/").status_code == 200
    there.set_cookie("intranet", old)
    assert there.get("/").status_code == 303
    with app.app_context():
        actions = list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))
    assert actions[-2:] == ["my_account:password", "core:login"]


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"old": "wrong"}, "现在的密码不对"),
        ({"old": PASSWORD + " "}, "现在的密码不对"),
        ({"new": "short", "again": "short"}, "10 至 256 个字符"),
        ({"again": "another"}, "两次输入的新密码不一样"),
        ({"new": PASSWORD, "again": PASSWORD}, "不能是最近用过的"),
        ({"old": ""}, "请填写现在的密码"),
        ({"new": "词 " * 200}, "新密码最多 256 个字符"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_changes(app, fields, words, headers):
    client = login(app, "head")

    answer = change(client, **fields, headers=headers)

    assert answer.status_code == 422
    assert words in answer.text.replace("<p", "\n")
    assert attempt(app.test_client()).status_code == 303
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("length", [3, 100_000])
def test_no_password_stands_on_a_page_that_refuses(app, length):
    """Neither where the form has expired nor where there is too much: what is typed is shown there."""
    client, words = login(app, "head"), "一句 只有 我 知道 的 话 " * length
    refused = change(client, old=words, new=words, csrf=False)

    assert refused.status_code == (400 if length == 3 else 413)
    assert "只有 我" not in refused.text


def test_guessing_the_present_password_ends_after_five(app):
    client = login(app, "head")

    answers = [change(client, old="wrong").status_code for _try in range(6)]

    assert answers == [422] * 5 + [429]
    assert "现在的密码输错次数过多，请" in change(client).text
    assert change(client).status_code == 429
    assert attempt(app.test_client()).status_code == 303


def test_wrong_passwords_at_the_login_do_not_keep_one_from_changing_it(app):
    client = login(app, "head")
    for _try in range(6):
        attempt(app.test_client(), password="wrong")

    assert change(client).status_code == 303


def test_a_bad_choice_is_no_wrong_password(app):
    client = login(app, "head")

    answers = [change(client, new="short").status_code for _try in range(7)]

    assert answers == [422] * 7
    assert change(client).status_code == 303


def test_the_last_five_do_not_come_back(app):
    client, old = login(app, "head"), PASSWORD
    chosen = [f"Mq{number}#Vt{number}!kZw" for number in range(5)]
    for new in chosen:
        assert change(client, old, new).status_code == 303
        old = new

    answers = [change(client, old, past).status_code for past in (*chosen, PASSWORD)]

    assert answers == [422] * 5 + [303]


def test_a_first_password_opens_only_the_page_to_choose_another(app):
    word = re.search(r"[a-z2-9]{4}(-[a-z2-9]{4}){3}", command(app, "reset-password", "head").output)[0]
    client = app.test_client()

    step = attempt(client, password=word).headers["Location"]

    assert step == f"{PAGE}?next=/"
    assert client.get("/nk1/").headers["Location"] == f"{PAGE}?next=/nk1/"
    assert client.get("/account/my_account/").status_code == 303
    page = client.get(step)
    check_html(page)
    assert "初始密码" in page.text
    assert "内一科" not in page.text
    assert change(client, word, path=step).headers["Location"] == "/"
    assert client.get("/nk1/").status_code == 200
    assert attempt(app.test_client(), password=word).status_code == 422
    assert attempt(app.test_client(), password=GOOD).headers["Location"] == "/"


def test_a_wrong_first_password_on_that_page_counts_too(app):
    with app.app_context(), transaction():
        word = passwords.give_first(person("head"), by=None)
    client = app.test_client()
    attempt(client, password=word)

    assert [change(client, "wrong").status_code for _try in range(6)] == [422] * 5 + [429]


# The logins ----------------------------------------------------------------------------------------


def sessions_of(app, username):
    with app.app_context():
        query = select(LoginSession.id).join(User).where(User.username == username)
        return list(db.session.scalars(query.order_by(LoginSession.id)))


def test_one_sees_ones_own_logins_and_which_is_this_one(app):
    attempt(app.test_client(), headers={"User-Agent": EDGE})
    login(app, "member")

    page = login(app, "head").get("/account/my_account/")

    check_html(page)
    assert "Windows · Edge" in page.text
    assert "10.0.0.1" in page.text
    assert page.text.count("就是这里") == 1
    assert page.text.count("/sessions/") == 2  # one to end, and the button for all others


def test_one_ends_one_or_all_others(app):
    here, there, third = (login(app, "head") for _number in range(3))
    first = sessions_of(app, "head")[1]

    assert here.post(f"/account/my_account/sessions/{first}/end").status_code == 303
    assert (there.get("/").status_code, third.get("/").status_code) == (303, 200)
    assert here.post("/account/my_account/sessions/end").status_code == 303

    assert third.get("/").status_code == 303
    assert here.get("/").status_code == 200


def test_another_persons_login_is_not_there(app):
    member = login(app, "member")
    theirs = sessions_of(app, "member")[0]

    answers = [
        login(app, username).post(f"/account/my_account/sessions/{theirs}/end").status_code
        for username in ("head", "system")
    ]

    assert answers == [404, 404]
    assert member.get("/").status_code == 200


def test_the_operator_ends_all_logins_of_a_person(app):
    head, member = login(app, "head"), login(app, "member")

    assert "1 个登录" in command(app, "end-sessions", "head").output

    assert (head.get("/").status_code, member.get("/").status_code) == (303, 200)
    assert command(app, "end-sessions", "nobody").exit_code == 1


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (EDGE, "Windows · Edge"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1 MicroMessenger/8.0",
            "iPhone · WeChat",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Linux · Firefox"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/130.0 Mobile Safari/537.36", "Android · Chrome"),
        ("curl/8", "不明设备"),
        ("", "不明设备"),
    ],
)
def test_a_device_has_a_name_people_know(app, agent, words):
    with app.test_request_context():
        assert device(agent) == words
