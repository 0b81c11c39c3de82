"""Roles from day to day, standing in, and three administrators who exclude each other in the database."""

from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from intranet import clock, units
from intranet.contracts import ADMINISTRATORS, Role
from intranet.db import transaction
from intranet.errors import Conflict, Forbidden, Invalid
from intranet.extensions import db
from intranet.models import Grant, Membership, User
from intranet.permissions import forget_places, has_role, roles
from plugins.people.services import grants as services
from tests.fixtures import check_html, person, unit
from tests.workers import finish, start

GRANTS = "/admin/people/grants/"
TODAY = clock.today()
DAY = timedelta(days=1)
ROW = (
    "INSERT INTO core_{} (user_id, unit_id, {}, administers, version) VALUES (:user, :unit, :what, :kind, 1)"
)
BY_SQL, JOIN_BY_SQL = ROW.format("grant", "role"), ROW.format("membership", "title")


# In the database ---------------------------------------------------------------------------------


def by_sql(statement, **values):
    with db.session.begin_nested():
        db.session.execute(text(statement), values)


def test_past_the_service_nobody_gets_a_role_that_excludes_theirs(writing):
    """Whatever the row claims to be: what the role says, and what the account is, must be the same."""
    roles, kinds = ["head", *ADMINISTRATORS], ["", *ADMINISTRATORS]
    taken = [case for case in product(roles, roles, kinds) if is_taken(*case)]

    assert taken == [(role, role, role if role in ADMINISTRATORS else "") for role in roles]


def is_taken(username, role, kind):
    values = {"user": person(username).id, "unit": unit("wk1").id, "what": role, "kind": kind}
    try:
        by_sql(BY_SQL, **values)
    except IntegrityError:
        return False
    return True


@pytest.mark.parametrize("kind", ["", "system"])
def test_past_the_service_no_administrator_joins_a_unit(writing, kind):
    with pytest.raises(IntegrityError):
        by_sql(JOIN_BY_SQL, user=person("system").id, unit=unit("nk1").id, what="", kind=kind)


@pytest.mark.parametrize("username", ["system", "head"])
def test_past_the_service_no_account_changes_sides(writing, username):
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(update(User).where(User.username == username).values(administers="audit"))


GIVE = """
from intranet.contracts import Role
from intranet.db import transaction
from intranet.errors import DomainError
from intranet.units import grant, join, person_called, unit_called
try:
    with transaction():
        who, where = person_called("d00001"), unit_called("hospital")
        join(who, where) if argument == "join" else grant(who, Role(argument), where)
    print("done")
except DomainError:
    print("refused")
"""


@pytest.mark.parametrize("pair", [("system", "audit"), ("security", "join"), ("audit", "head")])
def test_of_two_at_the_same_moment_one_is_refused(app, pair):
    with app.app_context(), transaction():
        db.session.delete(
            db.session.scalars(select(Membership).where(Membership.user_id == person("d00001").id)).first()
        )
        for row in db.session.scalars(select(Membership).where(Membership.user_id == person("d00001").id)):
            db.session.delete(row)

    said = finish([start(app, GIVE, word) for word in pair])

    assert sorted(word.strip() for word in said) == ["done", "refused"]


def test_an_account_stays_what_it_was_when_the_role_is_over(writing):
    row = db.session.scalars(select(Grant).where(Grant.role == Role.SYSTEM)).one()
    services.revoke(row, version=row.version, by=person("security"))
    assert not has_role(person("system"), Role.SYSTEM)

    for role in (Role.AUDIT, Role.HEAD):
        with pytest.raises(Invalid, match="另开一个账号"):
            units.grant(person("system"), role, unit("hospital"))


# Giving and taking -------------------------------------------------------------------------------


def test_a_grant_counts_from_its_first_day_to_its_last(writing):
    for name, days, counts in (
        ("d00001", (TODAY, TODAY), True),
        ("d00002", (TODAY + DAY, None), False),
        ("d00003", (None, TODAY - DAY), False),
    ):
        services.give(person(name), Role.SUPERVISOR, unit("wk1"), days, by=person("security"))

        assert (Role.SUPERVISOR in roles(person(name), unit("wk1"))) is counts


def test_a_role_given_is_there_at_once_and_gone_at_once(app, client_for):
    member, security = client_for("member"), client_for("security")
    data = {"person": "member", "role": "supervisor", "unit": "wk1"}

    sent = security.post(f"{GRANTS}new", data=data)
    inside = member.get("/wk1/").status_code
    with app.app_context():
        row = db.session.scalars(select(Grant).where(Grant.user_id == person("member").id)).one()
        path, version = f"{GRANTS}{row.id}/revoke?unit=wk1&time=soon", row.version
        name = person("member").name
    taken = security.post(path, data={"version": version})

    assert (sent.status_code, inside, taken.status_code) == (303, 200, 303)
    assert taken.headers["Location"] == f"{GRANTS}?unit=wk1&time=soon"
    assert f"已收回{name}在" in (notice := security.get(GRANTS).text)
    assert "“督导组”授权" in notice
    assert member.get("/wk1/").status_code == 404


def test_what_has_ended_can_be_given_again_and_what_lasts_not_twice(writing):
    give = (person("d00001"), Role.SUPERVISOR, unit("wk1"))
    services.give(*give, (None, TODAY - DAY), by=person("security"))

    services.give(*give, (None, None), by=person("security"))

    with pytest.raises(Invalid, match="已有这项授权"):
        services.give(*give, (None, None), by=person("security"))


