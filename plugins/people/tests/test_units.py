"""The tree: moved, closed, merged, with its history, by the system administrator."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from intranet import audit, clock, units
from intranet.contracts import Role
from intranet.db import transaction
from intranet.errors import Conflict, Invalid
from intranet.extensions import db
from intranet.gate import Word, enabled_plugins, turn
from intranet.models import AuditEntry, Grant, Membership, Unit, UnitKind
from intranet.organisation import organisation
from intranet.permissions import may_enter, roles
from intranet.plugins import loaded
from plugins.people.services import units as services
from plugins.people.services.merging import merge_unit
from tests.conftest import second_app
from tests.fixtures import check_html, login, person, unit
from tests.workers import finish, start

UNITS = "/admin/people/units/"


def move(code, parent, **more):
    row = unit(code)
    services.move_unit(
        row, unit(parent) if parent else None, version=row.version, by=person("system"), **more
    )


def close(code, day=None, *, whole=False):
    row = unit(code)
    services.close_unit(row, day or clock.today(), whole=whole, version=row.version, by=person("system"))


def merge(code, into):
    row = unit(code)
    merge_unit(row, unit(into), version=row.version, by=person("system"))


def address(app, code, verb=""):
    with app.app_context():
        return f"{UNITS}{unit(code).id}{verb}", unit(code).version


# Moving ------------------------------------------------------------------------------------------


def test_a_moved_unit_takes_all_below_it_along(writing):
    ward = units.add_unit("nk1-a", "一病区", UnitKind.GROUP, unit("nk1"))
    bed = units.add_unit("nk1-b", "一组", UnitKind.GROUP, ward)

    move("nk1", "wk1")

    assert unit("nk1").path == f"{unit('wk1').path}{unit('nk1').id}/"
    assert bed.path == f"{unit('nk1').path}{ward.id}/{bed.id}/"
    assert {each.code for each in organisation().under(unit("wk1").path)} == {"wk1", "nk1", "nk1-a", "nk1-b"}
    assert Role.HEAD in roles(person("stranger"), bed)


@pytest.mark.parametrize("below", ["nk1", "nk1-a"])
def test_a_unit_is_not_moved_under_itself(writing, below):
    units.add_unit("nk1-a", "一病区", UnitKind.GROUP, unit("nk1"))

    with pytest.raises(Invalid, match="下级之下"):
        move("nk1", below)


def test_a_hospital_moves_below_a_bureau_and_keeps_its_chain(writing):
    units.add_unit("bureau", "卫生局", UnitKind.BUREAU)
    chain = audit.chain_of(unit("nk1"))

    move("hospital", "bureau")

    assert audit.chain_of(unit("nk1")) == chain == unit("hospital").id
    second = units.add_unit("second", "二院", UnitKind.HOSPITAL, unit("bureau"))
    with pytest.raises(Invalid, match="医院之下"):
        move(second.code, "hospital")


def test_a_move_shows_at_once_in_every_process_and_names_who_did_it(app, client_for):
    other = second_app(app)
    stranger = login(other, "stranger")
    path, version = address(app, "nk1", "/move")
    before = stranger.get("/nk1/").status_code

    sent = client_for("system").post(path, data={"parent": "wk1", "version": version})

    assert (before, sent.status_code, stranger.get("/nk1/").status_code) == (404, 303, 200)
    with app.app_context():
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "people:move-unit")).one()
        assert (entry.actor_id, entry.chain) == (person("system").id, unit("hospital").id)
    with other.app_context():
        db.engine.dispose()


CIRCLE = """
from intranet.db import transaction
from intranet.errors import DomainError
from intranet.units import person_called, unit_called
from plugins.people.services.units import move_unit
one, other = argument
try:
    with transaction():
        move_unit(unit_called(one), unit_called(other), version=1, by=person_called("system"))
    print("moved")
except DomainError:
    print("refused")
