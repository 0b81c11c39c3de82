"""People: found, entered, corrected; each administrator on their own pages."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet import clock, passwords, units
from intranet.contracts import Role
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import AuditEntry, LoginSession, Membership, User
from intranet.permissions import may_enter, roles
from plugins.people.pinyin import keys_of, pinyin_of
from plugins.people.services import people as services
from tests.crawler import Frugal
from tests.fixtures import check_html, login, person, unit
from tests.test_login import command

PEOPLE = "/admin/people/"
OF_SYSTEM = ("", "new", "units/", "units/new", "import", "import/template", "1", "units/1")
OF_SECURITY = ("grants/", "grants/new", "grants/1/delegate", "permissions")


@pytest.mark.one_engine
@pytest.mark.parametrize(
    "username", [None, "member", "head", "office", "leader", "system", "security", "audit"]
)
def test_each_administrator_sees_their_own_pages_and_nobody_else_any(demo_app, username):
    client = Frugal(demo_app, username)
    expected = {"system": (200, 404), "security": (404, 200), None: (303, 303)}.get(username, (404, 404))

    for pages, status in zip((OF_SYSTEM, OF_SECURITY), expected, strict=True):
        for path in pages:
            page = client.get(PEOPLE + path)
            assert page.status_code == status, path
            if status == 200 and page.mimetype == "text/html":
                check_html(page)


# Finding -----------------------------------------------------------------------------------------


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("name", "sound"),
    [
        ("张三", "zhang san"),
        ("仇小明", "qiu xiao ming"),
        ("单雪", "shan xue"),
        ("曾文", "zeng wen"),
        ("区志强", "ou zhi qiang"),
        ("任华", "ren hua"),
        ("朴海", "piao hai"),
        ("尉迟恭", "yu chi gong"),
        ("欧阳静", "ou yang jing"),
        ("买买提·吐尔逊", "mai mai ti tu er xun"),
        ("Anna", "anna"),
    ],
)
def test_a_surname_sounds_as_a_surname(name, sound):
    assert pinyin_of(name) == sound


@pytest.fixture
def crowd(app):
    with app.app_context(), transaction():
        for number, name in enumerate(("仇小明", "单雪", "邱小萌", "张三丰")):
            services.add_person(f"20{number}", name, by=None)
        units.join(person("200"), unit("wk1"), "医师")
    return app


def found(client, query):
    return re.findall(r'/admin/people/\d+">([^<]+)', client.get(f"{PEOPLE}?{query}").text)


WANTED = {
    "q=qiuxiaoming": ["仇小明"],
    "q=Qiu xiao": ["邱小萌", "仇小明"],
    "q=qxm": ["邱小萌", "仇小明"],
    "q=sx": ["单雪"],
    "q=三丰": ["张三丰"],
    "q=203": ["张三丰"],
    "q=%25": [],
    "q=xiaoming": ["仇小明"],
    "q=仇 小明": ["仇小明"],
    "q=ＱＸＭ": ["仇小明", "邱小萌"],
    "q=ming": ["仇小明"],
    "q=min": [],
    "q=qxm&unit=wk1": ["仇小明"],
    "q=qxm&unit=hospital": ["仇小明"],
    "q=qxm&unit=nk1": [],
    "q=qxm&unit=nowhere": [],
    "q=qxm&state=nowhere": ["邱小萌"],
    "q=qxm&state=disabled": [],
    "role=security": ["罗子衿"],
}


def test_people_are_found(crowd):
    system = login(crowd, "system")

    seen = {query: sorted(found(system, query)) for query in WANTED}
    assert seen == {query: sorted(names) for query, names in WANTED.items()}


def test_a_corrected_pinyin_is_found_and_an_emptied_one_made_anew(crowd):
    with crowd.app_context():
        user = person("203")
        data = {"name": "张三丰", "pinyin": "zang san feng", "version": user.version}
        path = f"{PEOPLE}{user.id}"
    system = login(crowd, "system")

    assert system.post(path, data=data).status_code == 303
    assert found(system, "q=zangsan") == ["张三丰"]
    assert system.post(path, data=data).status_code == 409
    system.post(path, data={**data, "pinyin": "", "version": data["version"] + 1})

    assert found(system, "q=zhangsan") == ["张三丰"]


def test_pages_of_the_list_follow_each_other_without_a_gap(app):
    with app.app_context(), transaction():
        rows = [
            {"username": f"p{n:03}", "name": "王同名", "password_hash": "x", **keys_of("王同名")}
            for n in range(120)
        ]
        db.session.execute(db.insert(User), rows)
    client, query, seen = login(app, "system"), "q=wtm", []

    for _page in range(3):
        page = client.get(f"{PEOPLE}?{query}").text
        seen += re.findall(r'class="when">(p\d+)', page)
        query = (re.findall(r'href="/admin/people/\?([^"]+after=\d+)"', page) or [""])[0].replace(
            "&amp;", "&"
        )

    assert len(seen) == len(set(seen)) == 120


# Entering ----------------------------------------------------------------------------------------


def test_a_new_person_logs_in_with_the_slip_and_works_in_the_unit(app, client_for):
    data = {"username": "3001", "name": "白知远", "unit": "nk1", "title": "护士"}

    slip = client_for("system").post(f"{PEOPLE}new", data=data)

    check_html(slip)
    password = re.search(r'class="password">([^<]+)', slip.text)[1]
    assert app.test_client().post("/login", data={"username": "3001", "password": password}).status_code in {
        303,
        400,
    }
    with app.app_context(), transaction():
        assert passwords.matches(person("3001").password_hash, password)
        assert may_enter(person("3001"), unit("nk1"))
        entries = select(AuditEntry.actor_id).where(AuditEntry.action.in_(("core:person", "core:join")))
        assert (
            list(db.session.scalars(entries.order_by(AuditEntry.id.desc()).limit(2)))
            == [person("system").id] * 2
        )
        assert password not in str(db.session.execute(select(AuditEntry.detail)).all())


@pytest.mark.one_engine
@pytest.mark.parametrize(
    "wrong", [{"username": "head"}, {"username": "a b"}, {"name": ""}, {"ends_on": "2019-01-01"}]
)
def test_a_wrong_form_comes_back_as_it_was_filled_in(client_for, wrong):
    data = {"username": "3001", "name": "白知远", "unit": "nk1", "starts_on": "2020-01-01", **wrong}

    answer = client_for("system").post(f"{PEOPLE}new", data=data)

    assert answer.status_code == 422
    assert 'value="2020-01-01"' in answer.text


def test_a_new_password_ends_all_logins_but_not_an_administrators(app, client_for):
    head = client_for("head")
    with app.app_context():
        ids = {name: person(name).id for name in ("head", "security", "system")}
    system = client_for("system")
    page = system.get(f"{PEOPLE}{ids['head']}").text
    seen = {"version": re.search(r'name="version" value="(\d+)"><p', page)[1]}

    given = system.post(f"{PEOPLE}{ids['head']}/password", data=seen)
    refused = system.post(f"{PEOPLE}{ids['security']}/password", data=seen)
    oneself = system.post(f"{PEOPLE}{ids['system']}/disable")

    assert (given.status_code, refused.status_code, oneself.status_code) == (200, 403, 403)
    assert "data-print" in given.text
    assert "<dt>单位与职务</dt>" in given.text
    assert head.get("/").status_code == 303


def test_who_is_disabled_is_out_and_stays_on_record(app, client_for):
    head = client_for("head")
    with app.app_context():
        path = f"{PEOPLE}{person('head').id}"

    assert client_for("system").post(f"{path}/disable").status_code == 303
    assert head.get("/").status_code == 303
    assert client_for("system").post(f"{path}/enable").status_code == 303

    with app.app_context():
        assert not person("head").disabled
        assert (
            db.session.scalars(select(LoginSession).where(LoginSession.user_id == person("head").id)).all()
            == []
        )


# Memberships -------------------------------------------------------------------------------------


def test_a_membership_changes_ends_and_is_taken_up_again(app, client_for):
    with app.app_context():
        row = db.session.scalars(select(Membership).where(Membership.user_id == person("stranger").id)).one()
        path, user_id, version = f"{PEOPLE}memberships/{row.id}", row.user_id, row.version
    system, stranger = client_for("system"), client_for("stranger")

    changed = system.post(path, data={"title": "主任", "starts_on": "2020-01-01", "version": version})
    late = system.post(path, data={"title": "副主任", "version": version})
    ended = system.post(f"{path}/end", data={"version": version + 1})
    with app.app_context():
        assert db.session.get(Membership, row.id).ends_on == clock.today() - timedelta(days=1)
        assert roles(person("stranger"), unit("wk1")) == {Role.HEAD}
    again = system.post(f"{PEOPLE}{user_id}/memberships", data={"unit": "wk1", "title": "医师"})
    twice = system.post(f"{PEOPLE}{user_id}/memberships", data={"unit": "wk1", "title": "医师"})

    codes = [answer.status_code for answer in (changed, late, ended, again, twice)]
    assert codes == [303, 409, 303, 303, 422]
    assert "已经是该单位的成员" in twice.text
    assert stranger.get("/wk1/").status_code == 200


# From a terminal ---------------------------------------------------------------------------------


def test_the_commands_take_what_they_gave(app):
    said = [
        command(app, "add-unit", "nk9", "内九科", "--parent", "hospital").output,
        command(app, "add-person", "3001", "仇小明", "--unit", "nk9").output,
        command(app, "grant", "3001", "head", "nk9").output,
    ]
    with app.app_context(), transaction():
        assert person("3001").pinyin == "qiu xiao ming"
        assert may_enter(person("3001"), unit("nk9"))

    said.append(command(app, "revoke", "3001", "head", "nk9").output)
    said.append(command(app, "end-membership", "3001", "nk9").output)

    assert [text[:2] for text in said] == ["已添", "已添", "已授", "已收", "已结"]
    with app.app_context():
        assert not may_enter(person("3001"), unit("nk9"))
    for verb in (("revoke", "3001", "head", "nk9"), ("end-membership", "3001", "nk9")):
        assert command(app, *verb).exit_code == 1


def test_who_leaves_a_unit_and_keeps_a_role_there_is_named(app, client_for):
    with app.app_context():
        row = db.session.scalars(
            select(Membership).where(Membership.user_id == person("recorder").id)
        ).first()
        path, version = f"/admin/people/memberships/{row.id}/end", row.version
    system, security = client_for("system"), client_for("security")
    assert "授权" not in security.get("/").text.partition("<main")[2]
    sent = system.post(path, data={"version": version})

    assert "还有授权" in system.get(sent.headers["Location"]).text
    assert "的人已经离开那个单位" in security.get("/").text
    listed = security.get("/admin/people/grants/?time=left").text
    assert "共 1 项" in listed
    assert "recorder" in listed
