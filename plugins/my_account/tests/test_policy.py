"""Which passwords are accepted, under both policies."""

from datetime import timedelta
from pathlib import Path

import pytest

from intranet import clock
from intranet.db import transaction
from plugins.my_account import policy
from tests.fixtures import PASSWORD, person

SIZE, MIXTURE, OWN, NEW = "个字符，空格也算", "至少有三种", "至少还剩", "不能是"
FOUR_KINDS = "Mq7#Vt2!kZ"

TABLE = [
    # password, what mlps says against it, what asvs says against it
    (FOUR_KINDS, [], [SIZE]),
    ("Mq7#Vt2!k", [SIZE], [SIZE]),
    ("mq7vtx2kzwpq", [MIXTURE], []),
    ("mqvtxkzwpqjrbhgd", [], []),
    ("mqvtxkzwpqjrbhg", [MIXTURE], []),
    ("桥下那只猫总在周二晒太阳", [MIXTURE], []),
    ("桥下那只猫Az9总在周二晒太阳", [], []),
    (" Mq7# Vt2! ", [], [SIZE]),
    ("\U0001f600\U0001f408xV7\U0001f33b\U0001f984kPq\U0001f409r", [], []),
    ("x7V#" * 65, [SIZE, OWN], [SIZE, OWN]),
    ("woaini1314", [MIXTURE, OWN], [SIZE, OWN]),
    ("Woaini1314!!", [OWN], [OWN]),
    ("qwe123QWE!@#", [OWN], [OWN]),
    ("1qaz@WSX3edc", [OWN], [OWN]),
    ("P@ssw0rd2024!", [OWN], [OWN]),
    ("Admin@123456", [OWN], [OWN]),
    ("Zhangwei1990!", [OWN], [OWN]),
    ("Aa123456789!", [OWN], [OWN]),
    ("aaaaAAAA1111!!!!", [OWN], [OWN]),
    ("Abcdefg#1231", [OWN], [OWN]),
    ("Yiyuan#2024#8", [OWN], [OWN]),
    ("Nk1@hospital2026", [OWN], [OWN]),
    ("limuyuan@2026Li", [OWN], [OWN]),
    ("李牧原Head#2026", [OWN], [OWN]),
    ("内一科Nk1#123456", [OWN], [OWN]),
    ("示范医院医院内网Aa1!", [OWN], [OWN]),
    (PASSWORD, [NEW], [NEW]),
]


def broken(password, username="head"):
    return [rule.sentence for rule in policy.rules(person(username)) if not rule.holds(password)]


def fits(found, expected):
    return len(found) == len(expected) and all(
        word in text for word, text in zip(expected, found, strict=True)
    )


@pytest.mark.one_engine
@pytest.mark.parametrize("name", ["mlps", "asvs"])
def test_the_table_of_both_policies(make_app, name):
    app = make_app("cast", PASSWORD_POLICY=name)
    wrong = []

    with app.app_context(), transaction():
        person("head").pinyin = "li mu yuan"
    with app.test_request_context():
        for password, *expected in TABLE:
            found = broken(password)
            if not fits(found, expected[name == "asvs"]):
                wrong.append((password, found))

    assert wrong == []


@pytest.mark.one_engine
def test_every_common_piece_is_refused_with_anything_people_put_behind_it(app):
    words = Path(policy.__file__).with_name("common_pieces.txt").read_text("utf-8").split()
    assert len(words) > 3000
    tails = ("", "@2024")

    with app.app_context():
        head = person("head")
        for word in words:
            for tail in tails:
                assert len(policy.own_idea(word.capitalize() + tail, head)) < policy.OWN, word + tail


@pytest.mark.one_engine
@pytest.mark.parametrize("password", ["correct horse battery", "Mq7#Vt2!kZ", "桥下那只猫总在周二晒太阳"])
def test_a_good_idea_is_left_as_it_is(app, password):
    with app.app_context():
        assert len(policy.own_idea(password, person("member"))) >= policy.OWN


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("name", "days", "must"), [("mlps", 89, False), ("mlps", 90, True), ("asvs", 900, False)]
)
def test_a_password_grows_old_only_under_mlps(make_app, name, days, must):
    app = make_app("cast", PASSWORD_POLICY=name)

    with app.app_context():
        head = person("head")
        head.password_set_at = clock.now() - timedelta(days=days)
        assert policy.must_change(head) is must


@pytest.mark.one_engine
def test_an_account_of_the_demo_need_not_change_its_password(app):
    with app.app_context():
        assert not policy.must_change(person("head"))