"""


def test_two_who_move_each_under_the_other_make_no_circle(app):
    said = finish([start(app, CIRCLE, pair) for pair in (("nk1", "wk1"), ("wk1", "nk1"))])

    assert sorted(word.strip() for word in said) == ["moved", "refused"]


# Closing -----------------------------------------------------------------------------------------


def test_closing_asks_what_becomes_of_those_who_are_there(app, client_for):
    path, version = address(app, "nk1", "/close")
    system, today = client_for("system"), clock.today().isoformat()

    asked = system.post(path, data={"day": today, "version": version})
    with app.app_context():
        assert unit("nk1").closed_on is None
    sure = system.post(path, data={"day": today, "version": version, "whole": "y"})

    assert (asked.status_code, sure.status_code) == (422, 303)
    assert "一并关闭" in asked.text
    assert client_for("head").get("/nk1/").status_code == 404
    with app.app_context():
        here = select(Membership).where(Membership.unit_id == unit("nk1").id)
        assert {row.ends_on for row in db.session.scalars(here)} == {clock.today()}
    check_html(system.get(path.removesuffix("/close")))


def test_closing_a_part_closes_all_below_it_and_opening_brings_it_back(writing):
    units.add_unit("nk1-a", "一病区", UnitKind.GROUP, unit("nk1"))

    close("nk1", whole=True)
    assert [each.code for each in organisation().closed] == ["nk1", "nk1-a"]
    with pytest.raises(Invalid, match="上级单位已关闭"):
        services.reopen_unit(unit("nk1-a"), version=unit("nk1-a").version, by=person("system"))
    services.reopen_unit(unit("nk1"), version=unit("nk1").version, by=person("system"))

    assert organisation().by_code["nk1"].closed_on is None
    assert [each.code for each in organisation().closed] == ["nk1-a"]


def test_what_the_administrators_stand_on_is_not_closed(writing):
    with pytest.raises(Invalid, match="管理员的授权"):
        close("hospital", whole=True)


def test_a_day_to_come_is_no_day_to_close(writing):
    with pytest.raises(Invalid, match="不能晚于今天"):
        close("nk1", clock.today() + timedelta(days=1), whole=True)


# Merging -----------------------------------------------------------------------------------------


def test_a_merged_unit_hands_over_people_rights_switches_and_children(writing):
    units.add_unit("nk1-a", "一病区", UnitKind.GROUP, unit("nk1"))
    plugin = next(iter(loaded().for_units))
    turn(plugin, unit("nk1"), Word.OFF, by=person("head"))
    units.join(person("stranger"), unit("nk1"), "进修", (date(2020, 1, 1), date(2099, 1, 1)))

    merge("nk1", "wk1")

    assert unit("nk1").closed_on == clock.today()
    assert unit("nk1").merged_into_id == unit("wk1").id
    assert unit("nk1-a").is_under(unit("wk1").path)
    assert roles(person("head"), unit("wk1")) == {Role.MEMBER, Role.HEAD}
    assert may_enter(person("member"), unit("wk1"))
    assert plugin not in enabled_plugins(organisation().by_code["wk1"])
    past = select(Membership).where(Membership.unit_id == unit("nk1").id)
    assert {row.ends_on for row in db.session.scalars(past)} == {clock.today() - timedelta(days=1)}


def test_a_merger_begins_nothing_twice_and_keeps_the_longer_time(writing):
    soon = clock.today() + timedelta(days=3)
    units.join(person("member"), unit("wk1"), "护士", (None, soon))
    units.grant(person("head"), Role.HEAD, unit("wk1"), (None, soon))

    merge("nk1", "wk1")

    for table, who in ((Membership, "member"), (Grant, "head")):
        here = (table.user_id == person(who).id, table.unit_id == unit("wk1").id)
        assert [row.ends_on for row in db.session.scalars(select(table).where(*here))] == [None]


@pytest.mark.parametrize(("code", "into"), [("nk1", "nk1"), ("nk1", "nk1-a"), ("nk1", "hospital")])
def test_what_cannot_be_merged(writing, code, into):
    units.add_unit("nk1-a", "一病区", UnitKind.GROUP, unit("nk1"))

    with pytest.raises(Invalid):
        merge(code, into)


def test_who_saw_an_older_unit_is_told(writing):
    services.edit_unit(unit("nk1"), "心内科", UnitKind.DEPARTMENT, 1, version=1, by=person("system"))

    with pytest.raises(Conflict):
        services.edit_unit(unit("nk1"), "心外科", UnitKind.DEPARTMENT, 1, version=1, by=person("system"))
    assert organisation().by_code["nk1"].name == "心内科"


def test_a_new_unit_is_the_last_below_its_parent(app, client_for):
    data = {"code": "nk9", "name": "内九科", "kind": "department", "parent": "hospital"}

    sent = client_for("system").post(f"{UNITS}new", data=data)
    refused = client_for("system").post(f"{UNITS}new", data=data)

    assert (sent.status_code, refused.status_code) == (303, 422)
    assert "已经有单位在用" in refused.text
    with app.app_context(), transaction():
        brothers = select(Unit.code).where(Unit.parent_id == unit("hospital").id)
        assert db.session.scalars(brothers.order_by(Unit.position.desc())).first() == "nk9"