def test_nobody_grants_or_takes_their_own(writing):
    with pytest.raises(Forbidden, match="自己"):
        services.give(person("security"), Role.SECURITY, unit("nk1"), (None, None), by=person("security"))
    own = db.session.scalars(select(Grant).where(Grant.user_id == person("security").id)).one()
    with pytest.raises(Forbidden, match="自己"):
        services.revoke(own, version=own.version, by=person("security"))


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"person": "没有这个人"}, "没有找到此人"),
        ({"person": "d0"}, "有几个人都符合"),
        ({"person": "head", "role": "system"}, "另开一个账号"),
        ({"ends_on": "2020-01-01"}, "结束日期不能早于"),
        ({"unit": "nowhere"}, "有效"),
    ],
)
def test_a_wrong_form_comes_back_with_its_sentence(client_for, wrong, sentence):
    data = {"person": "member", "role": "supervisor", "unit": "wk1", **wrong}

    answer = client_for("security").post(f"{GRANTS}new", data=data)

    assert answer.status_code == 422
    assert sentence in answer.text
    check_html(answer)


def test_the_list_shows_what_ends_soon(app, client_for):
    with app.app_context(), transaction():
        days = (None, TODAY + 5 * DAY)
        services.give(person("member"), Role.SUPERVISOR, unit("wk1"), days, by=person("security"))
    security = client_for("security")

    assert "30 天内到期 1 项" in security.get(GRANTS).text
    soon, heads = security.get(f"{GRANTS}?time=soon").text, security.get(f"{GRANTS}?role=head&unit=nk1").text
    assert "何小满" in soon
    assert "李牧原" not in soon
    assert "李牧原" in heads
    assert "唐明朗" not in heads


# Standing in -------------------------------------------------------------------------------------


@pytest.fixture
def heads(writing):
    """The grant of the head of the ward."""
    return db.session.scalars(select(Grant).where(Grant.user_id == person("head").id)).one()


def stand_in(grant, username, start, end):
    days = (TODAY + start * DAY, TODAY + end * DAY)
    return services.delegate(grant, person(username), days, by=person("security"))


def test_who_stands_in_has_the_role_until_the_last_day(heads, monkeypatch):
    row = stand_in(heads, "recorder", 0, 3)
    assert Role.HEAD in roles(person("recorder"), unit("nk1"))
    assert row.for_user_id == person("head").id

    monkeypatch.setattr(clock, "today", lambda: TODAY + 4 * DAY)
    forget_places()

    assert Role.HEAD not in roles(person("recorder"), unit("nk1"))


def test_standing_in_ends_with_the_right_it_stands_for(heads):
    stand_in(heads, "recorder", -2, 3)

    services.revoke(heads, version=heads.version, by=person("security"))

    assert Role.HEAD not in roles(person("recorder"), unit("nk1"))


@pytest.mark.parametrize(
    ("username", "start", "end"), [("head", 0, 3), ("member", -9, -1), ("member", 0, 99)]
)
def test_what_is_no_standing_in(heads, username, start, end):
    heads.ends_on = TODAY + 30 * DAY

    with pytest.raises(Invalid):
        stand_in(heads, username, start, end)


def test_a_stand_in_passes_nothing_on_and_no_administrator_is_stood_in_for(heads):
    with pytest.raises(Invalid, match="再转给"):
        stand_in(stand_in(heads, "recorder", 0, 3), "member", 0, 3)
    chief = db.session.scalars(select(Grant).where(Grant.role == Role.SYSTEM)).one()
    with pytest.raises(Invalid, match="管理员的职责"):
        stand_in(chief, "member", 0, 3)


def test_the_page_names_both(app, client_for):
    with app.app_context():
        path = (
            f"{GRANTS}{db.session.scalars(select(Grant.id).where(Grant.user_id == person('head').id)).one()}"
        )
    days = {"starts_on": TODAY.isoformat(), "ends_on": (TODAY + DAY).isoformat()}

    sent = client_for("security").post(f"{path}/delegate", data={"person": "程以宁", **days})

    assert sent.status_code == 303
    assert "代理李牧原" in client_for("security").get(f"{GRANTS}?q=recorder").text


def test_both_hear_of_standing_in_and_of_its_end(app, client_for):
    security, days = client_for("security"), {"starts_on": str(clock.today()), "ends_on": str(clock.today())}
    with app.app_context():
        grant = db.session.scalars(select(Grant).where(Grant.user_id == person("head").id)).one().id
    security.post(f"/admin/people/grants/{grant}/delegate", data={"person": "member", **days})
    head, member = (client_for(who).get("/notices").text for who in ("head", "member"))
    assert "代理您在内一科的职责" in head
    assert "您从" in member
    assert "在内一科的职责" in member

    with app.app_context():
        own = db.session.scalars(select(Grant).where(Grant.for_user_id.is_not(None))).one()
        path, version = f"/admin/people/grants/{own.id}/revoke", own.version
    assert security.post(path, data={"version": version}).status_code == 303
    assert "不再代理您在内一科的职责" in client_for("head").get("/notices").text


def test_a_grant_for_later_is_said_and_shown_as_one(app, client_for):
    start = clock.today() + timedelta(days=9)
    data = {"person": "member", "role": "recorder", "unit": "nk1", "starts_on": str(start)}
    security = client_for("security")
    sent = security.post("/admin/people/grants/new", data=data)
    page = security.get(sent.headers["Location"]).text
    assert f"从 {start} 起有效" in page
    assert "共 1 项" in page


def test_who_saw_an_older_grant_is_told(heads):
    with pytest.raises(Conflict):
        services.revoke(heads, version=heads.version + 1, by=person("security"))
