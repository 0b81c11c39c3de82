"""Roles come from memberships and grants, actions from plugins; the administrators hold no content."""

import re
from datetime import date

import pytest
from sqlalchemy import select

from intranet import permissions, units
from intranet.contracts import ADMINISTRATORS, Role
from intranet.db import transaction
from intranet.errors import Invalid
from intranet.extensions import db
from intranet.models import Membership, RolePermission
from tests.conftest import second_app
from tests.fixtures import check_html, login, person, unit

PAGE = "/nk1/hello/"
CONTENT_ROLES = [role for role in Role if role not in ADMINISTRATORS]


@pytest.fixture
def app(hello_app):
    """One plugin, on for the hospital."""
    return hello_app


def move(app, allowed, role="member"):
    """The security administrator's word on posting notices."""
    with app.app_context(), transaction():
        db.session.merge(RolePermission(permission="hello:post", role=Role(role), allowed=allowed))


# Roles ---------------------------------------------------------------------------------------------


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("username", "code", "expected"),
    [
        ("member", "nk1", {"member"}),
        ("member", "zb1", {"member"}),
        ("member", "hospital", set()),
        ("head", "nk1", {"member", "head"}),
        ("head", "zb1", {"member"}),
        ("head", "wk1", set()),
        ("recorder", "nk1", {"member", "recorder"}),
        ("office", "hospital", {"office"}),
        ("office", "nk1", {"office"}),
        ("supervisor", "wk1", {"supervisor"}),
        ("stranger", "nk1", set()),
        ("system", "nk1", {"system"}),
    ],
)
def test_a_membership_holds_in_its_unit_and_a_grant_in_all_below(app, username, code, expected):
    with app.app_context():
        assert permissions.roles(person(username), unit(code)) == expected


def test_two_grants_add_up(writing):
    units.grant(person("head"), Role.SUPERVISOR, unit("wk1"))

    assert permissions.roles(person("head"), unit("wk1")) == {Role.SUPERVISOR}
    assert permissions.roles(person("head"), unit("nk1")) == {Role.MEMBER, Role.HEAD}


def test_the_units_of_the_switcher_are_ones_own_topmost_first(app):
    with app.app_context(), transaction():
        units.grant(person("member"), Role.SUPERVISOR, unit("hospital"))

        codes = [each.code for each in permissions.own_units(person("member"))]

        assert codes[0] == "hospital"
        assert set(codes) == {"hospital", "nk1", "zb1"}


# The three administrators --------------------------------------------------------------------------


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("administrator", "role"),
    [(own, role) for own in sorted(ADMINISTRATORS) for role in Role if role is not own],
)
def test_an_administrator_gets_no_other_role(writing, administrator, role):
    with pytest.raises(Invalid, match="不能兼任"):
        units.grant(person(administrator), role, unit("nk1"))


@pytest.mark.parametrize("administrator", ["system", "security", "audit"])
def test_an_administrator_joins_no_unit(writing, administrator):
    with pytest.raises(Invalid, match="不能兼任"):
        units.join(person(administrator), unit("nk1"))


@pytest.mark.parametrize("role", sorted(ADMINISTRATORS))
@pytest.mark.parametrize("username", ["member", "office"])
def test_who_works_here_or_holds_a_role_becomes_no_administrator(writing, username, role):
    with pytest.raises(Invalid, match="不能兼任"):
        units.grant(person(username), role, unit("hospital"))


def test_an_administrator_may_hold_the_same_role_elsewhere(writing):
    units.grant(person("system"), Role.SYSTEM, unit("nk1"))

    assert permissions.has_role(person("system"), Role.SYSTEM)


@pytest.mark.parametrize("administrator", ["system", "security", "audit"])
def test_an_administrator_sees_a_home_page_without_content(app, client_for, administrator):
    client_for("head").post(PAGE, data={"text": "明早七点半交班"})

    home = client_for(administrator).get("/")

    assert home.status_code == 200
    for text in ("内一科", "交班", "/hospital/", "/nk1/"):
        assert text not in home.text


@pytest.mark.parametrize(
    ("path", "administrator"),
    [("/admin/plugins", "system"), ("/admin/jobs", "system")],
)
def test_each_administrators_page_is_theirs_alone(client_for, path, administrator):
    everyone = ("member", "head", "office", "leader", "supervisor", "system", "security", "audit")

    answers = {username: client_for(username).get(path) for username in everyone}

    assert {username for username, answer in answers.items() if answer.status_code == 200} == {administrator}
    assert {answer.status_code for name, answer in answers.items() if name != administrator} == {404}
    check_html(answers[administrator])


# Moving a permission -------------------------------------------------------------------------------


def test_a_moved_permission_works_at_once_in_every_process(app):
    other = second_app(app)
    elsewhere = login(other, "member")
    assert elsewhere.post(PAGE, data={"text": "一"}).status_code == 403

    move(app, allowed=True)
    given = elsewhere.post(PAGE, data={"text": "二"}).status_code
    move(app, allowed=False)

    assert (given, elsewhere.post(PAGE, data={"text": "三"}).status_code) == (303, 403)
    with other.app_context():
        db.engine.dispose()


def test_a_permission_taken_from_a_default_role_is_gone(app, client_for):
    move(app, allowed=False, role="head")

    assert client_for("head").post(PAGE, data={"text": "一"}).status_code == 403
    assert client_for("recorder").post(PAGE, data={"text": "二"}).status_code == 303


def test_an_unknown_permission_is_a_fault_of_the_program(app):
    with app.app_context(), pytest.raises(KeyError):
        permissions.allowed(person("head"), "hello:psot", unit("nk1"))


# Marks ---------------------------------------------------------------------------------------------


def test_every_route_carries_a_mark_and_every_permission_in_it_is_declared(app):
    known = set(app.extensions["intranet.permissions"])
    words = {"members", "everyone", "strangers", *(f"role {role}" for role in ADMINISTRATORS)}

    for rule in app.url_map.iter_rules():
        policy = permissions.policy_of(app.view_functions[rule.endpoint])
        assert policy in words | known, f"{rule} has no mark"


def test_routes_for_members_have_a_unit_in_their_address(app):
    for rule in app.url_map.iter_rules():
        policy = permissions.policy_of(app.view_functions[rule.endpoint]) or ""
        if policy == "members" or ":" in policy:
            assert "unit" in rule.arguments, rule


@pytest.mark.parametrize("path", ["/planted", "/nk1/planted"])
def test_a_route_nobody_decided_about_answers_nobody(app, path):
    app.add_url_rule("/planted", "planted", lambda: "secret")
    app.add_url_rule("/<unit:unit>/planted", "planted_in_unit", lambda: "secret")

    assert login(app, None).get(path).status_code == 303
    for username in ("member", "head", "office", "leader", "supervisor", "system", "security", "audit"):
        response = login(app, username).get(path)
        assert response.status_code == 403
        assert "secret" not in response.text


def test_a_unit_counts_those_who_work_there_today(app, client_for):
    def staff():
        return re.search(r"成员 (\d+) 人", client_for("head").get("/nk1/").text)[1]

    before = int(staff())
    with app.app_context(), transaction():
        mine = select(Membership).where(Membership.user_id == person("member").id)
        db.session.scalars(mine.where(Membership.unit_id == unit("nk1").id)).one().ends_on = date(2020, 1, 1)

    assert int(staff()) == before - 1
    with app.app_context(), transaction():
        person("recorder").disabled = True
    assert int(staff()) == before - 2
