"""Moving permissions between roles: the security administrator's matrix."""

import pytest
from sqlalchemy import select

from intranet.contracts import ADMINISTRATORS, Role
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import AuditEntry, RolePermission
from intranet.permissions import declared
from plugins.people.services.permissions import move
from tests.fixtures import check_html, person
from tests.workers import finish, start

PAGE = "/admin/people/permissions"
CONTENT_ROLES = [role for role in Role if role not in ADMINISTRATORS]


def send(client, allowed, role="member", permission="core:plugins"):
    return client.post(f"{PAGE}/{permission}/{role}", data={"allowed": "1" if allowed else "0"})


def words(app):
    with app.app_context():
        return [word.allowed for word in db.session.scalars(select(RolePermission))]


def test_a_click_gives_and_takes_at_once(client_for):
    member, security = client_for("member"), client_for("security")
    before = member.get("/nk1/plugins").status_code

    assert send(security, allowed=True).status_code == 303
    given = member.get("/nk1/plugins").status_code
    assert "已给予“职工”权限“" in security.get(PAGE).text
    send(security, allowed=False)
    assert "已收回“职工”的权限“" in security.get(PAGE).text

    assert (before, given, member.get("/nk1/plugins").status_code) == (403, 200, 403)


def test_a_word_that_repeats_the_default_is_not_kept_but_audited(app):
    with app.app_context(), transaction():
        permission = declared()["core:plugins"]
        move(permission, Role.HEAD, allowed=False, by=person("security"))
        move(permission, Role.HEAD, allowed=True, by=person("security"))

    assert words(app) == []
    with app.app_context():
        actions = db.session.scalars(select(AuditEntry.action)).all()
    assert list(actions).count("people:permission") == 2


MOVER = """
from intranet.contracts import Permission, Role
from intranet.db import transaction
from intranet.units import person_called as person
from plugins.people.services.permissions import move
for number in range(40):
    with transaction():
        move(Permission("x:y", "x", frozenset()), Role.HEAD, allowed=True, by=person("security"))
"""


def test_two_processes_that_move_the_same_permission_do_not_collide(app):
    finish([start(app, MOVER) for _each in range(3)])

    assert words(app) == [True]


@pytest.mark.parametrize(
    ("permission", "role"),
    [("core:plugins", "system"), ("core:plugins", "nobody"), ("core:nothing", "head")],
)
def test_what_is_not_there_cannot_be_moved(client_for, permission, role):
    assert send(client_for("security"), allowed=True, role=role, permission=permission).status_code == 404


@pytest.mark.one_engine
@pytest.mark.parametrize("username", ["head", "office", "system", "audit"])
def test_nobody_else_moves_permissions(app, client_for, username):
    assert send(client_for(username), allowed=True).status_code == 404
    assert client_for(username).get(PAGE).status_code == 404

    assert words(app) == []


def test_the_page_shows_every_permission_against_every_content_role(client_for):
    page = client_for("security").get(PAGE)

    check_html(page)
    assert page.text.count('<details class="confirm"><summary') == page.text.count(f'action="{PAGE}/')
    assert page.text.count(f'action="{PAGE}/core:plugins/') == len(CONTENT_ROLES)
    assert page.text.count('data-role="干事"') == page.text.count('scope="row"')
