"""The picture of units, switches and permissions: read once, never out of date."""

import sys
from datetime import date

import pytest
from sqlalchemy import delete, event, update
from sqlalchemy.sql.dml import UpdateBase

from intranet import clock, units
from intranet.contracts import Role
from intranet.db import change, start_writing, transaction
from intranet.extensions import db
from intranet.models import IN_ORGANISATION, RolePermission, Unit, UnitKind, UnitPlugin
from intranet.organisation import organisation
from tests.conftest import second_app
from tests.fixtures import login, unit

TABLES = ("core_unit ", "core_unit_plugin", "core_role_permission")


def revision(app):
    with app.app_context():
        return organisation().revision


def change_a_name():
    db.session.execute(update(Unit).where(Unit.code == "nk1").values(name="心内科"))


def edit_a_unit():
    seen = unit("nk1")
    change(seen, seen.version, too_late=str, name="心内科")


def close_a_unit():
    unit("nk1").closed_on = date(2026, 1, 1)


def add_a_unit():
    units.add_unit("nk9", "内九科", UnitKind.DEPARTMENT, unit("hospital"))


def take_a_switch_back():
    db.session.execute(delete(UnitPlugin))


def say_a_word():
    word = UnitPlugin(unit_id=unit("nk1").id, plugin="hello", enabled=False, locked=False)
    word.changed_at = clock.now()
    db.session.add(word)


def move_a_permission():
    db.session.add(RolePermission(permission="core:plugins", role=Role.MEMBER, allowed=True))


CHANGES = (
    change_a_name,
    edit_a_unit,
    close_a_unit,
    add_a_unit,
    take_a_switch_back,
    say_a_word,
    move_a_permission,
)


@pytest.mark.parametrize("deed", CHANGES)
def test_every_change_shows_in_every_process_at_once(app, deed):
    other, before = second_app(app), revision(app)
    assert revision(other) == before

    with app.app_context(), transaction():
        deed()
        db.session.flush()
        assert organisation().revision != before

    assert revision(app) == revision(other) != before
    with other.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("deed", CHANGES)
def test_what_was_rolled_back_is_in_no_picture(app, deed):
    before = revision(app)

    with app.app_context():
        start_writing()
        deed()
        db.session.flush()
        assert organisation().revision != before
        db.session.rollback()

    with app.app_context():
        assert organisation().revision == before
        assert unit("nk1").name == organisation().by_code["nk1"].name == "内一科"


def test_no_kept_deed_changes_what_the_picture_shows(app):
    """Of those the session does not hear, so the picture would go out of date."""
    ours = [each for name, each in list(sys.modules.items()) if name.split(".")[0] in {"intranet", "plugins"}]
    deeds = [each for module in ours for each in vars(module).values() if isinstance(each, UpdateBase)]
    shown = {each.__tablename__ for each in IN_ORGANISATION}

    assert deeds
    assert not [each for each in deeds if each.table.name in shown]


def test_while_nothing_changes_no_page_reads_the_tables_again(app):
    client, statements = login(app, "office"), []
    client.get("/hospital/")
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))

    assert client.get("/hospital/").status_code == client.get("/nk1/plugins").status_code == 200

    read = [text for text in statements for table in TABLES if f"FROM {table}" in f"{text} "]
    assert statements
    assert not read


def test_units_stand_in_the_order_of_the_tree(writing):
    for number in range(3):
        units.add_unit(f"g{number}", f"第{number}组", UnitKind.GROUP, unit("nk1")).position = 9 - number

    codes = [each.code for each in organisation().under(unit("nk1").path)]

    assert codes == ["nk1", "g2", "g1", "g0"]
    assert organisation().units[0].code == "hospital"


def test_a_closed_unit_is_known_and_stands_apart(writing):
    for code in ("g1", "g2"):
        units.add_unit(code, code, UnitKind.GROUP, unit("nk1")).closed_on = date(2026, 1, 1)
    ward = unit("nk1")
    ward.closed_on = date(2026, 1, 1)
    known = organisation()

    assert known.by_code["nk1"].id == known.by_id[ward.id].id == ward.id
    assert "nk1" not in {each.code for each in known.units}
    assert [each.code for each in known.closed] == ["nk1", "g1", "g2"]
    assert [each.code for each in known.under(ward.path)] == ["nk1", "g1", "g2"]
    assert "nk1" not in {each.code for each in known.under(unit("hospital").path)}


def test_the_units_of_the_picture_are_in_no_session(app):
    with app.app_context(), transaction():
        organisation().by_code["nk1"].name = "谁也不该这样改"

    with app.app_context():
        assert unit("nk1").name == "内一科"
